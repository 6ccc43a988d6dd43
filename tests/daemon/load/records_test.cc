#include "daemon/load/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartwright {
namespace {

using ::testing::ElementsAre;

ShopTablesLayout Layout() {
  ShopTablesLayout layout;
  layout.action_names = {"has_sessions", "has_basket", "purchased"};
  layout.dimensions = {"city"};
  layout.customer_dimensions = {"channel"};
  return layout;
}

TEST(RecordsTest, ARecordGivesTheColumnsThatItsDocumentWouldGive) {
  ShopTablesBuilder builder(Layout(), TimeZone::Utc());
  RecordAdder adder(builder);
  SessionRecord record;
  record.key = "k";
  record.client = "c";
  record.start = 3'600'000;
  record.actions = 0b111;
  record.amounts[0] = Money{1230};
  record.promotion_ids = {"b", "a"};
  record.dimensions = {"Bonn"};
  record.items = {{"p", "x", "n", "b", UnitPrice{5}, 2}, {"q", {}, {}, {}, {}, -1}};
  adder.AddSession(record);
  CustomerRecord customer;
  customer.client = "c";
  customer.signup_date = 7;
  customer.dimensions = {std::nullopt};
  adder.AddCustomer(customer);
  const Result<ShopTables> tables = std::move(builder).Finish();
  ASSERT_TRUE(tables);
  const SessionTable& sessions = tables->sessions;
  EXPECT_EQ(sessions.hour[0], 1);
  EXPECT_EQ(sessions.actions[0], 0b111U);
  EXPECT_EQ(sessions.Amount(0, AmountKind::kPayment), 1230);
  EXPECT_EQ(sessions.Amount(0, AmountKind::kRefund), kMissingAmount);
  EXPECT_EQ(sessions.promotions.Text(0),
            "a\x1f"
            "b");
  EXPECT_THAT(sessions.line_quantity, ElementsAre(2, -1));
  EXPECT_THAT(sessions.line_price, ElementsAre(5, kMissingAmount));
  EXPECT_EQ(tables->customers.signup[0], 7);
  EXPECT_EQ(tables->customers.download[0], kMissingInstant);
  EXPECT_EQ(tables->customers.dimensions[0].code[0], kNoCode);
}

}  // namespace
}  // namespace cartwright
