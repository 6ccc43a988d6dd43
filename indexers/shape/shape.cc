#include "indexers/shape/shape.h"

#include <algorithm>
#include <utility>

#include "daemon/base/check.h"
#include "indexers/shape/compose.h"
#include "indexers/shape/event_folder.h"
#include "indexers/shape/row_grouper.h"
#include "indexers/shape/row_shaper.h"
#include "indexers/shape/set_aside_budget.h"
#include "indexers/shape/shop_rules.h"

namespace cartwright {
namespace {

bool HasFeed(const Config& config, FeedKind kind) {
  return std::any_of(config.sources.begin(), config.sources.end(),
                     [kind](const SourceConfig& source) { return source.feeds == kind; });
}

/// Orders and events get three quarters of the memory where there are customers too, and half of
/// that each where there are both.
std::int64_t OrderBytes(const Config& config) {
  const std::int64_t bytes = HasFeed(config, FeedKind::kCustomers)
                                 ? config.limits.grouping_bytes / 4 * 3
                                 : config.limits.grouping_bytes;
  const bool has_orders = HasFeed(config, FeedKind::kSessions) || HasFeed(config, FeedKind::kLines);
  return has_orders && HasFeed(config, FeedKind::kEvents) ? bytes / 2 : bytes;
}

}  // namespace

struct ShopShaper::Parts {
  Parts(const Config& shop, std::vector<RowShaper> row_shapers, const std::string& spill_folder,
        SetAsideSink set_aside)
      : config(shop),
        shapers(std::move(row_shapers)),
        composer(MakeComposeRules(shop)),
        folder(MakeComposeRules(shop)),
        orders(spill_folder, OrderBytes(shop)),
        events(spill_folder, OrderBytes(shop)),
        customers(spill_folder, shop.limits.grouping_bytes / 4),
        budget(shop.limits, shop.sources.size()),
        on_set_aside(std::move(set_aside)),
        counts(shop.sources.size()),
        files(shop.sources.size()) {}

  Status TakeRow(std::size_t source, const RawRow& row, const RowSource& rows);
  Status Group(std::size_t source, const RawRow& row, const ShapedRow& shaped);
  Status SetRowAside(SetAside row, std::string_view raw, std::uint64_t lines = 1);
  Status CheckShares(bool of_customers) const;
  SetAside Describe(const SourcePosition& position, const FieldFault& fault) const;

  Config config;
  std::vector<RowShaper> shapers;
  Composer composer;
  EventFolder folder;
  RowGrouper orders;
  RowGrouper events;
  RowGrouper customers;
  SetAsideBudget budget;
  SetAsideSink on_set_aside;
  std::vector<ShapeCounts> counts;
  std::vector<std::string> files;  ///< What messages call each source.
};

SetAside ShopShaper::Parts::Describe(const SourcePosition& position,
                                     const FieldFault& fault) const {
  SetAside row;
  row.position = position;
  row.file = files[position.source];
  row.code = fault.code;
  row.reason = fault.reason;
  row.remedy = fault.remedy;
  return row;
}

Status ShopShaper::Parts::SetRowAside(SetAside row, std::string_view raw, std::uint64_t lines) {
  KeepRaw(row, raw);
  const std::size_t source = row.position.source;
  ++counts[source].set_aside;
  on_set_aside(row);
  return budget.Spend(config.sources[source].name, source, counts[source], row.Text(), lines);
}

/// After the last document: composing sets rows aside as well.
Status ShopShaper::Parts::CheckShares(bool of_customers) const {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if ((config.sources[i].feeds == FeedKind::kCustomers) == of_customers) {
      CARTWRIGHT_TRY(budget.CheckShare(config.sources[i].name, i, counts[i]));
    }
  }
  return {};
}

Status ShopShaper::Parts::TakeRow(std::size_t source, const RawRow& row, const RowSource& rows) {
  if (row.fault != nullptr) {
    const RowFault& fault = *row.fault;
    SetAside aside = Describe(row.position, {fault.code, fault.reason, fault.remedy});
    aside.column = fault.column;
    aside.value = EscapeForMessage(fault.value);
    return SetRowAside(std::move(aside), row.raw, fault.lines);
  }
  const ShapedRow& shaped = shapers[source].Shape(row);
  switch (shaped.fate) {
    case ShapedRow::Fate::kFiltered:
      ++counts[source].filtered;
      return {};
    case ShapedRow::Fate::kUsable:
      return Group(source, row, shaped);
    case ShapedRow::Fate::kRejected:
      break;
  }
  const Reject& reject = shapers[source].reject();
  SetAside aside = Describe(row.position, reject.fault);
  if (reject.column >= 0) {
    aside.column = rows.columns()[static_cast<std::size_t>(reject.column)];
  }
  aside.value = EscapeForMessage(reject.value);
  aside.key = shaped.key;
  return SetRowAside(std::move(aside), row.raw);
}

Status ShopShaper::Parts::Group(std::size_t source, const RawRow& row, const ShapedRow& shaped) {
  const FeedKind feeds = config.sources[source].feeds;
  RowGrouper& grouper = feeds == FeedKind::kCustomers ? customers
                        : feeds == FeedKind::kEvents  ? events
                                                      : orders;
  return grouper.Add({shaped.key, feeds == FeedKind::kLines, row.position.source, shaped.version,
                      row.position.ordinal, row.position.line, shaped.payload.view()});
}

namespace {

/// Keeps the books while groups become documents.
template <class Parts>
class Ledger final : public ComposedRows {
 public:
  Ledger(Parts& parts, const ShopShaper::SessionSink* sessions,
         const ShopShaper::CustomerSink* customers)
      : parts_(parts), sessions_(sessions), customers_(customers) {}

  Status TakeSession(const SessionRecord& session, std::span<const RowRef> rows) override {
    CountUsed(rows);
    return (*sessions_)(session, rows);
  }
  Status TakeCustomer(const CustomerRecord& customer, std::span<const RowRef> rows) override {
    CountUsed(rows);
    return (*customers_)(customer, rows);
  }
  void Supersede(const GroupedRow& row) override { ++parts_.counts[row.source].superseded; }
  Status SetRowAside(const GroupedRow& row, const FieldFault& fault,
                     std::string_view raw) override {
    const SourcePosition position{row.source, row.line, row.ordinal};
    SetAside aside = parts_.Describe(position, fault);
    aside.value = EscapeForMessage(row.key);
    aside.key = row.key;
    return parts_.SetRowAside(std::move(aside), raw);
  }

 private:
  void CountUsed(std::span<const RowRef> rows) {
    for (const RowRef& row : rows) {
      ++parts_.counts[row.source].used;
    }
  }

  Parts& parts_;
  const ShopShaper::SessionSink* sessions_;
  const ShopShaper::CustomerSink* customers_;
};

}  // namespace

ShopShaper::ShopShaper(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ShopShaper::ShopShaper(ShopShaper&&) noexcept = default;
ShopShaper& ShopShaper::operator=(ShopShaper&&) noexcept = default;
ShopShaper::~ShopShaper() = default;

Result<ShopShaper> ShopShaper::Make(const Config& config, const std::string& spill_folder,
                                    SetAsideSink on_set_aside) {
  CARTWRIGHT_ASSIGN(std::vector<RowShaper> shapers, MakeRowShapers(config));
  return ShopShaper(
      std::make_unique<Parts>(config, std::move(shapers), spill_folder, std::move(on_set_aside)));
}

Status ShopShaper::Read(std::size_t source_index, RowSource& rows) {
  CARTWRIGHT_CHECK(source_index < parts_->shapers.size(), "there is no such source");
  CARTWRIGHT_TRY(parts_->shapers[source_index].Bind(rows));
  parts_->files[source_index] = rows.name();
  for (;;) {
    CARTWRIGHT_ASSIGN(const RawRow* const row, rows.Next());
    parts_->counts[source_index].read = rows.rows_read();
    if (row == nullptr) {
      return parts_->budget.CheckShare(parts_->config.sources[source_index].name, source_index,
                                       parts_->counts[source_index]);
    }
    CARTWRIGHT_TRY(parts_->TakeRow(source_index, *row, rows));
  }
}

Status ShopShaper::EmitSessions(const SessionSink& sink) {
  Ledger ledger(*parts_, &sink, nullptr);
  CARTWRIGHT_TRY(parts_->orders.ForEachGroup([this, &ledger](std::span<const GroupedRow> group) {
    return parts_->composer.ComposeOrders(group, ledger);
  }));
  CARTWRIGHT_TRY(parts_->events.ForEachGroup([this, &ledger](std::span<const GroupedRow> group) {
    return parts_->folder.Fold(group, ledger);
  }));
  return parts_->CheckShares(false);
}

Status ShopShaper::EmitCustomers(const CustomerSink& sink) {
  Ledger ledger(*parts_, nullptr, &sink);
  CARTWRIGHT_TRY(parts_->customers.ForEachGroup([this, &ledger](std::span<const GroupedRow> group) {
    return parts_->composer.ComposeCustomers(group, ledger);
  }));
  return parts_->CheckShares(true);
}

const std::vector<ShapeCounts>& ShopShaper::counts() const { return parts_->counts; }

bool ShopShaper::spilled() const {
  return parts_->orders.spilled() || parts_->events.spilled() || parts_->customers.spilled();
}

}  // namespace cartwright
