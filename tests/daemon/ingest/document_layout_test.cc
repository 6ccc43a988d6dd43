#include "daemon/ingest/document_layout.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "daemon/ingest/documents.h"

namespace cartwright {
namespace {

DocumentLayout Layout() {
  return {
      {"has_sessions", "purchased"}, {"city", "device"}, {"first_login"}, {"channel"}, "EUR", 2};
}

/// Every path of a document that the mapping does not know.
void CheckKnown(const nlohmann::json& document, const nlohmann::json& mapping,
                const std::string& path) {
  for (const auto& [name, value] : document.items()) {
    const std::string here = path.empty() ? name : path + "." + name;
    ASSERT_TRUE(mapping["properties"].contains(name)) << here << " is not mapped";
    const nlohmann::json& field = mapping["properties"][name];
    const nlohmann::json& inner = value.is_array() && !value.empty() ? value.front() : value;
    if (inner.is_object() && field.contains("properties")) {
      CheckKnown(inner, field, here);
    }
  }
}

TEST(DocumentLayoutTest, EveryFieldOfAnOrderIsMapped) {
  SessionRecord record;
  record.client = "c";
  record.date = 1;
  record.amounts = {Money{1}, Money{1}, Money{1}, Money{1}, Money{1}};
  record.promotion_ids = {"p"};
  record.dimensions = {"a", "b"};
  record.items = {{"p", "c", "n", "b", UnitPrice{1}, 1}};
  record.delivery_date = record.prepare_date = record.return_date = record.updated_at = 1;
  const DocumentLayout layout = Layout();
  DocumentWriter documents(layout, 0);
  const std::string_view json = documents.Order(record);
  const auto mapping = nlohmann::json::parse(OrdersMapping(Layout()));
  EXPECT_EQ(mapping["dynamic"], "strict");
  EXPECT_EQ(mapping["properties"]["actions"]["properties"].size(), 2U);
  EXPECT_EQ(mapping["properties"]["dimensions"]["properties"]["device"]["type"], "keyword");
  CheckKnown(nlohmann::json::parse(json), mapping, "");
}

TEST(DocumentLayoutTest, EveryFieldOfACustomerIsMapped) {
  CustomerRecord record;
  record.client = "c";
  record.download_date = record.signup_date = record.updated_at = 1;
  record.actions = {1};
  record.dimensions = {"x"};
  const DocumentLayout layout = Layout();
  DocumentWriter documents(layout, 0);
  const std::string_view json = documents.Customer(record);
  CheckKnown(nlohmann::json::parse(json), nlohmann::json::parse(DownloadsMapping(Layout())), "");
}

}  // namespace
}  // namespace cartwright
