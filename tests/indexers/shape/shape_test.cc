#include "indexers/shape/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "tests/indexers/shape/shop_fixture.h"

namespace cartwright {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kPayment = 0;
constexpr std::size_t kRefund = 4;

std::vector<std::string> Keys(const ShapedShop& shop) {
  std::vector<std::string> keys;
  for (const SessionRecord& session : shop.sessions) {
    keys.push_back(session.key);
  }
  return keys;
}

std::vector<std::string> Codes(const ShapedShop& shop) {
  std::vector<std::string> codes;
  for (const SetAside& row : shop.set_aside) {
    codes.push_back(std::to_string(row.position.line) + " " + row.code);
  }
  return codes;
}

void ExpectBalance(const ShapedShop& shop) {
  for (const ShapeCounts& counts : shop.counts) {
    EXPECT_TRUE(counts.Balances())
        << counts.read << " = " << counts.used << " + " << counts.superseded << " + "
        << counts.set_aside << " + " << counts.filtered;
  }
}

std::string Sessions(const std::string& rows) { return std::string(kSessionHeader) + rows; }
std::string Lines(const std::string& rows) { return std::string(kLineHeader) + rows; }

TEST(ShapeTest, MakesOneDocumentOfOneSession) {
  const ShapedShop shop =
      ShapeTexts(ShopOf({SessionSource()}), {Sessions("7,c1,2024-01-02T03:04:05Z,yes,12.30,Bonn\n"
                                                      "8,0,2024-01-02,no,,\n")});
  ASSERT_EQ(shop.error, "");
  ASSERT_THAT(Keys(shop), ElementsAre("7", "8"));
  const SessionRecord& bought = shop.sessions[0];
  EXPECT_EQ(bought.id, "7");
  EXPECT_EQ(bought.client, "c1");
  EXPECT_EQ(bought.start, 1'704'164'645'000);
  EXPECT_TRUE(bought.has_purchased);
  EXPECT_EQ(bought.actions, 0b1001U);
  EXPECT_EQ(bought.amounts[kPayment], Money{1230});
  EXPECT_THAT(bought.dimensions, ElementsAre("Bonn"));
  EXPECT_EQ(bought.source, "web");
  EXPECT_EQ(bought.version, std::nullopt);
  const SessionRecord& guest = shop.sessions[1];
  EXPECT_EQ(guest.client, std::nullopt);
  EXPECT_EQ(guest.amounts[kPayment], std::nullopt);
  EXPECT_THAT(guest.dimensions, ElementsAre(std::nullopt));
  EXPECT_EQ(guest.actions, 0b0001U);
  ExpectBalance(shop);
}

TEST(ShapeTest, KeepsKeysApartThatOnlyLookEqual) {
  SourceConfig source = SessionSource();
  source.key = {"id", "client"};
  const ShapedShop shop =
      ShapeTexts(ShopOf({source}), {Sessions("a,b:c,2024-01-01,no,,\na:b,c,2024-01-01,no,,\n"
                                             "50%,x,2024-01-01,no,,\n")});
  EXPECT_THAT(Keys(shop), ElementsAre("50%25:x", "a%3Ab:c", "a:b%3Ac"));
  EXPECT_EQ(shop.sessions[0].id, "50%:x");
}

TEST(ShapeTest, LaterRowSupersedesWithoutVersions) {
  const ShapedShop shop =
      ShapeTexts(ShopOf({SessionSource()}),
                 {Sessions("1,a,2024-01-01,no,,\n2,a,2024-01-01,no,,\n1,b,2024-01-01,no,,\n")});
  ASSERT_THAT(Keys(shop), ElementsAre("1", "2"));
  EXPECT_EQ(shop.sessions[0].client, "b");
  EXPECT_EQ(shop.counts[0].superseded, 1);
  EXPECT_EQ(shop.counts[0].used, 2);
  EXPECT_EQ(shop.session_rows[0][0].line, 4U);
  ExpectBalance(shop);
}

TEST(ShapeTest, HighestVersionSupersedesAndTheLaterOfEqualOnes) {
  SourceConfig source = SessionSource();
  source.version_column = "city";
  const ShapedShop shop =
      ShapeTexts(ShopOf({source}),
                 {Sessions("1,a,2024-01-01,no,,9\n1,b,2024-01-01,no,,10\n1,c,2024-01-01,no,,10\n"
                           "1,d,2024-01-01,no,,8\n")});
  ASSERT_EQ(shop.sessions.size(), 1U);
  EXPECT_EQ(shop.sessions[0].client, "c");
  EXPECT_EQ(shop.sessions[0].version, 10);
  EXPECT_EQ(shop.counts[0].superseded, 3);
  ExpectBalance(shop);
}

TEST(ShapeTest, NumbersRepeatedKeysInSourceOrder) {
  SourceConfig source = SessionSource();
  source.repeated_keys = "number";
  const ShapedShop shop =
      ShapeTexts(ShopOf({source}), {Sessions("1,a,2024-01-01,no,,\n1#2,x,2024-01-01,no,,\n"
                                             "1,b,2024-01-01,no,,\n1,c,2024-01-01,no,,\n")});
  EXPECT_THAT(Keys(shop), ElementsAre("1", "1#2", "1#3", "1%232"));
  EXPECT_EQ(shop.sessions[2].client, "c");
  EXPECT_EQ(shop.counts[0].used, 4);
}

TEST(ShapeTest, PrefixesKeysOnlyWhereSeveralSourcesFeedTheIndex) {
  const ShapedShop shop =
      ShapeTexts(ShopOf({SessionSource("web"), SessionSource("app")}),
                 {Sessions("1,a,2024-01-01,no,,\n"), Sessions("1,b,2024-01-01,no,,\n")});
  EXPECT_THAT(Keys(shop), ElementsAre("web:1", "app:1"));
  ExpectBalance(shop);
}

TEST(ShapeTest, CountsFilteredRowsAndDoesNotCheckThem) {
  SourceConfig source = SessionSource();
  SkipRule test_shop;
  test_shop.column = "city";
  test_shop.prefix = "Test";
  SkipRule unpaid;
  unpaid.column = "amount";
  unpaid.not_positive = true;
  source.skip = {test_shop, unpaid};
  const ShapedShop shop =
      ShapeTexts(ShopOf({source}), {Sessions("1,a,bad date,no,,Testville\n2,a,2024-01-01,no,0.00,\n"
                                             "3,a,2024-01-01,no,0.01,\n4,a,2024-01-01,no,-1,\n")});
  EXPECT_THAT(Keys(shop), ElementsAre("3"));
  EXPECT_EQ(shop.counts[0].filtered, 3);
  ExpectBalance(shop);
}

TEST(ShapeTest, MakesOrdersOfLines) {
  SourceConfig source = LineSource();
  source.returns.order_prefix = "C";
  const ShapedShop shop =
      ShapeTexts(ShopOf({source}), {Lines("A,p1,3,0.335,2024-01-02T10:00:00Z,,\n"
                                          "C9,p1,2,5.00,2024-01-05,k,FR\n"
                                          "A,p2,1,2.50,2024-01-01T09:00:00Z,k,DE\n"
                                          "A,p1,-1,1.00,2024-01-03,k2,FR\n"
                                          "B,debt,1,-4.00,2024-01-03,k,\n")});
  ASSERT_EQ(shop.error, "");
  ASSERT_THAT(Keys(shop), ElementsAre("A", "B", "C9"));
  const SessionRecord& order = shop.sessions[0];
  EXPECT_EQ(order.start, 1'704'099'600'000);
  EXPECT_EQ(order.client, "k");
  EXPECT_THAT(order.dimensions, ElementsAre("DE"));
  EXPECT_TRUE(order.has_purchased);
  EXPECT_EQ(order.actions, 0b1011U);
  EXPECT_EQ(order.amounts[kPayment], Money{350});  // 1.005 + 2.50 = 3.505, half to even.
  EXPECT_EQ(order.amounts[kRefund], Money{100});
  ASSERT_EQ(order.items.size(), 3U);
  EXPECT_EQ(order.items[1].product, "p2");
  EXPECT_EQ(shop.session_rows[0].size(), 3U);
  // A negative price is money that goes back.
  EXPECT_FALSE(shop.sessions[1].has_purchased);
  EXPECT_EQ(shop.sessions[1].amounts[kPayment], std::nullopt);
  EXPECT_EQ(shop.sessions[1].amounts[kRefund], Money{400});
  // The prefix says that the units came back, whichever sign they are written with.
  EXPECT_EQ(shop.sessions[2].amounts[kRefund], Money{1000});
  EXPECT_EQ(shop.sessions[2].items[0].quantity, -2);
  EXPECT_EQ(shop.sessions[2].actions, 0b0011U);
  ExpectBalance(shop);
}

TEST(ShapeTest, SetsAsideLinesWhoseDirectionCannotBeTold) {
  const ShapedShop shop =
      ShapeTexts(ShopOf({LineSource()}), {Lines("A,p,-1,-1,2024-01-01,,\nA,p,1,1,2024-01-01,,\n")});
  EXPECT_THAT(Codes(shop), ElementsAre("2 negative_amount"));
  EXPECT_EQ(shop.sessions.size(), 1U);
  ExpectBalance(shop);
}

TEST(ShapeTest, ANegativeQuantityIsAReturnOnlyWhereThatIsDeclared) {
  SourceConfig source = LineSource();
  source.returns.negative_quantity = false;
  source.returns.order_prefix = "C";
  const ShapedShop shop =
      ShapeTexts(ShopOf({source}), {Lines("A,p,-2,5,2024-01-01,,\nA,p,1,1,2024-01-01,,\n"
                                          "C1,p,-2,5,2024-01-01,,\n")});
  EXPECT_THAT(Codes(shop), ElementsAre("2 negative_quantity"));
  ASSERT_THAT(Keys(shop), ElementsAre("A", "C1"));
  EXPECT_EQ(shop.sessions[0].amounts[kRefund], std::nullopt);
  EXPECT_EQ(shop.sessions[1].amounts[kRefund], Money{1000});
  ExpectBalance(shop);
}

TEST(ShapeTest, SetsAsideWhatElasticsearchCannotHold) {
  const std::string longest(32'766, 'x');
  const ShapedShop shop =
      ShapeTexts(ShopOf({LineSource()}),
                 {Lines("A,p,2147483647,1,2024-01-01,,\nB,p,2147483648,1,2024-01-01,,\n"
                        "C,p,-2147483648,1,2024-01-01,,\n"
                        "D,p,1,1,2024-01-01,," +
                        longest + "\nE,p,1,1,2024-01-01,,x" + longest + "\nF,p,1,1,2024-01-01,x" +
                        longest + ",\nG,x" + longest + ",1,1,2024-01-01,,\n")});
  EXPECT_THAT(Codes(shop), ElementsAre("3 out_of_range", "4 out_of_range", "6 text_too_long",
                                       "7 text_too_long", "8 text_too_long"));
  EXPECT_THAT(Keys(shop), ElementsAre("A", "D"));
  ExpectBalance(shop);
}

TEST(ShapeTest, JoinsLinesToSessions) {
  SourceConfig sessions = SessionSource();
  const ShapedShop shop =
      ShapeTexts(ShopOf({sessions, LineSource()}),
                 {Sessions("a:1,k,2024-01-01,yes,99,\nb,k,2024-01-01,no,,\nc,k,2024-01-01,yes,,\n"),
                  Lines("a:1,p1,1,10,,,DE\nb,p1,1,10,,,\nc,p2,2,10,,,\nc,p3,-1,5,,,\n"
                        "nope,p9,1,1,,,\n")});
  ASSERT_EQ(shop.error, "");
  ASSERT_THAT(Keys(shop), ElementsAre("a%3A1", "b", "c"));
  EXPECT_EQ(shop.sessions[0].amounts[kPayment], Money{9900});  // What the session states wins.
  EXPECT_THAT(shop.sessions[0].dimensions, ElementsAre(std::nullopt, "DE"));
  EXPECT_EQ(shop.sessions[0].items.size(), 1U);
  EXPECT_EQ(shop.sessions[1].amounts[kPayment], std::nullopt);  // A basket that was not bought.
  EXPECT_EQ(shop.sessions[1].actions, 0b0011U);
  EXPECT_EQ(shop.sessions[2].amounts[kPayment], Money{2000});
  EXPECT_EQ(shop.sessions[2].amounts[kRefund], Money{500});
  EXPECT_EQ(shop.session_rows[2].size(), 3U);
  ASSERT_THAT(Codes(shop), ElementsAre("6 no_such_order"));
  EXPECT_EQ(shop.set_aside[0].raw, "nope,p9,1,1,,,");
  EXPECT_THAT(shop.set_aside[0].Text(),
              HasSubstr(":6: no session has this order id (value \"nope\"); load the sessions"));
  ExpectBalance(shop);
}

TEST(ShapeTest, KeepsAllLinesWithoutAKeyAndTheNewestOfThoseWithOne) {
  const std::string text = Lines("A,p,1,1,2024-01-01,,\nA,p,1,1,2024-01-01,,\n");
  EXPECT_EQ(ShapeTexts(ShopOf({LineSource()}), {text}).sessions[0].items.size(), 2U);
  SourceConfig keyed = LineSource();
  keyed.key = {"order", "product"};
  const ShapedShop shop = ShapeTexts(ShopOf({keyed}), {text});
  EXPECT_EQ(shop.sessions[0].items.size(), 1U);
  EXPECT_EQ(shop.counts[0].superseded, 1);
  ExpectBalance(shop);
}

TEST(ShapeTest, MakesCustomers) {
  SourceConfig source;
  source.name = "crm";
  source.feeds = FeedKind::kCustomers;
  source.key = {"client"};
  source.columns = {{"client", "client"}, {"download_date", "first"}};
  const ShapedShop shop =
      ShapeTexts(ShopOf({source}), {"client,first\nk1,2024-01-01\nk2,\nk1,2024-01-02\n0,\n"});
  ASSERT_EQ(shop.customers.size(), 2U);
  EXPECT_EQ(shop.customers[0].client, "k1");
  EXPECT_EQ(shop.customers[0].download_date, 1'704'153'600'000);
  EXPECT_EQ(shop.customers[1].download_date, std::nullopt);
  EXPECT_THAT(Codes(shop), ElementsAre("5 empty_key"));
  ExpectBalance(shop);
}

TEST(ShapeTest, NamesTheNearestColumn) {
  SourceConfig source = SessionSource();
  source.columns[0].second = "cleint";
  EXPECT_THAT(ShapeTexts(ShopOf({source}), {Sessions("")}).error,
              HasSubstr("no column \"cleint\"; did you mean \"client\"?"));
  source.columns[0].second = "buyer_number";
  EXPECT_THAT(ShapeTexts(ShopOf({source}), {Sessions("")}).error,
              HasSubstr("its columns: id, client, start, bought, amount, city"));
}

struct BadValue {
  std::string row;  ///< Behind the key.
  std::string code;
  std::string column;
};

TEST(ShapeTest, SetsBadValuesAsideWithTheirColumn) {
  const std::vector<BadValue> values{
      {"a,2024-01-01,no,1e309,", "not_a_number", "amount"},
      {"a,2024-01-01,no,NaN,", "not_a_number", "amount"},
      {"a,2024-01-01,no,inf,", "not_a_number", "amount"},
      {"a,2024-01-01,no,12abc,", "not_a_number", "amount"},
      {"a,2024-01-01,no,0x10,", "not_a_number", "amount"},
      {"a,2024-01-01,no,\"1,5\",", "not_a_number", "amount"},
      {"a,2024-01-01,no,1.,", "not_a_number", "amount"},
      {"a,2024-01-01,no,+1,", "not_a_number", "amount"},
      {"a,2024-01-01,no, 1,", "not_a_number", "amount"},
      {"a,2024-01-01,no,$1,", "not_a_number", "amount"},
      {"a,2024-01-01,no,1.005,", "too_many_decimals", "amount"},
      {"a,2024-01-01,no,90071992547409.92,", "out_of_range", "amount"},
      {"a,2024-01-01,no,90071992547409.91,", "out_of_range", "amount"},
      {"a,2024-01-01,no,-1,", "negative_amount", "amount"},
      {"a,2024-01-01,maybe,1,", "bad_boolean", "bought"},
      {"a,,no,1,", "empty_required", "start"},
      {"a,0000-00-00,no,1,", "impossible_date", "start"},
      {"a,2023-02-30,no,1,", "impossible_date", "start"},
      {"a,2023-02-03 24:00:00,no,1,", "impossible_date", "start"},
      {"a,2016-12-31T23:59:60Z,no,1,", "impossible_date", "start"},
      {"a,10000-01-01,no,1,", "date_format", "start"},
      {"a,1850-01-01,no,1,", "out_of_range", "start"},
      {"a,01/02/2024,no,1,", "date_format", "start"},
      {"a,24-01-02,no,1,", "date_format", "start"},
      {"a,2024-01-02 10:00:00 CST,no,1,", "date_format", "start"},
      {"a,45000,no,1,", "date_format", "start"},
  };
  std::string rows;
  for (std::size_t i = 0; i < values.size(); ++i) {
    rows += "good" + std::to_string(i) + ",a,2024-01-01,yes,1,\nbad," + values[i].row + "\n";
  }
  const ShapedShop shop = ShapeTexts(ShopOf({SessionSource()}), {Sessions(rows)});
  ASSERT_EQ(shop.error, "");
  EXPECT_EQ(shop.sessions.size(), values.size());
  ASSERT_EQ(shop.set_aside.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(shop.set_aside[i].code, values[i].code) << values[i].row;
    EXPECT_EQ(shop.set_aside[i].column, values[i].column) << values[i].row;
    EXPECT_EQ(shop.set_aside[i].raw, "bad," + values[i].row);
  }
  ExpectBalance(shop);
}

/// The ten broken rows between good ones.
TEST(ShapeTest, NamesEachBrokenRowInTheGoldenFile) {
  Config config = ShopOf({SessionSource()});
  config.shop.time_zone = "Europe/Berlin";
  config.sources[0].csv.path = "tests/golden/broken_rows.csv";
  const ShapedShop shop = ShapeFiles(config);
  ASSERT_EQ(shop.error, "");
  std::string messages;
  for (const SetAside& row : shop.set_aside) {
    messages += row.code + " " + row.Text() + "\n";
  }
  std::ifstream file("tests/golden/broken_rows.messages");
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(messages, expected.str());
  EXPECT_THAT(Keys(shop), ElementsAre("good1", "good10", "good2", "good3", "good4", "good5",
                                      "good6", "good7", "good8", "good9"));
  EXPECT_EQ(shop.set_aside.size(), 10U);
  EXPECT_TRUE(shop.set_aside[0].raw_is_base64);
  ExpectBalance(shop);
}

TEST(ShapeTest, BooksBalanceOnRandomRows) {
  const std::vector<std::string> ids{"1", "2", "3", "", " ", "a:b", std::string(600, 'k')};
  const std::vector<std::string> dates{"2024-01-01", "2024-03-31 02:30", "x", "", "2024-02-30"};
  const std::vector<std::string> numbers{"1", "-1", "0", "2.55", "NaN", "", "9007199254740991"};
  const std::vector<std::string> texts{"a", "0", "", "\"q", "\xFF", "b,c", "\n"};
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&random](const std::vector<std::string>& from) {
      return from[random() % from.size()];
    };
    std::string sessions(kSessionHeader);
    std::string lines(kLineHeader);
    for (int i = 0; i < 40; ++i) {
      sessions += pick(ids) + "," + (i % 3 == 0 ? pick(texts) : "a") + "," + pick(dates) + ",yes," +
                  pick(numbers) + "," + (i % 10 == 0 ? pick(texts) : "x") + "\n";
      lines += pick(ids) + ",p," + pick(numbers) + "," + pick(numbers) + "," + pick(dates) + "," +
               (i % 10 == 0 ? pick(texts) : "k") + ",x\n";
    }
    std::vector<SourceConfig> sources{SessionSource(), LineSource()};
    sources[0].repeated_keys = seed % 2 == 0 ? "supersede" : "number";
    Config joined_config = ShopOf(sources);
    joined_config.limits.max_set_aside_share = 1;
    const ShapedShop joined = ShapeTexts(joined_config, {sessions, lines});
    ASSERT_EQ(joined.error, "") << seed;
    ExpectBalance(joined);
    Config made_config = ShopOf({LineSource()});
    made_config.limits.max_set_aside_share = 1;
    const ShapedShop made = ShapeTexts(made_config, {lines});
    ASSERT_EQ(made.error, "") << seed;
    ExpectBalance(made);
    std::size_t rows = 0;
    for (const auto& refs : joined.session_rows) {
      rows += refs.size();
    }
    EXPECT_EQ(static_cast<std::int64_t>(rows), joined.counts[0].used + joined.counts[1].used);
  }
}

std::string Fingerprint(const SessionRecord& session) {
  std::string text = session.key + "|" + std::to_string(session.start);
  for (const auto& amount : session.amounts) {
    text += "|" + (amount.has_value() ? std::to_string(amount->minor) : "-");
  }
  for (const ItemRecord& item : session.items) {
    text += "|" + item.product + "x" + std::to_string(item.quantity);
  }
  return text;
}

TEST(ShapeTest, SpillingGivesTheSameDocuments) {
  std::string lines(kLineHeader);
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    lines += std::to_string(random() % 3000) + ",p" + std::to_string(random() % 50) + ",1,2.55," +
             "2024-01-0" + std::to_string(1 + random() % 9) + ",k,\n";
  }
  Config config = ShopOf({LineSource()});
  const ShapedShop in_memory = ShapeTexts(config, {lines});
  config.limits.grouping_bytes = 1;
  const ShapedShop spilled = ShapeTexts(config, {lines});
  EXPECT_FALSE(in_memory.spilled);
  EXPECT_TRUE(spilled.spilled);
  std::vector<std::string> expected;
  std::vector<std::string> found;
  for (const SessionRecord& session : in_memory.sessions) {
    expected.push_back(Fingerprint(session));
  }
  EXPECT_TRUE(std::is_sorted(expected.begin(), expected.end(), [](const auto& a, const auto& b) {
    return a.substr(0, a.find('|')) < b.substr(0, b.find('|'));
  }));
  for (const SessionRecord& session : spilled.sessions) {
    found.push_back(Fingerprint(session));
  }
  EXPECT_EQ(found, expected);
  ExpectBalance(spilled);
}

TEST(ShapeTest, LoadsOnlineRetailWhole) {
  const char* const declared = std::getenv("CARTWRIGHT_DATA");
  const std::string path = std::string(declared != nullptr ? declared : "../shared/data") +
                           "/online_retail/online_retail.csv.gz";
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << path << " is not there";
  }
  SourceConfig source = LineSource();
  source.columns = {{"order_id", "InvoiceNo"}, {"product", "StockCode"},
                    {"name", "Description"},   {"quantity", "Quantity"},
                    {"price", "UnitPrice"},    {"session_start_date", "InvoiceDate"},
                    {"client", "CustomerID"}};
  source.dimensions = {{"country", "Country"}};
  source.returns.order_prefix = "C";
  source.returns.negative_quantity = true;
  source.csv.path = path;
  Config config = ShopOf({source});
  config.shop.currency = "GBP";
  config.shop.time_zone = "Europe/London";
  const ShapedShop shop = ShapeFiles(config);
  ASSERT_EQ(shop.error, "");
  EXPECT_THAT(Codes(shop), ElementsAre());
  EXPECT_EQ(shop.counts[0].read, 541'909);
  EXPECT_EQ(shop.counts[0].used, 541'909);
  EXPECT_EQ(shop.sessions.size(), 25'900U);
  std::int64_t payment = 0;
  std::int64_t refund = 0;
  for (const SessionRecord& order : shop.sessions) {
    payment += order.amounts[kPayment].value_or(Money{}).minor;
    refund += order.amounts[kRefund].value_or(Money{}).minor;
  }
  EXPECT_EQ(payment, 1'066'668'454);
  EXPECT_EQ(payment - refund, 974'774'793);
  ExpectBalance(shop);
}

}  // namespace
}  // namespace cartwright
