#include "tests/support/rfm_orders.h"

#include <array>
#include <fstream>
#include <string>
#include <string_view>

#include "analyses/tables/shop_tables_builder.h"
#include "tests/support/online_retail.h"

namespace cartwright::testing {

std::optional<ShopTables> LoadRfmOrders() {
  std::ifstream file(DataFolder() + "/rfm/rfm_orders.csv");
  if (!file) {
    return std::nullopt;
  }
  ShopTablesLayout layout;
  layout.action_names = {"has_sessions", "purchased"};
  layout.currency = "USD";
  const TimeZone zone = TimeZone::Utc();
  ShopTablesBuilder builder(std::move(layout), zone);
  std::string line;
  std::getline(file, line);  // The header: customer_id,order_date,revenue.
  for (int number = 0; std::getline(file, line); ++number) {
    const std::size_t date = line.find(',') + 1;
    const std::size_t revenue = line.find(',', date) + 1;
    const std::string_view text = line;
    const std::string key = std::to_string(number);
    SessionInput session;
    session.key = key;
    session.client = text.substr(0, date - 1);
    session.start = zone.StartOfDay(ParseDay(text.substr(date, revenue - date - 1)).value());
    session.actions = 3;
    session.amounts[static_cast<std::size_t>(AmountKind::kPayment)] =
        ParseDecimal(text.substr(revenue), 2).scaled;
    builder.AddSession(session);
  }
  return std::move(builder).Finish().value();
}

ShopCalendar RfmOrdersCalendar() {
  ShopCalendar calendar;
  calendar.as_of = calendar.zone.StartOfDay(ParseDay("2007-01-01").value());
  return calendar;
}

}  // namespace cartwright::testing
