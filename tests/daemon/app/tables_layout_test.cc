#include "daemon/app/tables_layout.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/daemon/config/fixed_secrets.h"

namespace cartwright {
namespace {

/// The layout of a shop with these sources, one entry of the list each.
ShopTablesLayout Layout(const std::string& sources) {
  const LoadedConfig loaded =
      ParseConfig("shop: {currency: JPY}\nsources:\n" + sources, "shop.yaml", FixedSecrets());
  for (const ConfigFinding& finding : loaded.findings) {
    EXPECT_TRUE(finding.is_warning) << finding.Format("shop.yaml");
  }
  return TablesLayoutOf(loaded.config.value());
}

const std::string kOrders = R"(
  - name: orders
    feeds: sessions
    csv: {path: orders.csv}
    orders_only: true
    key: [id]
    columns: {session_start_date: day, payment_amount: sales}
)";

const std::string kSessions = R"(
  - name: web
    feeds: sessions
    csv: {path: sessions.csv}
    key: [id]
    columns: {id: id, session_start_date: day, has_purchased: bought, discount_amount: off, promotion_id: promo}
    actions: [order_screen, wishlist]
)";

const std::string kLines = R"(
  - name: lines
    feeds: lines
    csv: {path: lines.csv}
    columns: {order_id: id, product: sku, quantity: n, price: price, session_start_date: day}
)";

TEST(TablesLayoutTest, AShopOfOrdersRecordsNeitherVisitsNorBaskets) {
  const ShopTablesLayout layout = Layout(kOrders);
  const Recorded& recorded = layout.recorded;
  EXPECT_EQ(recorded.actions, 0b1001U) << "has_sessions and purchased";
  EXPECT_TRUE(recorded.amount(AmountKind::kPayment));
  EXPECT_FALSE(recorded.amount(AmountKind::kDiscount));
  EXPECT_FALSE(recorded.amount(AmountKind::kRefund));
  EXPECT_FALSE(recorded.visits);
  EXPECT_FALSE(recorded.lines);
  EXPECT_FALSE(recorded.promotions);
  EXPECT_FALSE(recorded.downloads);
  EXPECT_EQ(layout.currency_exponent, 0);
}

TEST(TablesLayoutTest, SessionsRecordWhatTheyMap) {
  const ShopTablesLayout layout = Layout(kSessions);
  EXPECT_EQ(layout.recorded.actions, 0b11101U) << "no has_basket";
  EXPECT_TRUE(layout.recorded.visits);
  EXPECT_TRUE(layout.recorded.promotions);
  EXPECT_TRUE(layout.recorded.amount(AmountKind::kDiscount));
  EXPECT_FALSE(layout.recorded.amount(AmountKind::kPayment));
}

const std::string kEvents = R"(
  - name: clicks
    feeds: events
    csv: {path: events.csv}
    columns: {event_time: at, event_type: what, product_id: sku, user_id: who, price: price}
)";

TEST(TablesLayoutTest, EventsRecordWhatTheirKindsSay) {
  const Recorded recorded = Layout(kEvents).recorded;
  EXPECT_EQ(recorded.actions, 0b1011U) << "no event type is a checkout";
  EXPECT_TRUE(recorded.visits);
  EXPECT_TRUE(recorded.lines);
  EXPECT_TRUE(recorded.amount(AmountKind::kPayment));
  EXPECT_FALSE(recorded.amount(AmountKind::kRefund));
  const Recorded bought =
      Layout(kEvents + "    events: {view: [], cart: [], checkout: [begin]}\n").recorded;
  EXPECT_EQ(bought.actions, 0b1101U);
  EXPECT_FALSE(bought.visits);
}

TEST(TablesLayoutTest, LinesRecordBasketsAndTheMoneyOfTheirOrders) {
  const Recorded sold = Layout(kLines).recorded;
  EXPECT_EQ(sold.actions, 0b1011U) << "a line is a basket";
  EXPECT_TRUE(sold.lines);
  EXPECT_FALSE(sold.visits);
  EXPECT_TRUE(sold.amount(AmountKind::kPayment));
  EXPECT_FALSE(sold.amount(AmountKind::kRefund)) << "no rule says what a return is";
  const Recorded returned = Layout(kLines + "    returns: {negative_quantity: true}\n").recorded;
  EXPECT_TRUE(returned.amount(AmountKind::kRefund));
}

TEST(TablesLayoutTest, CustomersRecordTheDatesThatTheyMap) {
  const Recorded recorded = Layout(kOrders + R"(
  - name: crm
    feeds: customers
    csv: {path: customers.csv}
    key: [id]
    columns: {client: id, download_date: installed}
)")
                                .recorded;
  EXPECT_TRUE(recorded.downloads);
  EXPECT_FALSE(recorded.signups);
}

}  // namespace
}  // namespace cartwright
