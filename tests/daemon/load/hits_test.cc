#include "daemon/load/hits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>

#include "daemon/load/records.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ShopTablesLayout Layout() {
  ShopTablesLayout layout;
  layout.action_names = {"has_sessions", "has_basket", "purchased"};
  layout.dimensions = {"city"};
  layout.customer_dimensions = {"channel"};
  return layout;
}

class HitsTest : public testing::Test {
 protected:
  Status Order(std::string_view id, std::string_view json) {
    return decoder_.AddOrder(id, Parse(json));
  }
  Status Customer(std::string_view id, std::string_view json) {
    return decoder_.AddCustomer(id, Parse(json));
  }
  simdjson::dom::object Parse(std::string_view json) {
    simdjson::dom::object object;
    EXPECT_EQ(parser_.parse(simdjson::padded_string(json)).get(object), simdjson::SUCCESS) << json;
    return object;
  }
  ShopTables Finish() {
    Result<ShopTables> tables = std::move(builder_).Finish();
    EXPECT_TRUE(tables);
    return std::move(tables).value();
  }

  simdjson::dom::parser parser_;
  ShopTablesBuilder builder_{Layout(), TimeZone::Utc()};
  HitDecoder decoder_{Layout(), builder_};
};

TEST_F(HitsTest, EveryFieldReachesItsColumn) {
  ASSERT_TRUE(Order("k1", R"({"client":"c","session_start_date":"2024-03-01T10:30:00.000Z",
    "has_purchased":true,"actions":{"has_sessions":true,"has_basket":false,"purchased":true},
    "payment_amount":12.30,"refund_amount":0.1,"promotion_id":["b","a"],"dimensions":{"city":"Bonn"},
    "items":[{"product":"p","category":"x","price":2.55,"quantity":2},{"product":"q","quantity":-1}]})"));
  const ShopTables tables = Finish();
  const SessionTable& sessions = tables.sessions;
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_EQ(sessions.start[0], *ParseInstant("2024-03-01T10:30:00.000Z"));
  EXPECT_EQ(sessions.hour[0], 10);
  EXPECT_EQ(tables.clients.Text(sessions.client[0]), "c");
  EXPECT_EQ(sessions.actions[0], 0b101U);
  EXPECT_EQ(sessions.Amount(0, AmountKind::kPayment), 1230);
  EXPECT_EQ(sessions.Amount(0, AmountKind::kRefund), 10);
  EXPECT_EQ(sessions.Amount(0, AmountKind::kTax), kMissingAmount);
  EXPECT_EQ(sessions.promotions.Text(sessions.promotion[0]),
            "a\x1f"
            "b");
  EXPECT_EQ(sessions.dimensions[0].values.Text(sessions.dimensions[0].code[0]), "Bonn");
  EXPECT_THAT(sessions.line_begin, ElementsAre(0U, 2U));
  EXPECT_THAT(sessions.line_quantity, ElementsAre(2, -1));
  EXPECT_THAT(sessions.line_price, ElementsAre(2'550'000, kMissingAmount));
}

TEST_F(HitsTest, AmountsComeBackExactlyUpToTheLimit) {
  ASSERT_TRUE(Order("k1", R"({"session_start_date":"2024-03-01T10:30:00.000Z",
    "payment_amount":70368744177663.99,"refund_amount":0.29,"discount_amount":1.005})"));
  const ShopTables tables = Finish();
  EXPECT_EQ(tables.sessions.Amount(0, AmountKind::kPayment), 7'036'874'417'766'399);
  EXPECT_EQ(tables.sessions.Amount(0, AmountKind::kRefund), 29);
}

TEST_F(HitsTest, AnAmountIsReadBackExactlyOrRefused) {
  int refused = 0;
  std::mt19937_64 random(7);
  for (int i = 0; i < 2'000; ++i) {
    // The upper half of the range: there rounding a product is not exact any more.
    const auto minor = static_cast<std::int64_t>((1ULL << 52) + random() % (1ULL << 52));
    std::string text = std::to_string(minor);
    text.insert(text.size() - 2, ".");
    ShopTablesBuilder builder(Layout(), TimeZone::Utc());
    HitDecoder decoder(Layout(), builder);
    const std::string json =
        R"({"session_start_date":"2024-03-01T10:30:00.000Z","payment_amount":)" + text + "}";
    if (!decoder.AddOrder("k", Parse(json))) {
      ++refused;
      continue;
    }
    const ShopTables tables = std::move(builder).Finish().value();
    ASSERT_EQ(tables.sessions.Amount(0, AmountKind::kPayment), minor) << text;
  }
  EXPECT_GT(refused, 0) << "above 2^46 units of currency two amounts share a double";
  EXPECT_LT(refused, 1'900);
}

TEST_F(HitsTest, AnAmountOfAnotherTypeIsRefused) {
  EXPECT_FALSE(
      Order("k", R"({"session_start_date":"2024-03-01T10:30:00.000Z","payment_amount":"1"})"));
}

TEST_F(HitsTest, ASinglePromotionMayBeATextAndADeletedDocumentIsLeftOut) {
  ASSERT_TRUE(
      Order("a", R"({"session_start_date":"2024-03-01T10:30:00.000Z","promotion_id":"x"})"));
  ASSERT_TRUE(Order("b", R"({"session_start_date":"2024-03-01T10:30:00.000Z",
    "deleted_at":"2024-03-02T00:00:00.000Z"})"));
  EXPECT_EQ(decoder_.deleted(), 1);
  const ShopTables tables = Finish();
  ASSERT_EQ(tables.sessions.size(), 1U);
  EXPECT_EQ(tables.sessions.promotions.Text(tables.sessions.promotion[0]), "x");
  EXPECT_EQ(tables.sessions.client[0], kNoCode);
}

TEST_F(HitsTest, ADocumentOfAnotherFormIsNamedWithItsField) {
  const auto refusal = [this](std::string_view json) {
    const Status status = Order("the-id", json);
    return status ? std::string("accepted") : status.error().message;
  };
  EXPECT_THAT(refusal(R"({"client":"c"})"), HasSubstr("session_start_date"));
  EXPECT_THAT(refusal(R"({"session_start_date":5})"), HasSubstr("the-id"));
  EXPECT_THAT(refusal(R"({"session_start_date":"yesterday"})"), HasSubstr("session_start_date"));
  EXPECT_THAT(refusal(R"({"session_start_date":"2024-03-01T10:30:00.000Z","promotion_id":[1]})"),
              HasSubstr("promotion_id"));
  EXPECT_THAT(
      refusal(R"({"session_start_date":"2024-03-01T10:30:00.000Z","items":[{"product":"p"}]})"),
      HasSubstr("items.quantity"));
  EXPECT_THAT(
      refusal(R"({"session_start_date":"2024-03-01T10:30:00.000Z","items":[{"quantity":1}]})"),
      HasSubstr("items.product"));
  const Status customer = Customer("x", R"({"download_date":"2024-03-01T10:30:00.000Z"})");
  ASSERT_FALSE(customer);
  EXPECT_THAT(customer.error().message, HasSubstr("client"));
}

TEST_F(HitsTest, CustomersHaveDatesAndDimensions) {
  ASSERT_TRUE(Customer("c1", R"({"client":"c1","download_date":"2024-03-01T10:30:00.000Z",
    "dimensions":{"channel":"app"}})"));
  const ShopTables tables = Finish();
  ASSERT_EQ(tables.customers.size(), 1U);
  EXPECT_EQ(tables.customers.download[0], *ParseInstant("2024-03-01T10:30:00.000Z"));
  EXPECT_EQ(tables.customers.signup[0], kMissingInstant);
  EXPECT_EQ(tables.customers.dimensions[0].values.Text(0), "app");
}

}  // namespace
}  // namespace cartwright
