#include "daemon/ingest/documents.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

DocumentLayout Layout() {
  return {{"has_sessions", "has_basket", "order_screen", "purchased"},
          {"city"},
          {"first_login"},
          {"channel"},
          "EUR",
          2};
}

TEST(DocumentsTest, AFullOrderIsWrittenByteForByte) {
  SessionRecord record;
  record.key = "ignored here";
  record.id = "o-1";
  record.client = "c \"7\"";
  record.start = 0;
  record.date = 1;
  record.has_purchased = true;
  record.actions = 0b1011;
  record.amounts = {Money{1230}, Money{5}, {}, {}, Money{-1}};
  record.promotion_ids = {"spring", "vip"};
  record.dimensions = {"Köln"};
  record.items = {{"p2", "toys", "Bear, brown", {}, UnitPrice{25'500'000}, 2},
                  {"p1", {}, {}, {}, UnitPrice{1}, -1},
                  {"p2", {}, {}, {}, {}, 1}};
  record.delivery_date = 2;
  record.source = "web";
  record.updated_at = 3;
  const DocumentLayout layout = Layout();
  DocumentWriter documents(layout, 4);
  const std::string_view json = documents.Order(record);
  EXPECT_EQ(
      json,
      R"({"id":"o-1","client":"c \"7\"","session_start_date":"1970-01-01T00:00:00.000Z",)"
      R"("date":"1970-01-01T00:00:00.001Z","has_purchased":true,"actions":{"has_sessions":true,)"
      R"("has_basket":true,"order_screen":false,"purchased":true},"payment_amount":12.30,)"
      R"("discount_amount":0.05,"refund_amount":-0.01,"currency":"EUR",)"
      R"("promotion_id":["spring","vip"],"dimensions":{"city":"Köln"},"dimension":"Köln",)"
      R"("items":[{"product":"p2","category":"toys","name":"Bear, brown","price":25.50,"quantity":2},)"
      R"({"product":"p1","price":0.000001,"quantity":-1},{"product":"p2","quantity":1}],)"
      R"("total_products":2,"total_quantity":2,)"
      R"("delivery":{"delivery_date":"1970-01-01T00:00:00.002Z"},"source":"web",)"
      R"("updated_at":"1970-01-01T00:00:00.003Z","ingested_at":"1970-01-01T00:00:00.004Z"})");
}

TEST(DocumentsTest, WhatIsMissingIsLeftOutAndNeverZero) {
  SessionRecord record;
  record.id = "s";
  record.source = "web";
  record.dimensions = {std::nullopt};
  const DocumentLayout layout = Layout();
  DocumentWriter documents(layout, 0);
  const std::string_view json = documents.Order(record);
  EXPECT_EQ(
      json,
      R"({"id":"s","session_start_date":"1970-01-01T00:00:00.000Z","has_purchased":false,)"
      R"("actions":{"has_sessions":true,"has_basket":false,"order_screen":false,"purchased":false},)"
      R"("dimensions":{},"source":"web","ingested_at":"1970-01-01T00:00:00.000Z"})");
}

TEST(DocumentsTest, ACustomerHasItsDatesAndDimensions) {
  CustomerRecord record;
  record.client = "c1";
  record.download_date = 0;
  record.actions = {1};
  record.dimensions = {"app"};
  record.source = "crm";
  const DocumentLayout layout = Layout();
  DocumentWriter documents(layout, 2);
  const std::string_view json = documents.Customer(record);
  EXPECT_EQ(
      json,
      R"({"client":"c1","download_date":"1970-01-01T00:00:00.000Z",)"
      R"("actions":{"first_login":"1970-01-01T00:00:00.001Z"},"dimensions":{"channel":"app"},)"
      R"("source":"crm","ingested_at":"1970-01-01T00:00:00.002Z"})");
}

}  // namespace
}  // namespace cartwright
