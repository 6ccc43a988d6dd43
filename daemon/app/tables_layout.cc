#include "daemon/app/tables_layout.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/money.h"

namespace cartwright {
namespace {

using NamedColumns = std::vector<std::pair<std::string, std::string>>;

// In the order of AmountKind.
constexpr std::string_view kAmountFields[kAmountKinds] = {
    "payment_amount", "discount_amount", "tax_amount", "shipping_amount", "refund_amount"};

bool Maps(const NamedColumns& columns, std::string_view name) {
  return std::any_of(columns.begin(), columns.end(),
                     [name](const auto& column) { return column.first == name; });
}

std::uint32_t Bit(const std::vector<std::string>& action_names, std::string_view name) {
  const auto found = std::find(action_names.begin(), action_names.end(), name);
  return found == action_names.end() ? 0 : 1U << (found - action_names.begin());
}

void AddSessions(const SourceConfig& source, const std::vector<std::string>& action_names,
                 Recorded& recorded) {
  recorded.visits = recorded.visits || !source.orders_only;
  for (const auto& [name, column] : source.actions) {
    recorded.actions |= Bit(action_names, name);
  }
  for (std::size_t kind = 0; kind < kAmountKinds; ++kind) {
    recorded.amounts[kind] = recorded.amounts[kind] || Maps(source.columns, kAmountFields[kind]);
  }
}

// What a basket line says of its order.
void AddLines(const SourceConfig& source, const std::vector<std::string>& action_names,
              Recorded& recorded) {
  recorded.lines = true;
  recorded.actions |= Bit(action_names, "has_basket");
  const bool priced = Maps(source.columns, "price");
  bool& payment = recorded.amounts[static_cast<std::size_t>(AmountKind::kPayment)];
  bool& refund = recorded.amounts[static_cast<std::size_t>(AmountKind::kRefund)];
  payment = payment || priced;
  refund = refund || (priced && source.returns.any());
}

// What the events of a session say of it.
void AddEvents(const SourceConfig& source, const std::vector<std::string>& action_names,
               Recorded& recorded) {
  recorded.visits = recorded.visits || !source.events.view.empty();
  recorded.lines = true;
  recorded.actions |= source.events.cart.empty() ? 0 : Bit(action_names, "has_basket");
  recorded.actions |= source.events.checkout.empty() ? 0 : Bit(action_names, "order_screen");
  const bool priced = Maps(source.columns, "price");
  bool& payment = recorded.amounts[static_cast<std::size_t>(AmountKind::kPayment)];
  bool& refund = recorded.amounts[static_cast<std::size_t>(AmountKind::kRefund)];
  payment = payment || priced;
  refund = refund || (priced && source.allow_negative_amounts);
}

}  // namespace

Recorded RecordedBy(const Config& config) {
  const std::vector<std::string> names = config.ActionNames();
  Recorded recorded;
  recorded.actions = Bit(names, "has_sessions") | Bit(names, "purchased");
  recorded.amounts.fill(false);
  recorded.visits = recorded.lines = recorded.promotions = false;
  recorded.downloads = recorded.signups = false;
  for (const SourceConfig& source : config.sources) {
    recorded.promotions = recorded.promotions || Maps(source.columns, "promotion_id");
    switch (source.feeds) {
      case FeedKind::kSessions:
        AddSessions(source, names, recorded);
        break;
      case FeedKind::kLines:
        AddLines(source, names, recorded);
        break;
      case FeedKind::kEvents:
        AddEvents(source, names, recorded);
        break;
      case FeedKind::kCustomers:
        recorded.downloads = recorded.downloads || Maps(source.columns, "download_date");
        recorded.signups = recorded.signups || Maps(source.columns, "signup_date");
        break;
    }
  }
  return recorded;
}

ShopTablesLayout TablesLayoutOf(const Config& config) {
  ShopTablesLayout layout;
  layout.action_names = config.ActionNames();
  layout.dimensions = config.DimensionNames();
  layout.customer_dimensions = config.CustomerDimensionNames();
  layout.recorded = RecordedBy(config);
  layout.currency = config.shop.currency;
  if (const Result<int> exponent = CurrencyExponent(config.shop.currency)) {
    layout.currency_exponent = *exponent;
  }
  return layout;
}

}  // namespace cartwright
