#include "analyses/stats/stats.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "tests/support/shop_tables_fixture.h"

namespace cartwright {
namespace {

std::vector<Report> Compute(const ShopTables& tables, const ShopCalendar& calendar,
                            const StatsOptions& options = {}) {
  return ComputeStats(tables, calendar, options).value();
}

const Report& Find(const std::vector<Report>& reports, std::string_view type,
                   std::string_view time_period = "") {
  for (const Report& report : reports) {
    if (report.key.type == type && report.key.time_period == time_period) {
      return report;
    }
  }
  ADD_FAILURE() << "no report " << type;
  return reports.front();
}

bool IsNull(const ReportTable& table, std::size_t row, std::string_view column) {
  return table.IsNull(row, table.Find(column).value());
}

// Every cell of a table as text, so that two tables can be compared whole.
std::string Print(const ReportTable& table) {
  std::string out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
      const Cell::Value value = table.At(row, column);
      if (const auto* text = std::get_if<std::string_view>(&value)) {
        out.append(*text);
      } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
        out.append(std::to_string(*whole));
      } else if (const auto* real = std::get_if<double>(&value)) {
        out.append(std::to_string(*real));
      } else if (const auto* money = std::get_if<Money>(&value)) {
        out.append(std::to_string(money->minor));
      } else if (const auto* instant = std::get_if<Instant>(&value)) {
        out.append(std::to_string(instant->millis));
      } else if (const auto* flag = std::get_if<bool>(&value)) {
        out.append(*flag ? "yes" : "no");
      } else {
        out.append("-");
      }
      out.push_back(column + 1 < table.columns().size() ? '|' : '\n');
    }
  }
  return out;
}

// A fortnight: Ann buys twice and returns something, Bob buys once, a guest buys once, visits.
ShopTablesFixture Fortnight() {
  ShopTablesLayout layout = FixtureLayout();
  layout.dimensions = {"city"};
  ShopTablesFixture shop("Europe/Berlin", layout);
  shop.Add({.client = "ann",
            .local = "2024-03-04 10:00",
            .actions = "purchased",
            .payment = 1000,
            .discount = 100,
            .promotions = {"spring"},
            .dimensions = {"Bonn"},
            .lines = {{.product = "cup", .quantity = 2}, {.product = "pan", .quantity = 1}}});
  shop.Add({.client = "bob", .local = "2024-03-05 23:30", .dimensions = {"Kiel"}});
  shop.Add({.client = "bob",
            .local = "2024-03-12 11:00",
            .actions = "purchased",
            .payment = 500,
            .dimensions = {"Kiel"},
            .lines = {{.product = "cup", .quantity = 1}}});
  shop.Add({.client = "ann",
            .local = "2024-03-13 10:00",
            .actions = "purchased",
            .payment = 2500,
            .refund = 300,
            .dimensions = {"Bonn"},
            .lines = {{.product = "pan", .quantity = 5}, {.product = "cup", .quantity = -1}}});
  shop.Add({.client = "",
            .local = "2024-03-13 12:00",
            .actions = "purchased",
            .payment = 0,
            .dimensions = {std::nullopt}});
  shop.Add({.client = "ann", .local = "2024-03-14 09:00", .refund = 700, .dimensions = {"Bonn"}});
  return shop;
}

TEST(StatsTest, CountsTheWorkedExample) {
  const ShopTablesFixture shop = Fortnight();
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-16"));
  const Report& report = Find(reports, "kpis");
  const ReportTable& kpis = report.table;
  ASSERT_EQ(kpis.rows(), 4U);
  EXPECT_EQ(report.status, ReportStatus::kOk);
  EXPECT_EQ(kpis.Text(0, "window"), "all");
  EXPECT_EQ(kpis.Integer(0, "sessions"), 5);  // The credit note is no visit.
  EXPECT_EQ(kpis.Integer(0, "orders"), 4);
  EXPECT_EQ(kpis.Integer(0, "guest_orders"), 1);
  EXPECT_EQ(kpis.Integer(0, "customers"), 2);
  EXPECT_EQ(kpis.Integer(0, "units"), 9);
  EXPECT_EQ(kpis.Integer(0, "lines"), 4);
  EXPECT_EQ(kpis.Amount(0, "gross_revenue"), Money{4000});
  EXPECT_EQ(kpis.Amount(0, "returns"), Money{1000});
  EXPECT_EQ(kpis.Amount(0, "discount"), Money{100});
  EXPECT_EQ(kpis.Amount(0, "net_revenue"), Money{3000});
  EXPECT_DOUBLE_EQ(kpis.Real(0, "average_order_value"), 7.5);
  EXPECT_DOUBLE_EQ(kpis.Real(0, "conversion_rate"), 0.8);
  EXPECT_DOUBLE_EQ(kpis.Real(0, "units_per_order"), 2.25);
  EXPECT_DOUBLE_EQ(kpis.Real(0, "average_selling_price"), 30.0 / 9);
  EXPECT_DOUBLE_EQ(kpis.Real(0, "repeat_rate"), 0.5);
  EXPECT_DOUBLE_EQ(kpis.Real(0, "orders_per_customer"), 1.5);
  EXPECT_DOUBLE_EQ(kpis.Real(0, "promotion_share"), 0.25);
  EXPECT_EQ(kpis.Integer(0, "one_time_buyers"), 1);
  EXPECT_EQ(kpis.Integer(0, "new_customers"), 2);
  EXPECT_EQ(kpis.Amount(0, "new_revenue"), Money{1500});
  EXPECT_EQ(kpis.Amount(0, "returning_revenue"), Money{1500});  // 2500 - 300 - 700.
  EXPECT_EQ(kpis.Amount(0, "guest_revenue"), Money{0});
}

TEST(StatsTest, ComparesWindowsOfSevenLocalDays) {
  const ShopTablesFixture shop = Fortnight();
  // as_of is the start of the 15th: the last seven days are the 8th to the 14th.
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-15"));
  const ReportTable& kpis = Find(reports, "kpis").table;
  EXPECT_EQ(kpis.Text(1, "window"), "last_7_days");
  EXPECT_EQ(kpis.Integer(1, "orders"), 3);
  EXPECT_EQ(kpis.Integer(1, "new_customers"), 1);  // Ann's first order is before the window.
  EXPECT_EQ(kpis.Integer(1, "one_time_buyers"), 2);
  EXPECT_TRUE(kpis.Boolean(1, "is_complete"));
  EXPECT_EQ(kpis.Text(2, "window"), "previous_7_days");
  EXPECT_EQ(kpis.Integer(2, "orders"), 1);
  EXPECT_FALSE(kpis.Boolean(2, "is_complete"));  // It begins three days before the records do.
  EXPECT_EQ(kpis.Text(3, "window"), "same_7_days_last_year");
  EXPECT_EQ(kpis.Integer(3, "sessions"), 0);
  EXPECT_TRUE(IsNull(kpis, 3, "average_order_value"));
  EXPECT_TRUE(IsNull(kpis, 3, "conversion_rate"));
  EXPECT_TRUE(IsNull(kpis, 3, "repeat_rate"));
}

TEST(StatsTest, LooksAtTheSameWeekdaysOfLastYear) {
  ShopTablesFixture shop;
  shop.Order("ann", "2023-03-10 10:00", 111);  // Friday, 52 weeks before Friday the 8th.
  shop.Order("ann", "2023-03-09 10:00", 222);
  shop.Order("ann", "2024-03-14 10:00", 333);
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-15"));
  EXPECT_EQ(Find(reports, "kpis").table.Amount(3, "gross_revenue"), Money{111});
}

TEST(StatsTest, ShowsEveryDayAndMarksTheUnfinishedOne) {
  const ShopTablesFixture shop = Fortnight();
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-14 18:00"));
  const ReportTable& days = Find(reports, "daily_orders").table;
  ASSERT_EQ(days.rows(), 11U);
  EXPECT_EQ(days.Text(0, "bucket_local"), "2024-03-04");
  EXPECT_EQ(days.Integer(2, "sessions"), 0);
  EXPECT_TRUE(IsNull(days, 2, "conversion_rate"));
  EXPECT_TRUE(days.Boolean(9, "is_complete"));
  EXPECT_FALSE(days.Boolean(10, "is_complete"));
  EXPECT_EQ(days.Integer(10, "sessions"), 0);
  const ReportTable& revenue = Find(reports, "daily_revenue").table;
  EXPECT_EQ(revenue.Amount(9, "gross_revenue"), Money{2500});
  EXPECT_EQ(revenue.Amount(9, "net_revenue"), Money{2200});
  EXPECT_EQ(revenue.Amount(10, "returns"), Money{700});
  EXPECT_EQ(revenue.Amount(10, "net_revenue"), Money{-700});
  EXPECT_TRUE(IsNull(revenue, 10, "average_order_value"));
}

TEST(StatsTest, CountsAWeeksBuyersOnceAndPutsGuestsAside) {
  const ShopTablesFixture shop = Fortnight();
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-16"));
  const Report& orders = Find(reports, "weekly_average_order_per_user");
  ASSERT_EQ(orders.table.rows(), 2U);
  EXPECT_EQ(orders.table.Integer(1, "customers"), 2);
  EXPECT_EQ(orders.table.Integer(1, "orders"), 2);
  EXPECT_DOUBLE_EQ(orders.table.Real(1, "orders_per_customer"), 1.0);
  EXPECT_EQ(orders.rows_dropped.at("guest"), 1);
  const ReportTable& sessions = Find(reports, "weekly_average_session_per_user").table;
  EXPECT_EQ(sessions.Integer(0, "customers"), 2);
  EXPECT_EQ(sessions.Integer(0, "sessions"), 2);
  const ReportTable& payments = Find(reports, "weekly_average_payment_amount").table;
  EXPECT_DOUBLE_EQ(payments.Real(1, "average_payment"), 10.0);  // 30.00 over three orders.
}

TEST(StatsTest, SplitsNewFromReturningByTheFirstOrderEver) {
  const ShopTablesFixture shop = Fortnight();
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-16"));
  const ReportTable& weeks = Find(reports, "new_vs_returning", "weekly").table;
  ASSERT_EQ(weeks.rows(), 6U);
  EXPECT_EQ(weeks.Text(3, "customer_kind"), "new");
  EXPECT_EQ(weeks.Integer(3, "customers"), 1);
  EXPECT_EQ(weeks.Amount(3, "net_revenue"), Money{500});
  EXPECT_EQ(weeks.Text(4, "customer_kind"), "returning");
  EXPECT_EQ(weeks.Integer(4, "customers"), 1);
  EXPECT_EQ(weeks.Amount(4, "gross_revenue"), Money{2500});
  EXPECT_EQ(weeks.Amount(4, "net_revenue"), Money{1500});
  EXPECT_EQ(weeks.Text(5, "customer_kind"), "guest");
  EXPECT_EQ(weeks.Integer(5, "orders"), 1);
  EXPECT_TRUE(IsNull(weeks, 5, "customers"));
}

TEST(StatsTest, CountsOneFirstOrderWhereTwoStartTogether) {
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-04 10:00", 100).Order("ann", "2024-03-04 10:00", 900);
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-05"));
  const ReportTable& kpis = Find(reports, "kpis").table;
  EXPECT_EQ(kpis.Integer(0, "new_customers"), 1);
  EXPECT_EQ(kpis.Amount(0, "new_revenue"), Money{100});  // The lower document key.
  EXPECT_EQ(kpis.Amount(0, "returning_revenue"), Money{900});
}

TEST(StatsTest, ProfilesTheLocalHoursOverAllDays) {
  const ShopTablesFixture shop = Fortnight();
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-14"));
  const ReportTable& hours = Find(reports, "hourly_orders").table;
  ASSERT_EQ(hours.rows(), 24U);
  EXPECT_EQ(hours.Integer(10, "orders"), 2);
  EXPECT_DOUBLE_EQ(hours.Real(10, "orders_per_day"), 0.2);  // Ten days, 4th to 13th.
  EXPECT_EQ(hours.Integer(23, "sessions"), 1);
  EXPECT_EQ(Find(reports, "hourly_revenue").table.Amount(10, "gross_revenue"), Money{3500});
}

TEST(StatsTest, BinsPaymentsOnAOneTwoFiveLadder) {
  ShopTablesFixture shop;
  for (const std::int64_t payment : {99, 100, 199, 200, 500, 999, 1000, 5000}) {
    shop.Order("ann", "2024-03-04", payment);
  }
  shop.Add({.client = "ann", .local = "2024-03-04", .actions = "purchased"});
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-05"));
  const Report& report = Find(reports, "purchase_amount_distribution");
  EXPECT_EQ(Print(report.table),
            "0|100|1|0.125000\n100|200|2|0.250000\n200|500|1|0.125000\n500|1000|2|0.250000\n"
            "1000|2000|1|0.125000\n2000|5000|0|0.000000\n5000|10000|1|0.125000\n");
  EXPECT_EQ(report.rows_dropped.at("missing_payment"), 1);
  const ReportTable& quantiles = Find(reports, "purchase_amount_quantiles").table;
  EXPECT_DOUBLE_EQ(quantiles.Real(5, "quantile"), 0.5);
  EXPECT_DOUBLE_EQ(quantiles.Real(5, "payment_quantile"), 3.5);
}

TEST(StatsTest, PutsPaymentsBelowZeroInABinOfTheirOwn) {
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-04", -5).Order("ann", "2024-03-04", 0);
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-05"));
  EXPECT_EQ(Print(Find(reports, "purchase_amount_distribution").table),
            "-|0|1|0.500000\n0|100|1|0.500000\n");
}

TEST(StatsTest, CountsCustomersByTheirOrders) {
  ShopTablesFixture shop;
  for (const char* client : {"ann", "ann", "ann", "bob", "cem", "", ""}) {
    shop.Order(client, "2024-03-04", 100);
  }
  shop.Visit("dan", "2024-03-04");
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-05"));
  const Report& exactly = Find(reports, "order_count_distribution");
  EXPECT_EQ(Print(exactly.table), "1|2|0.666667\n3|1|0.333333\n");
  EXPECT_EQ(Print(Find(reports, "user_counts_per_order_seq").table),
            "1|3|1.000000\n2|1|0.333333\n3|1|0.333333\n");
  EXPECT_EQ(exactly.rows_dropped.at("guest"), 2);
  EXPECT_EQ(exactly.rows_dropped.at("not_purchased"), 1);
  EXPECT_EQ(exactly.rows_used, 5);
}

TEST(StatsTest, BreaksDownByDimensionWithMissingLast) {
  const ShopTablesFixture shop = Fortnight();
  const auto reports =
      Compute(shop.Build(), shop.Calendar("2024-03-16"), {.daily_dimension_values = 1});
  const ReportTable& cities = Find(reports, "dimension_kpis").table;
  EXPECT_EQ(Print(cities),
            "city|Bonn|2|2|1|8|3500|1000|100|2500|12.500000|1.000000|0.500000\n"
            "city|Kiel|2|1|1|1|500|0|0|500|5.000000|0.500000|0.250000\n"
            "city|-|1|1|0|0|0|0|0|0|0.000000|1.000000|0.250000\n");
  const Report& daily = Find(reports, "daily_dimension_values");
  ASSERT_EQ(daily.table.rows(), 12U);  // Bonn alone, the 4th to the 15th.
  EXPECT_EQ(daily.table.Text(0, "dimension_item"), "Bonn");
  EXPECT_EQ(daily.table.Integer(9, "customers"), 1);
  EXPECT_EQ(daily.table.Amount(10, "net_revenue"), Money{-700});
  ASSERT_EQ(daily.warnings.size(), 1U);
  EXPECT_EQ(daily.warnings[0], "city: daily rows for 1 of 3 values");
}

TEST(StatsTest, LeavesOutRowsFromAsOfOn) {
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-04 10:00", 100).Order("ann", "2024-03-05 00:00", 900);
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-05"));
  for (const Report& report : reports) {
    EXPECT_EQ(report.rows_dropped.at("after_as_of"), 1) << report.key.type;
  }
  EXPECT_EQ(Find(reports, "kpis").table.Amount(0, "gross_revenue"), Money{100});
  EXPECT_EQ(Find(reports, "daily_orders").table.rows(), 1U);
}

TEST(StatsTest, SaysThatAnEmptyShopHasNoBasis) {
  const ShopTablesFixture shop;
  for (const Report& report : Compute(shop.Build(), shop.Calendar("2024-03-05"))) {
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData) << report.key.type;
    EXPECT_EQ(report.status_reason, "no session starts before as_of");
    EXPECT_EQ(report.table.rows(), 0U) << report.key.type;
  }
}

TEST(StatsTest, DescribesASingleVisit) {
  ShopTablesFixture shop;
  shop.Visit("ann", "2024-03-04");
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-03-05"));
  EXPECT_EQ(Find(reports, "kpis").table.Integer(0, "sessions"), 1);
  EXPECT_EQ(Find(reports, "purchase_amount_distribution").status, ReportStatus::kInsufficientData);
  EXPECT_EQ(Find(reports, "order_count_distribution").status, ReportStatus::kInsufficientData);
}

TEST(StatsTest, KeepsLongAndShortDaysApart) {
  // Berlin: 2024-03-31 has 23 hours, 2024-10-27 has 25.
  ShopTablesFixture shop;
  shop.Order("ann", "2024-03-30 23:59", 1).Order("ann", "2024-03-31 00:00", 2);
  shop.Order("ann", "2024-03-31 23:59", 4).Order("ann", "2024-04-01 00:00", 8);
  shop.Order("ann", "2024-10-27 00:00", 16).Order("ann", "2024-10-27 23:59", 32);
  shop.Order("ann", "2024-10-28 00:00", 64);
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-10-29"));
  const ReportTable& days = Find(reports, "daily_revenue").table;
  ASSERT_EQ(days.rows(), 213U);
  EXPECT_EQ(days.Amount(1, "gross_revenue"), Money{6});
  EXPECT_EQ(days.Amount(2, "gross_revenue"), Money{8});
  EXPECT_EQ(days.Amount(211, "gross_revenue"), Money{48});
  const ReportTable& months = Find(reports, "monthly_revenue").table;
  ASSERT_EQ(months.rows(), 8U);
  EXPECT_EQ(months.Amount(0, "gross_revenue"), Money{7});
  EXPECT_EQ(months.Text(1, "bucket_local"), "2024-04");
  EXPECT_FALSE(months.Boolean(7, "is_complete"));
}

// A shop of random rows over three months, with ties, guests, credits, missing amounts.
ShopTablesFixture RandomShop(std::uint32_t seed) {
  ShopTablesLayout layout = FixtureLayout();
  layout.dimensions = {"city"};
  ShopTablesFixture shop("America/New_York", layout);
  std::mt19937 random(seed);
  const auto below = [&random](std::uint32_t n) { return static_cast<std::int64_t>(random() % n); };
  for (int i = 0; i < 400; ++i) {
    FixtureSession session;
    session.client = below(6) == 0 ? "" : "c" + std::to_string(below(25));
    const DayNumber day = ParseDay("2024-02-20").value() + static_cast<DayNumber>(below(90));
    session.local = FormatDay(day) + " " + std::to_string(10 + below(14)) + ":00";
    if (below(3) == 0) {
      session.actions = "purchased";
      session.payment = below(8) == 0 ? std::nullopt : std::optional(below(20000));
      session.lines = {{.product = "p", .quantity = static_cast<std::int32_t>(below(5)) - 1}};
    }
    if (below(10) == 0) {
      session.refund = below(3000);
    }
    session.dimensions = {below(4) == 0 ? std::nullopt
                                        : std::optional("t" + std::to_string(below(3)))};
    shop.Add(session);
  }
  return shop;
}

// The plain way: ordered sets and maps over every row, per local period label.
TEST(StatsTest, AgreesWithASecondWayOfCounting) {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    const ShopTablesFixture shop = RandomShop(seed);
    const ShopTables tables = shop.Build();
    const ShopCalendar calendar = shop.Calendar("2024-05-10 15:30", WeekStart::kSunday);
    const auto reports = Compute(tables, calendar);
    const SessionTable& rows = tables.sessions;
    for (const Period period : {Period::kDay, Period::kWeek, Period::kMonth}) {
      std::map<std::string, std::set<std::uint32_t>> customers;
      std::map<std::string, std::tuple<std::int64_t, std::int64_t, std::int64_t>> totals;
      for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows.start[row] >= calendar.as_of) {
          continue;
        }
        const DayNumber day = calendar.zone.ToLocal(rows.start[row]).day;
        const std::string label =
            PeriodLabel(PeriodIndex(day, period, WeekStart::kSunday), period, WeekStart::kSunday);
        auto& [sessions, orders, net] = totals[label];
        sessions += rows.is_credit(row) ? 0 : 1;
        orders += rows.purchased(row) ? 1 : 0;
        net += rows.Net(row);
        if (rows.purchased(row) && rows.client[row] != kNoCode) {
          customers[label].insert(rows.client[row]);
        }
      }
      const std::string name(TimePeriodName(period));
      const ReportTable& orders = Find(reports, name + "_orders").table;
      const ReportTable& revenue = Find(reports, name + "_revenue").table;
      for (std::size_t row = 0; row < orders.rows(); ++row) {
        const std::string label(orders.Text(row, "bucket_local"));
        const auto& [sessions, bought, net] = totals[label];
        EXPECT_EQ(orders.Integer(row, "sessions"), sessions) << label;
        EXPECT_EQ(orders.Integer(row, "orders"), bought) << label;
        EXPECT_EQ(orders.Integer(row, "customers"),
                  static_cast<std::int64_t>(customers[label].size()))
            << label;
        EXPECT_EQ(revenue.Amount(row, "net_revenue").minor, net) << label;
      }
      EXPECT_EQ(orders.rows(), totals.size()) << name;  // Looking up an extra label adds it.
    }
  }
}

TEST(StatsTest, KeepsTheIdentitiesOfTheDefinitions) {
  const ShopTablesFixture shop = RandomShop(7);
  const auto reports = Compute(shop.Build(), shop.Calendar("2024-05-10 15:30"));
  const ReportTable& kpis = Find(reports, "kpis").table;
  const double net = static_cast<double>(kpis.Amount(0, "net_revenue").minor) / 100;
  const auto orders = static_cast<double>(kpis.Integer(0, "orders"));
  EXPECT_NEAR(orders * kpis.Real(0, "average_order_value"), net, 1e-9);
  EXPECT_NEAR(kpis.Real(0, "units_per_order") * kpis.Real(0, "average_selling_price"),
              kpis.Real(0, "average_order_value"), 1e-12);
  EXPECT_NEAR(static_cast<double>(kpis.Integer(0, "sessions")) * kpis.Real(0, "conversion_rate") *
                  kpis.Real(0, "average_order_value"),
              net, 1e-9);
  EXPECT_EQ(kpis.Amount(0, "new_revenue").minor + kpis.Amount(0, "returning_revenue").minor +
                kpis.Amount(0, "guest_revenue").minor,
            kpis.Amount(0, "net_revenue").minor);
  const auto sum = [&reports](std::string_view type, std::string_view time_period,
                              std::string_view column) {
    const ReportTable& table = Find(reports, type, time_period).table;
    std::int64_t total = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      total += table.Amount(row, column).minor;
    }
    return total;
  };
  for (const char* column : {"gross_revenue", "returns", "net_revenue"}) {
    const std::int64_t total = kpis.Amount(0, column).minor;
    for (const char* type : {"hourly_revenue", "daily_revenue", "weekly_revenue", "monthly_revenue",
                             "dimension_kpis", "daily_dimension_values"}) {
      EXPECT_EQ(sum(type, "", column), total) << type << " " << column;
    }
    EXPECT_EQ(sum("new_vs_returning", "weekly", column), total) << column;
    EXPECT_EQ(sum("new_vs_returning", "monthly", column), total) << column;
  }
  for (const Report& report : reports) {
    std::int64_t accounted = report.rows_used;
    for (const auto& [reason, count] : report.rows_dropped) {
      accounted += count;
    }
    EXPECT_EQ(accounted, report.rows_read) << report.key.type;
  }
}

TEST(StatsTest, DoesNotDependOnTheOrderOfArrival) {
  ShopTablesFixture shop = RandomShop(3);
  const auto before = Compute(shop.Build(), shop.Calendar("2024-05-10"));
  shop.Shuffle(11);
  const auto after = Compute(shop.Build(), shop.Calendar("2024-05-10"));
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(Print(before[i].table), Print(after[i].table)) << before[i].key.type;
  }
}

}  // namespace
}  // namespace cartwright
