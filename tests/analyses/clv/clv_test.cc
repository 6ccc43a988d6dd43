#include "analyses/clv/clv.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "daemon/base/random.h"
#include "tests/analyses/clv/reference_data.h"
#include "tests/support/online_retail.h"

namespace cartwright {
namespace {

/// All cells of a table as text, for comparing whole reports.
std::string Dump(const ReportTable& table) {
  std::ostringstream text;
  text.precision(17);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
      text << table.columns()[column].name << '=';
      const Cell::Value value = table.At(row, column);
      if (const auto* words = std::get_if<std::string_view>(&value)) {
        text << *words;
      } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
        text << *whole;
      } else if (const auto* real = std::get_if<double>(&value)) {
        text << *real;
      } else if (const auto* money = std::get_if<Money>(&value)) {
        text << money->minor;
      } else if (const auto* instant = std::get_if<Instant>(&value)) {
        text << instant->millis;
      } else if (const auto* truth = std::get_if<bool>(&value)) {
        text << *truth;
      }
      text << ' ';
    }
    text << '\n';
  }
  return text.str();
}

std::string Dump(const std::vector<Report>& reports) {
  std::string text;
  for (const Report& report : reports) {
    text += report.key.type + '\n' + report.status_reason + '\n' + Dump(report.table) +
            Dump(report.customers);
  }
  return text;
}

std::vector<Report> Compute(const ShopTables& tables, const ShopCalendar& calendar,
                            const ClvOptions& options = {}) {
  Result<std::vector<Report>> reports = ComputeClv(tables, calendar, options);
  EXPECT_TRUE(reports.has_value());
  return std::move(reports).value();
}

const Report& OfType(const std::vector<Report>& reports, std::string_view type) {
  for (const Report& report : reports) {
    if (report.key.type == type) {
      return report;
    }
  }
  ADD_FAILURE() << "no report of type " << type;
  return reports.front();
}

/// The row of a parameter in the model report.
std::size_t ParameterRow(const Report& report, std::string_view model, std::string_view name) {
  for (std::size_t row = 0; row < report.table.rows(); ++row) {
    if (report.table.Text(row, "model") == model && report.table.Text(row, "parameter") == name) {
      return row;
    }
  }
  ADD_FAILURE() << "no parameter " << model << "." << name;
  return 0;
}

double Parameter(const Report& report, std::string_view model, std::string_view name) {
  return report.table.Real(ParameterRow(report, model, name), "value");
}

bool IsNull(const ReportTable& table, std::size_t row, std::string_view column) {
  return table.IsNull(row, *table.Find(column));
}

/// A shop of BG/NBD customers over a year from 2023-01-01, with orders in a random order of keys.
ShopTablesFixture SimulatedShop(int customers, std::uint64_t seed) {
  ShopTablesFixture shop("Europe/Berlin");
  Random random(seed);
  const DayNumber start = *ParseDay("2023-01-01");
  for (int i = 0; i < customers; ++i) {
    const double rate = random.Gamma(.8, 30);
    const double dropout = random.Beta(.8, 2.5);
    const double price = 2000 / random.Gamma(4, 4);
    double time = static_cast<double>(random.Below(200));
    while (time < 365) {
      shop.Order("c" + std::to_string(i), FormatDay(start + static_cast<DayNumber>(time)),
                 1 + std::llround(price * random.Gamma(6, 6)));
      if (random.Uniform() < dropout) {
        break;
      }
      time += random.Exponential(rate);
    }
  }
  return shop;
}

TEST(ClvTest, CdnowFromTheLogToTheReports) {
  const auto tables = CdnowSample();
  CARTWRIGHT_REQUIRE_DATA(tables);
  const ShopTablesFixture shop("UTC");
  const std::vector<Report> reports = Compute(*tables, shop.Calendar("1997-10-01"));
  const Report& model = OfType(reports, "model");
  EXPECT_EQ(model.status, ReportStatus::kOk) << model.status_reason;
  EXPECT_TRUE(model.warnings.empty());
  // Fader, Hardie & Lee (2005); digits of CLVTools and of the BTYD vignette.
  EXPECT_NEAR(Parameter(model, "bg_nbd", "log_likelihood"), -9582.429, 1e-3);
  EXPECT_NEAR(Parameter(model, "bg_nbd", "r") / .2425945, 1, 1e-4);
  EXPECT_NEAR(Parameter(model, "bg_nbd", "alpha") / 4.4136019, 1, 1e-4);
  EXPECT_NEAR(Parameter(model, "bg_nbd", "a") / .7929199, 1, 1e-3);
  EXPECT_NEAR(Parameter(model, "bg_nbd", "b") / 2.4258881, 1, 1e-3);
  EXPECT_NEAR(model.table.Real(ParameterRow(model, "bg_nbd", "r"), "standard_error"), .0126, 1e-4);
  EXPECT_NEAR(Parameter(model, "gamma_gamma", "log_likelihood"), -4055.9177, 1e-3);
  EXPECT_NEAR(Parameter(model, "gamma_gamma", "p") / 6.2494, 1, 1e-3);
  EXPECT_NEAR(Parameter(model, "gamma_gamma", "q") / 3.7443, 1, 1e-3);
  EXPECT_NEAR(Parameter(model, "gamma_gamma", "v") / 15.4443, 1, 1e-3);

  const Report& summary = OfType(reports, "");
  ASSERT_EQ(summary.table.rows(), 1U);
  EXPECT_EQ(summary.table.Text(0, "model"), "bg_nbd");
  EXPECT_EQ(summary.table.Integer(0, "customers"), 2357);
  EXPECT_EQ(summary.table.Integer(0, "repeaters"), 946);
  EXPECT_EQ(summary.table.Integer(0, "repeat_purchases"), 2457);
  EXPECT_NEAR(summary.table.Real(0, "p_alive"), .81344, 1e-4);
  EXPECT_EQ(summary.customers.rows(), 2357U);
  EXPECT_EQ(summary.rows_read, 6919);
  EXPECT_EQ(summary.rows_read, summary.rows_used + summary.rows_dropped.at("after_as_of"));

  // Seen and expected customers by repeats: the in-sample table of the paper.
  const ReportTable& fit = OfType(reports, "fit").table;
  const std::int64_t seen[] = {1411, 439, 214, 100, 62, 38, 29, 64};
  double expected = 0;
  for (std::size_t row = 0; row < 8; ++row) {
    EXPECT_EQ(fit.Integer(row, "customers"), seen[row]);
    expected += fit.Real(row, "expected_customers");
  }
  EXPECT_NEAR(expected, 2357, 1e-9);
  EXPECT_NEAR(fit.Real(0, "expected_customers"), 1411, 20);
}

TEST(ClvTest, CdnowExpectsWhatTheHoldoutBroughtRoughly) {
  const auto tables = CdnowSample();
  CARTWRIGHT_REQUIRE_DATA(tables);
  const ShopTablesFixture shop("UTC");
  ClvOptions options;
  options.horizon_months = 9;
  const std::vector<Report> reports = Compute(*tables, shop.Calendar("1997-10-01"), options);
  const Report& weekly = OfType(reports, "weekly");
  double future = 0;
  std::int64_t past = 0;
  std::size_t both = 0;
  for (std::size_t row = 0; row < weekly.table.rows(); ++row) {
    const bool is_past = !IsNull(weekly.table, row, "repeat_purchases");
    const bool is_future = !IsNull(weekly.table, row, "expected_purchases");
    past += is_past ? weekly.table.Integer(row, "repeat_purchases") : 0;
    future += is_future ? weekly.table.Real(row, "expected_purchases") : 0;
    both += is_past && is_future ? 1 : 0;
    EXPECT_EQ(weekly.table.Boolean(row, "is_complete"), is_past && !is_future);
  }
  EXPECT_EQ(past, 2457);
  EXPECT_EQ(both, 1U);  // 1997-10-01 is a Wednesday.
  // 1,882 purchases came in 39 weeks; BG/NBD expects 1,653.
  EXPECT_NEAR(future, 1653, 20);
  EXPECT_NEAR(future, OfType(reports, "").table.Real(0, "expected_purchases"), 0.5);
}

TEST(ClvTest, OnlineRetailHasNoIdentifiableDropout) {
  const auto tables = testing::LoadOnlineRetailClean();
  CARTWRIGHT_REQUIRE_DATA(tables);
  const ShopTablesFixture shop(testing::kOnlineRetailZone);
  const std::vector<Report> reports = Compute(*tables, shop.Calendar("2011-12-10"));
  const Report& model = OfType(reports, "model");
  EXPECT_EQ(model.status, ReportStatus::kDegenerate);
  EXPECT_EQ(model.status_reason, "no dropout identifiable; NBD reported");
  EXPECT_NEAR(Parameter(model, "nbd", "log_likelihood"), -37645.657, 1e-3);
  EXPECT_NEAR(Parameter(model, "nbd", "r") / .827559, 1, 1e-4);
  EXPECT_NEAR(Parameter(model, "nbd", "alpha") / 9.870364, 1, 1e-4);
  EXPECT_NEAR(Parameter(model, "bg_nbd", "log_likelihood"), -37645.54, 0.02);
  EXPECT_NEAR(Parameter(model, "bg_nbd", "mean_dropout"), .0005, .0003);
  EXPECT_NEAR(Parameter(model, "gamma_gamma", "log_likelihood"), -19083.331, 1e-3);
  EXPECT_NEAR(Parameter(model, "gamma_gamma", "p") / 2.10338, 1, 1e-3);
  EXPECT_NEAR(Parameter(model, "gamma_gamma", "q") / 3.45118, 1, 1e-3);
  EXPECT_NEAR(Parameter(model, "gamma_gamma", "v") / 485.888, 1, 1e-3);
  const Report& summary = OfType(reports, "");
  EXPECT_EQ(summary.table.Integer(0, "customers"), 4338);
  EXPECT_EQ(summary.table.Integer(0, "repeaters"), 2790);
  EXPECT_EQ(summary.table.Text(0, "model"), "nbd");
  EXPECT_EQ(summary.table.Real(0, "p_alive"), 1.0);
}

TEST(ClvTest, TopCustomersComeByValueThenClient) {
  const ShopTablesFixture shop = SimulatedShop(300, 31);
  ClvOptions options;
  options.top_customers = 7;
  const std::vector<Report> reports = Compute(shop.Build(), shop.Calendar("2024-01-01"), options);
  const ReportTable& top = OfType(reports, "top").table;
  const ReportTable& all = OfType(reports, "").customers;
  ASSERT_EQ(top.rows(), 7U);
  std::int64_t greatest = 0;
  for (std::size_t row = 0; row < all.rows(); ++row) {
    greatest = std::max(greatest, all.Amount(row, "clv").minor);
  }
  EXPECT_EQ(top.Amount(0, "clv").minor, greatest);
  for (std::size_t row = 1; row < top.rows(); ++row) {
    EXPECT_GE(top.Amount(row - 1, "clv"), top.Amount(row, "clv"));
  }
}

TEST(ClvTest, CustomersComeByClientAndSumToTheSummary) {
  const ShopTablesFixture shop = SimulatedShop(300, 32);
  const std::vector<Report> reports = Compute(shop.Build(), shop.Calendar("2024-01-01"));
  const Report& summary = OfType(reports, "");
  EXPECT_EQ(summary.status, ReportStatus::kOk) << summary.status_reason;
  const ReportTable& all = summary.customers;
  double purchases = 0;
  std::int64_t net = 0;
  std::int64_t clv = 0;
  for (std::size_t row = 0; row < all.rows(); ++row) {
    if (row > 0) {
      EXPECT_LT(all.Text(row - 1, "client"), all.Text(row, "client"));
    }
    purchases += all.Real(row, "expected_purchases");
    net += all.Amount(row, "net_revenue").minor;
    clv += all.Amount(row, "clv").minor;
    EXPECT_EQ(IsNull(all, row, "average_repeat_value"), all.Integer(row, "repeat_purchases") == 0);
  }
  EXPECT_EQ(static_cast<std::int64_t>(all.rows()), summary.table.Integer(0, "customers"));
  EXPECT_NEAR(purchases, summary.table.Real(0, "expected_purchases"), 1e-9);
  EXPECT_EQ(net, summary.table.Amount(0, "net_revenue").minor);
  EXPECT_NEAR(static_cast<double>(clv), static_cast<double>(summary.table.Amount(0, "clv").minor),
              0.5 * static_cast<double>(all.rows()));
}

TEST(ClvTest, MarginScalesValueAndDiscountLowersIt) {
  const ShopTablesFixture shop = SimulatedShop(300, 33);
  const ShopTables tables = shop.Build();
  const ShopCalendar calendar = shop.Calendar("2024-01-01");
  const auto total = [&](const ClvOptions& options) {
    return static_cast<double>(
        OfType(Compute(tables, calendar, options), "").table.Amount(0, "clv").minor);
  };
  ClvOptions options;
  options.discount_rate_per_year = 0;
  const double full = total(options);
  options.margin = 0.25;
  EXPECT_NEAR(total(options) / full, 0.25, 1e-4);
  options.margin = 1;
  options.discount_rate_per_year = 0.5;
  EXPECT_LT(total(options), 0.95 * full);
}

TEST(ClvTest, WeeklySeriesHasNoHolesAndEndsWithTheHorizon) {
  ShopTablesFixture shop("Europe/Berlin");
  for (int i = 0; i < 12; ++i) {
    shop.Order("c" + std::to_string(i), "2024-01-03", 1000);
  }
  for (int i = 0; i < 4; ++i) {
    shop.Order("c" + std::to_string(i), "2024-01-24", 1000 + i * 300);
  }
  ClvOptions options;
  options.horizon_months = 1;
  // A Thursday: the week from 2024-02-12 is seen in part.
  const std::vector<Report> reports = Compute(shop.Build(), shop.Calendar("2024-02-15"), options);
  const Report& weekly = OfType(reports, "weekly");
  EXPECT_EQ(weekly.key.time_period, "weekly");
  const char* labels[] = {"2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22",
                          "2024-01-29", "2024-02-05", "2024-02-12", "2024-02-19",
                          "2024-02-26", "2024-03-04", "2024-03-11"};
  ASSERT_EQ(weekly.table.rows(), 11U);  // 30 days from 2024-02-15 end before 2024-03-16.
  for (std::size_t row = 0; row < 11; ++row) {
    EXPECT_EQ(weekly.table.Text(row, "bucket_local"), labels[row]);
    EXPECT_EQ(weekly.table.Boolean(row, "is_complete"), row < 6);
    EXPECT_EQ(IsNull(weekly.table, row, "repeat_purchases"), row > 6);
    EXPECT_EQ(IsNull(weekly.table, row, "expected_purchases"), row < 6);
  }
  EXPECT_EQ(weekly.table.Integer(2, "repeat_purchases"), 0);
  EXPECT_EQ(weekly.table.Integer(3, "repeat_purchases"), 4);
  EXPECT_EQ(weekly.table.Amount(3, "repeat_revenue").minor, 5800);
  EXPECT_GT(weekly.table.Real(7, "expected_purchases"),
            weekly.table.Real(6, "expected_purchases"));  // Seven days against four.
}

TEST(ClvTest, EmptyShop) {
  const ShopTablesFixture shop;
  const std::vector<Report> reports = Compute(shop.Build(), shop.Calendar("2024-01-01"));
  ASSERT_EQ(reports.size(), 5U);
  for (const Report& report : reports) {
    EXPECT_EQ(report.key.report_name, "clv_prediction");
    EXPECT_EQ(report.status, ReportStatus::kInsufficientData);
    EXPECT_FALSE(report.period_from.has_value());
  }
  const ReportTable& summary = OfType(reports, "").table;
  EXPECT_EQ(summary.Integer(0, "customers"), 0);
  EXPECT_TRUE(IsNull(summary, 0, "model"));
  EXPECT_TRUE(IsNull(summary, 0, "clv"));
  EXPECT_TRUE(IsNull(summary, 0, "p_alive"));
}

TEST(ClvTest, OneOrder) {
  ShopTablesFixture shop;
  shop.Order("a", "2024-01-03", 1000);
  const std::vector<Report> reports = Compute(shop.Build(), shop.Calendar("2024-01-11"));
  const ReportTable& customers = OfType(reports, "").customers;
  ASSERT_EQ(customers.rows(), 1U);
  EXPECT_EQ(customers.Text(0, "client"), "a");
  EXPECT_EQ(customers.Integer(0, "repeat_purchases"), 0);
  EXPECT_EQ(customers.Integer(0, "customer_age_days"), 7);
  EXPECT_EQ(customers.Amount(0, "net_revenue").minor, 1000);
  for (const char* column :
       {"average_repeat_value", "p_alive", "expected_purchases", "average_expected_value", "clv"}) {
    EXPECT_TRUE(IsNull(customers, 0, column)) << column;
  }
  EXPECT_EQ(OfType(reports, "weekly").table.rows(), 2U);
  EXPECT_EQ(OfType(reports, "top").table.rows(), 0U);
  EXPECT_EQ(OfType(reports, "model").table.rows(), 0U);
}

TEST(ClvTest, ACohortThatBoughtOnceIsDegenerateAndStaysListed) {
  ShopTablesFixture shop;
  for (int i = 0; i < 30; ++i) {
    shop.Order("c" + std::to_string(i), "2024-01-03", 1000);
  }
  const std::vector<Report> reports = Compute(shop.Build(), shop.Calendar("2024-03-01"));
  EXPECT_EQ(reports[0].status, ReportStatus::kDegenerate);
  EXPECT_EQ(reports[0].status_reason, "no customer bought on a second day");
  EXPECT_EQ(reports[0].customers.rows(), 30U);
}

TEST(ClvTest, CustomersWonOnTheLastDayAreForecastToo) {
  ShopTablesFixture shop = SimulatedShop(200, 34);
  shop.Order("zz", "2023-12-31 23:00", 5000);
  const std::vector<Report> reports = Compute(shop.Build(), shop.Calendar("2024-01-01"));
  const ReportTable& customers = OfType(reports, "").customers;
  const std::size_t last = customers.rows() - 1;
  EXPECT_EQ(customers.Text(last, "client"), "zz");
  EXPECT_EQ(customers.Integer(last, "customer_age_days"), 0);
  EXPECT_EQ(customers.Real(last, "p_alive"), 1.0);
  EXPECT_GT(customers.Real(last, "expected_purchases"), 0);
}

TEST(ClvTest, ReportsDoNotDependOnTheOrderOfRowsAndRepeatToTheByte) {
  ShopTablesFixture shop = SimulatedShop(300, 35);
  const ShopCalendar calendar = shop.Calendar("2024-01-01");
  const std::string first = Dump(Compute(shop.Build(), calendar));
  EXPECT_EQ(first, Dump(Compute(shop.Build(), calendar)));
  shop.Shuffle(1);
  EXPECT_EQ(first, Dump(Compute(shop.Build(), calendar)));
}

TEST(ClvTest, NeverWritesWhatIsNotANumber) {
  // One customer with thousands of purchases, and others who all spend the same.
  ShopTablesFixture shop;
  const DayNumber start = *ParseDay("2015-01-01");
  for (int day = 0; day < 3000; ++day) {
    shop.Order("robot", FormatDay(start + day), 1000);
  }
  for (int i = 0; i < 30; ++i) {
    shop.Order("c" + std::to_string(i), FormatDay(start + i), 1000);
    shop.Order("c" + std::to_string(i), FormatDay(start + 7 * i + 31), 1000);
  }
  ClvOptions options;
  options.horizon_months = 120;
  const std::vector<Report> reports = Compute(shop.Build(), shop.Calendar("2023-04-01"), options);
  const std::string text = Dump(reports);
  EXPECT_EQ(text.find("nan"), std::string::npos);
  EXPECT_EQ(text.find("inf"), std::string::npos);
}

TEST(ClvTest, ParametersAreReportedAsText) {
  const ShopTablesFixture shop;
  const std::vector<Report> reports = Compute(shop.Build(), shop.Calendar("2024-01-01"));
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"model", "bg_nbd"},     {"period_days", "7"},
      {"horizon_months", "6"}, {"discount_rate_per_year", "0.1"},
      {"margin", "1"},         {"penalty", "0"},
      {"top_customers", "100"}};
  EXPECT_EQ(reports[0].params, expected);
}

}  // namespace
}  // namespace cartwright
