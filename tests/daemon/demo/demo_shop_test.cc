#include "daemon/demo/demo_shop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "daemon/base/calendar.h"
#include "daemon/base/money.h"
#include "daemon/base/utf8.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using Row = std::vector<std::string>;

std::string Slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A strict RFC 4180 reader: a quote inside an unquoted field or a stray byte after a closing quote
/// is a failure.
std::vector<Row> ParseCsv(const std::string& text) {
  std::vector<Row> rows(1, Row(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& field = rows.back().back();
    if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      field.push_back(text[++i]);
    } else if (quoted && text[i] == '"') {
      quoted = false;
      EXPECT_THAT(std::string(",\n"), HasSubstr(std::string(1, text[i + 1])));
    } else if (!quoted && text[i] == '"') {
      EXPECT_TRUE(field.empty()) << field;
      quoted = true;
    } else if (!quoted && text[i] == ',') {
      rows.back().emplace_back();
    } else if (!quoted && text[i] == '\n') {
      rows.emplace_back(1);
    } else {
      field.push_back(text[i]);
    }
  }
  EXPECT_FALSE(quoted);
  EXPECT_EQ(rows.back(), Row(1)) << "the file ends with a line end";
  rows.pop_back();
  return rows;
}

/// Rows as column → value.
std::vector<std::map<std::string, std::string>> ReadTable(const std::string& path) {
  const std::vector<Row> rows = ParseCsv(Slurp(path));
  std::vector<std::map<std::string, std::string>> table;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].size(), rows[0].size());
    auto& row = table.emplace_back();
    for (std::size_t column = 0; column < rows[i].size(); ++column) {
      row[rows[0][column]] = rows[i][column];
    }
  }
  return table;
}

std::int64_t Cents(const std::string& text) {
  const ParsedDecimal parsed = ParseDecimal(text, 2);
  EXPECT_EQ(parsed.fault, DecimalFault::kNone) << text;
  return parsed.scaled;
}

EpochMillis Parse(std::string text) {
  text.insert(text.size() - 1, ".000");
  const Result<EpochMillis> instant = ParseInstant(text);
  EXPECT_TRUE(instant) << text;
  return instant ? *instant : 0;
}

class DemoShopTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(::testing::TempDir()) /
            ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::string Folder(const std::string& name) const { return (root_ / name).string(); }
  DemoTruth Write(const DemoOptions& options, const std::string& name) const {
    Result<DemoTruth> truth = WriteDemoShop(options, Folder(name));
    EXPECT_TRUE(truth) << truth.error().message;
    return truth ? *truth : DemoTruth{};
  }

  std::filesystem::path root_;
};

DemoOptions Small(std::int64_t sessions, std::uint64_t seed) {
  DemoOptions options;
  options.sessions = sessions;
  options.seed = seed;
  return options;
}

constexpr const char* kFiles[] = {"/sessions.csv", "/lines.csv", "/customers.csv", "/truth.json",
                                  "/shop.yaml"};

TEST_F(DemoShopTest, SameSeedGivesTheSameBytes) {
  Write(Small(3000, 5), "a");
  Write(Small(3000, 5), "b");
  for (const char* file : kFiles) {
    const std::string bytes = Slurp(Folder("a") + file);
    EXPECT_FALSE(bytes.empty()) << file;
    EXPECT_EQ(bytes, Slurp(Folder("b") + file)) << file;
  }
}

// tests/golden/demo_shop holds 40 sessions of seed 1; CARTWRIGHT_REWRITE_GOLDEN=1 rewrites them.
TEST_F(DemoShopTest, BytesAreThoseOfTheGoldenShop) {
  Write(Small(40, 1), "shop");
  for (const char* file : kFiles) {
    const std::string golden = std::string("tests/golden/demo_shop") + file;
    if (std::getenv("CARTWRIGHT_REWRITE_GOLDEN") != nullptr) {
      std::filesystem::create_directories("tests/golden/demo_shop");
      std::ofstream(golden, std::ios::binary) << Slurp(Folder("shop") + file);
    }
    EXPECT_EQ(Slurp(Folder("shop") + file), Slurp(golden)) << file;
  }
}

TEST_F(DemoShopTest, AnotherSeedGivesAnotherShop) {
  Write(Small(3000, 5), "a");
  Write(Small(3000, 6), "b");
  for (const char* file : kFiles) {
    EXPECT_NE(Slurp(Folder("a") + file), Slurp(Folder("b") + file)) << file;
  }
}

TEST_F(DemoShopTest, WritesExactlyTheSessionsAskedForAndReportsProgress) {
  for (const std::int64_t sessions : {1, 2, 17, 40'000}) {
    DemoOptions options = Small(sessions, 3);
    std::vector<std::int64_t> seen;
    options.progress = [&seen](std::int64_t done) { seen.push_back(done); };
    const DemoTruth truth = Write(options, "shop");
    EXPECT_EQ(truth.counts.sessions, sessions);
    EXPECT_EQ(ReadTable(Folder("shop") + "/sessions.csv").size(),
              static_cast<std::size_t>(sessions));
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    EXPECT_EQ(seen.back(), sessions);
    EXPECT_EQ(seen.size(), sessions > 32'768 ? 3U : 1U);
  }
}

TEST_F(DemoShopTest, CountsOfTheTruthAreThoseOfTheFiles) {
  const DemoTruth truth = Write(Small(20'000, 11), "shop");
  DemoCounts counts;
  std::map<std::string, std::int64_t> orders_of;
  std::set<std::string> with_session;
  for (auto& row : ReadTable(Folder("shop") + "/sessions.csv")) {
    const bool purchased = row["purchased"] == "true";
    const bool guest = row["client"].empty();
    ++counts.sessions;
    counts.baskets += row["has_basket"] == "true";
    counts.order_screens += row["order_screen"] == "true";
    counts.orders += purchased;
    counts.express_orders += purchased && row["has_basket"] == "false";
    counts.guest_sessions += guest;
    counts.guest_orders += guest && purchased;
    counts.revenue_cents += purchased ? Cents(row["amount"]) : 0;
    counts.discount_cents += purchased ? Cents(row["discount"]) : 0;
    EXPECT_TRUE(row["order_screen"] == "false" || row["has_basket"] == "true");
    EXPECT_EQ(row["amount"].empty(), !purchased);
    if (!guest) {
      with_session.insert(row["client"]);
      orders_of[row["client"]] += purchased;
    }
  }
  for (const auto& [client, orders] : orders_of) {
    counts.buyers += orders > 0;
    counts.one_time_buyers += orders == 1;
  }
  for (auto& row : ReadTable(Folder("shop") + "/lines.csv")) {
    ++counts.lines;
    counts.units += std::stoll(row["quantity"]);
  }
  for (auto& row : ReadTable(Folder("shop") + "/customers.csv")) {
    ++counts.customers;
    counts.idle_customers += with_session.erase(row["client"]) == 0;
  }
  EXPECT_TRUE(with_session.empty()) << "a client without a customer row";
  EXPECT_EQ(counts.sessions, truth.counts.sessions);
  EXPECT_EQ(counts.baskets, truth.counts.baskets);
  EXPECT_EQ(counts.order_screens, truth.counts.order_screens);
  EXPECT_EQ(counts.orders, truth.counts.orders);
  EXPECT_EQ(counts.express_orders, truth.counts.express_orders);
  EXPECT_EQ(counts.guest_sessions, truth.counts.guest_sessions);
  EXPECT_EQ(counts.guest_orders, truth.counts.guest_orders);
  EXPECT_EQ(counts.customers, truth.counts.customers);
  EXPECT_EQ(counts.idle_customers, truth.counts.idle_customers);
  EXPECT_EQ(counts.buyers, truth.counts.buyers);
  EXPECT_EQ(counts.one_time_buyers, truth.counts.one_time_buyers);
  EXPECT_EQ(counts.lines, truth.counts.lines);
  EXPECT_EQ(counts.units, truth.counts.units);
  EXPECT_EQ(counts.revenue_cents, truth.counts.revenue_cents);
  EXPECT_EQ(counts.discount_cents, truth.counts.discount_cents);
  const std::string json = Slurp(Folder("shop") + "/truth.json");
  EXPECT_THAT(json, HasSubstr("\"orders\":" + std::to_string(counts.orders) + ","));
  EXPECT_THAT(json, HasSubstr("\"revenue\":" + FormatMoney(Money{counts.revenue_cents}, 2) + ","));
  EXPECT_THAT(json, HasSubstr("\"r\":0.45,\"alpha\":40,\"a\":0.9,\"b\":2.4"));
}

TEST_F(DemoShopTest, LinesAddUpToAmountAndDiscountToTheCent) {
  Write(Small(20'000, 2), "shop");
  std::map<std::string, std::int64_t> gross;
  std::set<std::pair<std::string, std::string>> seen;
  std::set<std::string> names;
  for (auto& row : ReadTable(Folder("shop") + "/lines.csv")) {
    gross[row["session_id"]] += std::stoll(row["quantity"]) * Cents(row["unit_price"]);
    EXPECT_TRUE(seen.emplace(row["session_id"], row["product"]).second);
    names.insert(row["name"]);
  }
  const auto some_name_has = [&names](const std::string& text) {
    return std::any_of(names.begin(), names.end(), [&text](const std::string& name) {
      return name.find(text) != std::string::npos;
    });
  };
  EXPECT_TRUE(some_name_has(", "));
  EXPECT_TRUE(some_name_has("\"Classic\""));
  EXPECT_TRUE(some_name_has("ü"));
  bool discounted = false;
  for (auto& row : ReadTable(Folder("shop") + "/sessions.csv")) {
    if (row["purchased"] == "true") {
      const std::int64_t discount = Cents(row["discount"]);
      const bool welcome = row["promotion"] == "WELCOME10";
      ASSERT_EQ(gross.at(row["session_id"]), Cents(row["amount"]) + discount);
      ASSERT_TRUE(!welcome || discount == (gross.at(row["session_id"]) + 5) / 10);
      discounted = discounted || discount > 0;
      gross.erase(row["session_id"]);
    }
  }
  EXPECT_TRUE(discounted);
  EXPECT_TRUE(gross.empty()) << "lines of a session that did not buy";
}

TEST_F(DemoShopTest, EveryInstantLiesInTheObservationAndDownloadsComeFirst) {
  const DemoTruth truth = Write(Small(20'000, 4), "shop");
  std::map<std::string, EpochMillis> first;
  for (auto& row : ReadTable(Folder("shop") + "/sessions.csv")) {
    const EpochMillis start = Parse(row["started_at"]);
    ASSERT_GE(start, truth.observed_from);
    ASSERT_LE(start, Parse(row["ended_at"]));
    ASSERT_LT(Parse(row["ended_at"]), truth.observed_to);
    const auto [place, added] = first.emplace(row["client"], start);
    place->second = std::min(place->second, start);
  }
  for (auto& row : ReadTable(Folder("shop") + "/customers.csv")) {
    const EpochMillis download = Parse(row["downloaded_at"]);
    ASSERT_GE(download, truth.observed_from);
    if (const auto found = first.find(row["client"]); found != first.end()) {
      ASSERT_LE(download, found->second);
    }
    if (!row["signed_up_at"].empty()) {
      ASSERT_LE(download, Parse(row["signed_up_at"]));
    }
  }
}

/// |hits / trials − rate| is within four standard errors.
void ExpectRate(std::int64_t hits, std::int64_t trials, double rate) {
  const auto n = static_cast<double>(trials);
  EXPECT_NEAR(static_cast<double>(hits) / n, rate, 4.0 * std::sqrt(rate * (1.0 - rate) / n));
}

TEST_F(DemoShopTest, FunnelAndPromotionsFollowTheTruth) {
  const DemoTruth truth = Write(Small(100'000, 9), "shop");
  const DemoCounts& counts = truth.counts;
  ExpectRate(counts.express_orders, counts.sessions, truth.funnel.express);
  ExpectRate(counts.baskets, counts.sessions - counts.express_orders, truth.funnel.basket);
  ExpectRate(counts.order_screens, counts.baskets, truth.funnel.order_screen);
  ExpectRate(counts.orders - counts.express_orders, counts.order_screens, truth.funnel.purchase);
  ExpectRate(counts.orders, counts.sessions, truth.funnel.Conversion());
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> of_promotion;
  for (auto& row : ReadTable(Folder("shop") + "/sessions.csv")) {
    ++of_promotion[row["promotion"]].first;
    of_promotion[row["promotion"]].second += row["purchased"] == "true";
  }
  ASSERT_EQ(of_promotion.size(), truth.promotions.size());
  const double base = truth.promotions[0].conversion_rate;
  for (const DemoPromotionTruth& promotion : truth.promotions) {
    const auto& [sessions, orders] = of_promotion.at(promotion.id);
    const double rate = promotion.conversion_rate;
    ExpectRate(orders, sessions, rate);
    EXPECT_NEAR(rate / (1 - rate), promotion.odds_ratio * base / (1 - base), 1e-12);
  }
  const auto guests = static_cast<double>(counts.guest_sessions);
  EXPECT_NEAR(guests / static_cast<double>(counts.sessions), 0.05, 0.01);
}

TEST_F(DemoShopTest, AFewProductsSellMost) {
  Write(Small(50'000, 8), "shop");
  std::map<std::string, int> sold;
  int lines = 0;
  for (auto& row : ReadTable(Folder("shop") + "/lines.csv")) {
    ++sold[row["product"]];
    ++lines;
  }
  // Zipf over 240 products: the first has 1 / H(240) = 16.5 % of the draws.
  EXPECT_NEAR(static_cast<double>(sold["P0001"]) / lines, 0.165, 0.02);
  EXPECT_GT(sold["P0001"], sold["P0010"] * 5);
  EXPECT_GT(sold.size(), 200U);
}

/// Repeat purchases, days from the first to the last, days from the first to the end.
struct BuyerHistory {
  double x = 0;
  double t_x = 0;
  double t = 0;
};

double LogLikelihood(const std::vector<BuyerHistory>& buyers, const DemoPurchaseTruth& p) {
  double sum = 0;
  for (const BuyerHistory& buyer : buyers) {
    const double a1 = std::lgamma(p.r + buyer.x) - std::lgamma(p.r) + p.r * std::log(p.alpha);
    const double a2 = std::lgamma(p.b + buyer.x) + std::lgamma(p.a + p.b) - std::lgamma(p.b) -
                      std::lgamma(p.a + p.b + buyer.x);
    const double alive = std::pow(p.alpha + buyer.t, -(p.r + buyer.x));
    const double dead =
        buyer.x > 0 ? p.a / (p.b + buyer.x - 1) * std::pow(p.alpha + buyer.t_x, -(p.r + buyer.x))
                    : 0.0;
    sum += a1 + a2 + std::log(alive + dead);
  }
  return sum;
}

TEST_F(DemoShopTest, PurchasesAreLikeliestUnderTheTrueParameters) {
  const DemoTruth truth = Write(Small(120'000, 12), "shop");
  std::map<std::string, std::vector<EpochMillis>> orders;
  for (auto& row : ReadTable(Folder("shop") + "/sessions.csv")) {
    if (row["purchased"] == "true" && !row["client"].empty()) {
      orders[row["client"]].push_back(Parse(row["started_at"]));
    }
  }
  std::vector<BuyerHistory> buyers;
  for (auto& [client, times] : orders) {
    std::sort(times.begin(), times.end());
    const EpochMillis first = times.front();
    const auto days = [first](EpochMillis to) {
      return static_cast<double>(to - first) / 86'400'000.0;
    };
    buyers.push_back(
        {static_cast<double>(times.size() - 1), days(times.back()), days(truth.observed_to)});
  }
  const double at_truth = LogLikelihood(buyers, truth.purchases);
  for (double DemoPurchaseTruth::* parameter : {&DemoPurchaseTruth::r, &DemoPurchaseTruth::alpha,
                                                &DemoPurchaseTruth::a, &DemoPurchaseTruth::b}) {
    for (const double factor : {0.8, 1.25}) {
      DemoPurchaseTruth other = truth.purchases;
      other.*parameter *= factor;
      EXPECT_GT(at_truth, LogLikelihood(buyers, other) + 2.0);
    }
  }
}

TEST_F(DemoShopTest, ConfigurationNamesTheFilesAndTheSize) {
  Write(Small(100, 1), "shop");
  const std::string yaml = Slurp(Folder("shop") + "/shop.yaml");
  EXPECT_THAT(yaml, HasSubstr("of 100 sessions (seed 1)"));
  for (const char* file : {"sessions.csv", "lines.csv", "customers.csv"}) {
    EXPECT_THAT(yaml, HasSubstr(std::string("csv: {path: ") + file + "}"));
    EXPECT_TRUE(IsValidUtf8(Slurp(Folder("shop") + "/" + file)));
  }
  EXPECT_EQ(yaml.find('\t'), std::string::npos);
}

TEST_F(DemoShopTest, RefusesOptionsOutOfRange) {
  DemoOptions no_sessions = Small(0, 1);
  DemoOptions bad_day = Small(1, 1);
  bad_day.start_day = "2024-02-30";
  DemoOptions no_weeks = Small(1, 1);
  no_weeks.weeks = 0;
  for (const DemoOptions& options : {no_sessions, bad_day, no_weeks}) {
    const Result<DemoTruth> truth = WriteDemoShop(options, Folder("shop"));
    ASSERT_FALSE(truth);
    EXPECT_EQ(truth.error().kind, ErrorKind::kUsage);
  }
  EXPECT_FALSE(std::filesystem::exists(root_));
}

TEST_F(DemoShopTest, SaysWhichFileCannotBeWritten) {
  std::filesystem::create_directories(root_ / "shop" / "lines.csv");
  const Result<DemoTruth> truth = WriteDemoShop(Small(10, 1), Folder("shop"));
  ASSERT_FALSE(truth);
  EXPECT_EQ(truth.error().kind, ErrorKind::kOutput);
  EXPECT_THAT(truth.error().message, HasSubstr("lines.csv"));

  const Result<DemoTruth> no_folder =
      WriteDemoShop(Small(10, 1), Folder("shop") + "/sessions.csv/deeper");
  ASSERT_FALSE(no_folder);
  EXPECT_EQ(no_folder.error().kind, ErrorKind::kOutput);
}

TEST_F(DemoShopTest, SaysWhenTheDiskIsFull) {
  if (!std::filesystem::exists("/dev/full")) {
    GTEST_SKIP() << "no /dev/full on this system";
  }
  std::filesystem::create_directories(root_ / "shop");
  std::filesystem::create_symlink("/dev/full", root_ / "shop" / "sessions.csv");
  const Result<DemoTruth> truth = WriteDemoShop(Small(10, 1), Folder("shop"));
  ASSERT_FALSE(truth);
  EXPECT_EQ(truth.error().kind, ErrorKind::kOutput);
  EXPECT_THAT(truth.error().message, HasSubstr("No space left"));
}

}  // namespace
}  // namespace cartwright
