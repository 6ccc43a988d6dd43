#include "daemon/elastic/bulk_answer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cartwright {
namespace {

BulkBody BodyOf(int documents, BulkOperation operation = BulkOperation::kIndex) {
  BulkBody body;
  for (int i = 0; i < documents; ++i) {
    body.Append({operation, "orders", "id", 1, "{}", 0}, 0);
  }
  return body;
}

/// The statuses read, or what is wrong.
std::vector<int> Read(const std::string& answer, const BulkBody& body) {
  BulkAnswerReader reader;
  const auto items = reader.Read(answer, body);
  std::vector<int> statuses;
  for (std::size_t i = 0; items && i < (*items)->size(); ++i) {
    statuses.push_back((**items)[i].status);
    EXPECT_TRUE((**items)[i].type.empty());
  }
  return statuses;
}

constexpr const char* kItems = R"("items":[{"index":{"status":201}},{"index":{"status":200}}]})";
const std::vector<int> kBoth{201, 200};

TEST(BulkAnswerTest, ReadsTheFormsThatServersWriteWhenAllWentWell) {
  const BulkBody body = BodyOf(2);
  for (const std::string head :
       {R"({"took":12,"errors":false,)", R"({"errors":false,"took":0,)", R"({"errors":false,)"}) {
    EXPECT_EQ(Read(head + kItems, body), kBoth) << head;
  }
}

TEST(BulkAnswerTest, ReadsOtherFormsOfTheSame) {
  const BulkBody body = BodyOf(2);
  for (
      const std::string answer :
      {R"({"errors" : false, "took":1, "items":[{"index":{"status":201}}, {"index":{"status":200}}]})",
       R"({"items":[{"index":{"status":201}},{"index":{"status":200}}],"errors":false,"took":3})",
       R"({"took":1,"errors":false,"ingest_took":2,"items":[{"index":{"status":201}},{"index":{"status":200}}]})",
       R"({"took":1,"errors":false,"items":[{"index":{"_id":"a","status":201}},{"index":{"status":200}}]})"}) {
    EXPECT_EQ(Read(answer, body), kBoth) << answer;
  }
}

// One byte changed anywhere must never give the same answer unless the parser reads it so too.
TEST(BulkAnswerTest, TakesNoDamagedAnswerForAWholeOne) {
  const BulkBody body = BodyOf(2);
  const std::string whole = std::string(R"({"took":12,"errors":false,)") + kItems;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char byte : {'x', '9', ' ', '}', '"'}) {
      std::string damaged = whole;
      damaged[at] = byte;
      simdjson::dom::parser parser;
      const bool is_json = parser.parse(damaged).error() == simdjson::SUCCESS;
      if (!is_json) {
        ASSERT_TRUE(Read(damaged, body).empty()) << damaged;
      }
    }
    ASSERT_TRUE(Read(whole.substr(0, at), body).empty()) << at;
    ASSERT_TRUE(Read(whole + whole.substr(0, at + 1), body).empty()) << at;
  }
}

TEST(BulkAnswerTest, AnotherNumberOrOperationIsNoAnswer) {
  const std::string whole = std::string(R"({"took":12,"errors":false,)") + kItems;
  EXPECT_TRUE(Read(whole, BodyOf(1)).empty());
  EXPECT_TRUE(Read(whole, BodyOf(3)).empty());
  EXPECT_TRUE(Read(whole, BodyOf(2, BulkOperation::kDelete)).empty());
  EXPECT_EQ(Read(R"({"took":1,"errors":false,"items":[{"delete":{"status":200}}]})",
                 BodyOf(1, BulkOperation::kDelete)),
            (std::vector<int>{200}));
}

TEST(BulkAnswerTest, ErrorsAreReadWithTheirTypes) {
  const BulkBody body = BodyOf(2);
  BulkAnswerReader reader;
  const auto items = reader.Read(
      R"({"took":1,"errors":true,"items":[{"index":{"status":201}},{"index":{"status":400,"error":{"type":"t","reason":"r"}}}]})",
      body);
  ASSERT_TRUE(items.has_value());
  EXPECT_EQ((**items)[1].status, 400);
  EXPECT_EQ((**items)[1].type, "t");
  EXPECT_EQ((**items)[1].reason, "r");
}

}  // namespace
}  // namespace cartwright
