#include "analyses/tables/shop_tables_builder.h"

#include <algorithm>
#include <utility>

#include "analyses/tables/parts_finisher.h"
#include "daemon/base/action_bits.h"
#include "daemon/base/check.h"

namespace cartwright {
namespace {

void AddDimensions(std::vector<DimensionColumn>& columns,
                   std::span<const std::optional<std::string_view>> values) {
  CARTWRIGHT_CHECK(values.empty() || values.size() == columns.size(),
                   "a row gives every declared dimension or none");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool known = !values.empty() && values[i].has_value();
    columns[i].code.push_back(known ? columns[i].values.Code(*values[i]) : kNoCode);
  }
}

std::vector<DimensionColumn> EmptyDimensions(std::vector<std::string> names) {
  std::vector<DimensionColumn> columns;
  columns.reserve(names.size());
  for (std::string& name : names) {
    columns.push_back({std::move(name), {}, {}});
  }
  return columns;
}

}  // namespace

ShopTablesBuilder::ShopTablesBuilder(ShopTablesLayout layout, TimeZone zone)
    : clock_(std::move(zone)) {
  SessionTable& sessions = tables_.sessions;
  sessions.action_names = std::move(layout.action_names);
  CARTWRIGHT_CHECK(sessions.action_names.size() <= kMaxActions, "at most 32 actions");
  sessions.purchased_bit = sessions.ActionBit("purchased");
  sessions.recorded = layout.recorded;
  CARTWRIGHT_CHECK(sessions.purchased_bit != 0, "the layout names the action `purchased`");
  sessions.dimensions = EmptyDimensions(std::move(layout.dimensions));
  tables_.customers.dimensions = EmptyDimensions(std::move(layout.customer_dimensions));
  tables_.currency = std::move(layout.currency);
  tables_.currency_exponent = layout.currency_exponent;
}

std::uint32_t ShopTablesBuilder::PromotionCode(std::span<const std::string_view> promotions) {
  sorted_promotions_.assign(promotions.begin(), promotions.end());
  std::sort(sorted_promotions_.begin(), sorted_promotions_.end());
  joined_promotions_.clear();
  for (const std::string_view promotion : sorted_promotions_) {
    joined_promotions_.append(joined_promotions_.empty() ? "" : "\x1f").append(promotion);
  }
  return joined_promotions_.empty() ? kNoCode
                                    : tables_.sessions.promotions.Code(joined_promotions_);
}

std::uint32_t ShopTablesBuilder::ItemNumber(const LineInput& line) {
  SessionTable& table = tables_.sessions;
  const LineItem item{table.products.Code(line.product),
                      line.category ? table.categories.Code(*line.category) : kNoCode};
  const auto [known, is_new] = item_numbers_.try_emplace(
      std::uint64_t{item.product} << 32 | item.category, static_cast<std::uint32_t>(items_.size()));
  if (is_new) {
    items_.push_back(item);
  }
  return known->second;
}

void ShopTablesBuilder::AddSession(const SessionInput& session) {
  SessionTable& table = tables_.sessions;
  keys_.Add(session.key);
  const LocalTime local = clock_.ToLocal(session.start);
  table.start.push_back(session.start);
  table.day.push_back(local.day);
  table.hour.push_back(static_cast<std::uint8_t>(local.hour()));
  table.client.push_back(session.client ? tables_.clients.Code(*session.client) : kNoCode);
  table.actions.push_back(session.actions | 1U);
  for (std::size_t kind = 0; kind < kAmountKinds; ++kind) {
    if (table.recorded.amounts[kind]) {
      table.amount[kind].push_back(session.amounts[kind].value_or(kMissingAmount));
    }
  }
  table.promotion.push_back(PromotionCode(session.promotions));
  AddDimensions(table.dimensions, session.dimensions);
  for (const LineInput& line : session.lines) {
    AddLine(line);
  }
  table.line_begin.push_back(static_cast<std::uint32_t>(table.line_item.size()));
}

void ShopTablesBuilder::AddLine(const LineInput& line) {
  SessionTable& table = tables_.sessions;
  table.line_item.push_back(ItemNumber(line));
  table.line_quantity.push_back(line.quantity);
  table.line_price.push_back(line.price ? line.price->scaled : kMissingAmount);
}

void ShopTablesBuilder::AddLine(std::string_view session_key, std::uint64_t place,
                                const LineInput& line) {
  line_keys_.Add(session_key);
  line_place_.push_back(place);
  AddLine(line);
}

void ShopTablesBuilder::Keys::Add(std::string_view key) {
  bytes.append(key);
  end.push_back(bytes.size());
}

std::string_view ShopTablesBuilder::Keys::Text(std::size_t row) const {
  const std::uint64_t begin = row == 0 ? 0 : end[row - 1];
  return std::string_view(bytes).substr(begin, end[row] - begin);
}

void ShopTablesBuilder::AddCustomer(const CustomerInput& customer) {
  CustomerTable& table = tables_.customers;
  table.client.push_back(tables_.clients.Code(customer.client));
  table.download.push_back(customer.download.value_or(kMissingInstant));
  table.signup.push_back(customer.signup.value_or(kMissingInstant));
  AddDimensions(table.dimensions, customer.dimensions);
}

Result<ShopTables> ShopTablesBuilder::Finish() && {
  std::vector<ShopTablesBuilder> parts;
  parts.push_back(std::move(*this));
  return FinishTogether(std::move(parts));
}

Result<ShopTables> ShopTablesBuilder::FinishTogether(std::vector<ShopTablesBuilder> parts) {
  CARTWRIGHT_CHECK(!parts.empty(), "there is at least one part");
  return FinishParts(std::move(parts));
}

}  // namespace cartwright
