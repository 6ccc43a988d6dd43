#include "indexers/shape/compose.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "daemon/base/action_bits.h"
#include "indexers/shape/document_key.h"
#include "indexers/shape/line_totals.h"

namespace cartwright {
namespace {

constexpr std::size_t kPaymentAmount = 0;
constexpr std::size_t kRefundAmount = 4;

RowRef ToRef(const GroupedRow& row) { return {row.source, row.line, row.ordinal}; }

/// Whether `later`, which comes behind `earlier` in its source, replaces it.
bool Replaces(const GroupedRow& later, const GroupedRow& earlier) {
  return later.version >= earlier.version;
}

void FillFromLine(SessionRecord& order, const LineRow& line) {
  for (std::size_t i = 0; i < order.dimensions.size() && i < line.dimensions.size(); ++i) {
    if (!order.dimensions[i].has_value()) {
      order.dimensions[i] = line.dimensions[i];
    }
  }
  for (const std::string& id : line.promotion_ids) {
    auto& ids = order.promotion_ids;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
      ids.push_back(id);
    }
  }
}

/// False when a sum is too large to stay exact.
bool TakeAmounts(SessionRecord& order, const LineTotals& totals) {
  if (!totals.has_prices()) {
    return true;
  }
  auto& payment = order.amounts[kPaymentAmount];
  auto& refund = order.amounts[kRefundAmount];
  if (!payment.has_value() && order.has_purchased) {
    payment = totals.Sold();
    if (!payment.has_value()) {
      return false;
    }
  }
  if (!refund.has_value() && totals.has_returned()) {
    refund = totals.Returned();
    if (!refund.has_value()) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Composer::PutDocumentKey(const GroupedRow& row, std::size_t occurrence,
                              std::string& key) const {
  const ComposedSource& source = rules_.sources[row.source];
  key.clear();
  if (source.prefixes_keys) {
    key += source.name;
    key += kKeySeparator;
  }
  key += row.key;
  if (occurrence > 1) {
    key += kOccurrenceMark;
    key += std::to_string(occurrence);
  }
}

void Composer::PickDocuments(std::span<const GroupedRow> group, bool is_line, ComposedRows& out) {
  picked_.clear();
  for (const GroupedRow& row : group) {
    if (row.is_line != is_line) {
      continue;
    }
    const bool is_repeat = !picked_.empty() && picked_.back().row->source == row.source;
    if (!is_repeat) {
      picked_.push_back({&row, 1});
    } else if (rules_.sources[row.source].numbers_repeats) {
      picked_.push_back({&row, picked_.back().occurrence + 1});
    } else if (Replaces(row, *picked_.back().row)) {
      out.Supersede(*std::exchange(picked_.back().row, &row));
    } else {
      out.Supersede(row);
    }
  }
}

Status Composer::ComposeCustomers(std::span<const GroupedRow> group, ComposedRows& out) {
  PickDocuments(group, false, out);
  for (const Picked& picked : picked_) {
    ReadStored(picked.row->payload, customer_);
    PutDocumentKey(*picked.row, picked.occurrence, customer_.key);
    customer_.source = rules_.sources[picked.row->source].name;
    if (rules_.customer_versions_are_declared) {
      customer_.version = picked.row->version;
    }
    const RowRef ref = ToRef(*picked.row);
    CARTWRIGHT_TRY(out.TakeCustomer(customer_, std::span(&ref, 1)));
  }
  return {};
}

void Composer::TakeLines(std::span<const GroupedRow> group, ComposedRows& out) {
  lines_.clear();
  const auto is_line = [](const GroupedRow& row) { return row.is_line; };
  if (std::none_of(group.begin(), group.end(), is_line)) {
    return;
  }
  std::map<std::pair<std::uint32_t, std::string>, std::size_t> keyed;
  for (const GroupedRow& row : group) {
    if (!row.is_line) {
      continue;
    }
    Line line{&row, {}};
    ReadStored(row.payload, line.line);
    if (line.line.line_key.empty()) {
      lines_.push_back(std::move(line));
      continue;
    }
    const auto [known, is_new] = keyed.try_emplace({row.source, line.line.line_key}, lines_.size());
    if (is_new) {
      lines_.push_back(std::move(line));
    } else if (Replaces(row, *lines_[known->second].row)) {
      out.Supersede(*lines_[known->second].row);
      lines_[known->second] = std::move(line);
    } else {
      out.Supersede(row);
    }
  }
  std::sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) {
    return a.row->source != b.row->source ? a.row->source < b.row->source
                                          : a.row->ordinal < b.row->ordinal;
  });
}

Status Composer::ComposeOrders(std::span<const GroupedRow> group, ComposedRows& out) {
  TakeLines(group, out);
  if (rules_.orders_from_lines) {
    return EmitOrdersFromLines(out);
  }
  PickDocuments(group, false, out);
  CARTWRIGHT_TRY(JoinLines(out));
  for (const Picked& picked : picked_) {
    CARTWRIGHT_TRY(EmitSession(*picked.row, picked.occurrence, lines_, out));
  }
  return {};
}

/// Sets lines aside that have no session or more than one to join.
Status Composer::JoinLines(ComposedRows& out) {
  if (lines_.empty() || picked_.size() == 1) {
    return {};
  }
  if (picked_.empty()) {
    return SetLinesAside({"no_such_order", "no session has this order id",
                          "load the sessions too, or mend the order id"},
                         out);
  }
  return SetLinesAside(
      {"ambiguous_order", fmt::format("{} sessions have this order id", picked_.size()),
       "give every session its own id"},
      out);
}

Status Composer::SetLinesAside(const FieldFault& fault, ComposedRows& out) {
  for (const Line& line : lines_) {
    CARTWRIGHT_TRY(out.SetRowAside(*line.row, fault, line.line.raw));
  }
  lines_.clear();
  return {};
}

Status Composer::EmitSession(const GroupedRow& row, std::size_t occurrence, std::span<Line> lines,
                             ComposedRows& out) {
  ReadStored(row.payload, session_);
  PutDocumentKey(row, occurrence, session_.key);
  session_.source = rules_.sources[row.source].name;
  session_.items.clear();
  if (rules_.session_versions_are_declared) {
    session_.version = row.version;
  }
  members_.assign(1, &row);
  return EmitOrder(session_, lines, out);
}

Status Composer::EmitOrdersFromLines(ComposedRows& out) {
  for (std::size_t begin = 0; begin < lines_.size();) {
    const GroupedRow& first = *lines_[begin].row;
    SessionRecord order;
    PutDocumentKey(first, 1, order.key);
    order.id = lines_[begin].line.order_id;
    order.source = rules_.sources[first.source].name;
    order.start = lines_[begin].line.start.value_or(0);
    order.dimensions.resize(lines_[begin].line.dimensions.size());
    std::size_t end = begin;
    for (; end < lines_.size() && lines_[end].row->source == first.source; ++end) {
      const LineRow& line = lines_[end].line;
      order.start = std::min(order.start, line.start.value_or(order.start));
      order.client = order.client.has_value() ? order.client : line.client;
      order.updated_at = std::max(order.updated_at, line.updated_at);
      order.has_purchased = order.has_purchased || (!line.is_returned && line.item.quantity > 0);
    }
    members_.clear();
    CARTWRIGHT_TRY(EmitOrder(order, std::span(lines_).subspan(begin, end - begin), out));
    begin = end;
  }
  return {};
}

Status Composer::EmitOrder(SessionRecord& order, std::span<Line> lines, ComposedRows& out) {
  LineTotals totals;
  for (Line& line : lines) {
    totals.Add(line.line);
    FillFromLine(order, line.line);
    order.items.push_back(std::move(line.line.item));
    members_.push_back(line.row);
  }
  order.actions |= kHasSessionsBit | (order.items.empty() ? 0U : kHasBasketBit);
  order.actions =
      order.has_purchased ? order.actions | kPurchasedBit : order.actions & ~kPurchasedBit;
  if (!TakeAmounts(order, totals)) {
    for (const GroupedRow* row : members_) {
      CARTWRIGHT_TRY(out.SetRowAside(*row,
                                     {"out_of_range", "the order's sum is too large to stay exact",
                                      "check quantities and prices of the order"},
                                     {}));
    }
    return {};
  }
  std::sort(members_.begin(), members_.end(), [](const GroupedRow* a, const GroupedRow* b) {
    return a->source != b->source ? a->source < b->source : a->ordinal < b->ordinal;
  });
  refs_.clear();
  for (const GroupedRow* row : members_) {
    refs_.push_back(ToRef(*row));
  }
  return out.TakeSession(order, refs_);
}

}  // namespace cartwright
