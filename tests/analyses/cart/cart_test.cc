#include "analyses/cart/cart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>

#include "tests/support/online_retail.h"
#include "tests/support/report_text.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Report> Compute(const ShopTablesFixture& shop, std::string_view as_of,
                            const CartOptions& options = {}) {
  return ComputeCart(shop.Build(), shop.Calendar(as_of), options).value();
}

std::vector<std::string> Rows(const std::vector<Report>& reports, std::string_view type,
                              const std::vector<std::string>& columns = {}) {
  return RowTexts(FindReport(reports, type, "").table, columns);
}

FixtureSession Cart(std::string client, std::string local, std::string actions,
                    std::int32_t units) {
  return {.client = std::move(client),
          .local = std::move(local),
          .actions = "has_basket " + actions,
          .dimensions = {units > 2 ? std::optional<std::string>("Bonn") : std::nullopt},
          .lines = {{"tea", units, 10'000'000}, {"cup", -1, 10'000'000}}};
}

/// Five cart sessions of tea at 10.00: one bought, one recovered, two left, one open; and an order
/// without a cart.
ShopTablesFixture CartShop(ShopTablesLayout layout = FixtureLayout()) {
  layout.dimensions = {"city"};
  ShopTablesFixture shop("Europe/Berlin", layout);
  shop.Add(Cart("ann", "2024-03-01 10:00", "order_screen purchased", 1));
  shop.Add(Cart("bob", "2024-03-01 10:30", "order_screen", 2));
  shop.Add(Cart("cat", "2024-03-01 23:00", "", 3));
  shop.Add(Cart("", "2024-03-03 10:00", "order_screen", 4));
  shop.Add(Cart("dan", "2024-03-05 08:00", "", 5));
  shop.Add({.client = "bob",
            .local = "2024-03-04 09:00",
            .actions = "purchased",
            .dimensions = {std::nullopt}});
  shop.Add(
      {.client = "bob", .local = "2024-03-05 09:00", .refund = 100, .dimensions = {std::nullopt}});
  return shop;
}

constexpr std::string_view kAsOf = "2024-03-05 12:00";

TEST(CartTest, CountsCartsThreeWays) {
  // counted_by carts purchased recovered open abandoned rate recovery values orders-without
  EXPECT_THAT(Rows(Compute(CartShop(), kAsOf), "abandonment"),
              ElementsAre("session 5 1 1 1 2 0.8000 0.3333 7000 2000 1",
                          "customer 5 1 1 1 2 0.8000 0.3333 7000 2000 1",
                          "cart 5 1 1 1 2 0.8000 0.3333 7000 2000 1"));
  const Report report = FindReport(Compute(CartShop(), kAsOf), "abandonment", "");
  EXPECT_EQ(report.rows_read, 7);
  EXPECT_EQ(report.rows_used, 5);
  EXPECT_EQ(report.rows_dropped.at("no_cart"), 1);
  EXPECT_EQ(report.rows_dropped.at("credit"), 1);
}

TEST(CartTest, SaysAtWhichStageCartsEnd) {
  EXPECT_THAT(Rows(Compute(CartShop(), kAsOf), "stages"),
              ElementsAre("cart 5 1.0000 2 0.4000 8000", "checkout 3 0.6000 2 0.6667 6000",
                          "purchase 1 0.2000 - - -"));
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.actions &= ~4U;
  const Report report = FindReport(Compute(CartShop(layout), kAsOf), "stages", "");
  EXPECT_THAT(RowTexts(report.table),
              ElementsAre("cart 5 1.0000 4 0.8000 14000", "purchase 1 0.2000 - - -"));
  EXPECT_THAT(report.warnings, Contains(HasSubstr("order_screen; not available: the stage")));
}

TEST(CartTest, ShowsWhenCartsComeBackAmongThoseThatHadTheTime) {
  const auto reports = Compute(CartShop(), kAsOf, {.recovery_days = 3});
  // bob after 2 days 22.5 hours, cat not at all; dan's days are not over, the guest is unknown.
  EXPECT_THAT(Rows(reports, "recovery"),
              ElementsAre("0 2 0 0.0000", "1 2 0 0.0000", "2 2 1 0.5000", "3 2 0 0.5000"));
  EXPECT_EQ(FindReport(Compute(CartShop(), kAsOf), "recovery", "").status,
            ReportStatus::kInsufficientData);
}

TEST(CartTest, ProfilesHoursDaysAndDimensionValues) {
  const auto reports = Compute(CartShop(), kAsOf);
  const std::vector<std::string> columns = {"carts", "purchased_carts", "abandonment_rate"};
  EXPECT_EQ(Rows(reports, "hourly_abandonment", columns)[10], "3 1 0.6667");
  EXPECT_EQ(Rows(reports, "hourly_abandonment", columns)[11], "0 0 -");
  EXPECT_THAT(Rows(reports, "daily_abandonment", {"bucket_local", "is_complete", "carts"}),
              ElementsAre("2024-03-01 true 3", "2024-03-02 true 0", "2024-03-03 true 1",
                          "2024-03-04 true 0", "2024-03-05 false 1"));
  EXPECT_THAT(Rows(reports, "weekly_abandonment", {"bucket_local", "carts"}),
              ElementsAre("2024-02-26 4", "2024-03-04 1"));
  EXPECT_THAT(Rows(reports, "monthly_abandonment", {"bucket_local", "is_complete", "carts"}),
              ElementsAre("2024-03 false 5"));
  EXPECT_THAT(Rows(reports, "dimension_abandonment", {"dimension", "dimension_item", "carts"}),
              ElementsAre("city Bonn 3", "city - 2"));
}

TEST(CartTest, TheValueIsNullWhereOnlyOrdersHaveLines) {
  ShopTablesFixture shop;
  shop.Add({.client = "ann",
            .local = "2024-03-01",
            .actions = "has_basket purchased",
            .lines = {{"tea", 1, 10'000'000}}});
  shop.Visit("bob", "2024-03-01", "has_basket");
  const Report report = FindReport(Compute(shop, kAsOf), "abandonment", "");
  EXPECT_EQ(RowTexts(report.table, {"carts", "value_abandoned", "value_recovered"})[0], "2 - -");
  EXPECT_THAT(report.warnings,
              ElementsAre("no source gives basket lines of visits without an order; not available: "
                          "value_abandoned, value_recovered"));
}

TEST(CartTest, NeedsCartsAndVisitsThatBoughtNothing) {
  ShopTablesLayout layout = FixtureLayout();
  layout.recorded.visits = false;
  for (const Report& report : Compute(CartShop(layout), kAsOf)) {
    EXPECT_EQ(report.status_reason, "no source gives visits without an order");
    EXPECT_EQ(report.table.rows(), 0U);
  }
  layout.recorded.actions = 1;
  EXPECT_EQ(FindReport(Compute(CartShop(layout), kAsOf), "abandonment", "").status_reason,
            "no source gives the action has_basket");
  for (const Report& report : Compute(ShopTablesFixture(), kAsOf)) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData) << report.key.type;
    EXPECT_EQ(report.table.rows(), 0U) << report.key.type;
  }
}

TEST(CartTest, RefusesAnActionThatSessionsDoNotHave) {
  const ShopTablesFixture shop = CartShop();
  const auto made = ComputeCart(shop.Build(), shop.Calendar(kAsOf), {.cart_action = "has_baskt"});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("did you mean \"has_basket\"?"));
}

TEST(CartTest, SeriesSumToTheSessionsAndRowsMayArriveInAnyOrder) {
  std::mt19937 random(2);
  const auto below = [&random](std::uint32_t n) { return static_cast<int>(random() % n); };
  ShopTablesLayout layout = FixtureLayout();
  layout.dimensions = {"city"};
  ShopTablesFixture shop("Europe/Berlin", layout);
  for (int i = 0; i < 200; ++i) {
    shop.Add(Cart(
        below(4) == 0 ? "" : "c" + std::to_string(below(30)),
        "2024-02-" + std::to_string(10 + below(19)) + " " + std::to_string(10 + below(14)) + ":00",
        below(3) == 0 ? "purchased" : "", 1 + below(4)));
  }
  const auto reports = Compute(shop, kAsOf);
  const ReportTable all = FindReport(reports, "abandonment", "").table;
  for (const char* type : {"hourly_abandonment", "daily_abandonment", "weekly_abandonment",
                           "monthly_abandonment", "dimension_abandonment"}) {
    const ReportTable series = FindReport(reports, type, "").table;
    for (const char* column : {"carts", "purchased_carts", "recovered_carts", "abandoned_carts"}) {
      std::int64_t sum = 0;
      for (std::size_t row = 0; row < series.rows(); ++row) {
        sum += series.Integer(row, column);
      }
      EXPECT_EQ(sum, all.Integer(0, column)) << type << " " << column;
    }
  }
  const auto shuffled = Compute(shop.Shuffle(3), kAsOf);
  for (std::size_t i = 0; i < reports.size(); ++i) {
    EXPECT_EQ(RowTexts(shuffled[i].table), RowTexts(reports[i].table)) << reports[i].key.type;
  }
}

/// What one session of the REES46 sample did.
struct ShopperSession {
  std::string client;
  std::string start;
  bool cart = false;
  bool bought = false;
};

std::map<std::string, ShopperSession> ReadRees46(std::ifstream& file) {
  std::map<std::string, ShopperSession> sessions;
  std::string line;
  std::getline(file, line);  // The header.
  while (std::getline(file, line)) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
      if (c == ',') {
        fields.emplace_back();
      } else {
        fields.back().push_back(c);
      }
    }
    ShopperSession& session = sessions[fields[8]];
    const std::string time = fields[0].substr(0, 19);
    if (session.start.empty() || time < session.start) {
      session.start = time;
      session.client = fields[7];
    }
    session.cart = session.cart || fields[1] == "cart";
    session.bought = session.bought || fields[1] == "purchase";
  }
  return sessions;
}

TEST(CartTest, ReproducesRees46) {
  std::ifstream file(testing::DataFolder() + "/rees46/rees46_2019-Oct_first3h.csv");
  if (!file) {
    GTEST_SKIP() << "REES46 is not in " << testing::DataFolder();
  }
  ShopTablesFixture shop("UTC");
  for (const auto& [key, session] : ReadRees46(file)) {
    shop.Add({.client = session.client,
              .local = session.start,
              .actions = session.cart ? (session.bought ? "has_basket purchased" : "has_basket")
                                      : (session.bought ? "purchased" : ""),
              .key = key});
  }
  const ReportTable table = FindReport(Compute(shop, "2019-10-01 03:00"), "abandonment", "").table;
  EXPECT_THAT(RowTexts(table, {"counted_by", "carts", "purchased_carts", "orders_without_cart"}),
              ElementsAre("session 118 65 135", "customer 111 62 135", ::testing::_));
  EXPECT_NEAR(table.Real(0, "abandonment_rate"), 0.449153, 5e-7);
  EXPECT_NEAR(table.Real(1, "abandonment_rate"), 0.441441, 5e-7);
}

}  // namespace
}  // namespace cartwright
