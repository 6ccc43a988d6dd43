#include "daemon/app/receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mappings/mappings.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Receipt Sample() {
  Receipt receipt;
  receipt.run_id = "run";
  receipt.kind = "once";
  receipt.status = "failed";
  receipt.error = "why";
  receipt.generator = "cartwright test";
  receipt.finished_at = 1500;
  receipt.books.sources.push_back({"web", 3, 2, 0, 1, 0});
  receipt.books.closed = true;
  receipt.books.indices.push_back({"orders", 2, 2, 0, 0, 0, 0, 0, 2});
  receipt.read_back = ReadBackBook{20, 3};
  return receipt;
}

TEST(ReceiptTest, EveryFieldOfTheJsonIsMappedInRuns) {
  const auto mapping = nlohmann::json::parse(MappingText("runs"))["properties"];
  const auto receipt = nlohmann::json::parse(ReceiptJson(Sample()));
  for (const auto& [name, value] : receipt.items()) {
    ASSERT_TRUE(mapping.contains(name)) << name;
    if (value.is_array()) {
      for (const auto& [inner, unused] : value.front().items()) {
        EXPECT_TRUE(mapping[name]["properties"].contains(inner)) << name << "." << inner;
      }
    }
  }
  EXPECT_EQ(receipt["duration_ms"], 1500);
  EXPECT_EQ(receipt["books_balance"], true);
  EXPECT_EQ(receipt["documents_read_back"], 20);
  EXPECT_EQ(receipt["documents_left_out_deleted"], 3);
}

TEST(ReceiptTest, TheTextShowsTheBooksAndSaysWhenTheyDoNotBalance) {
  Receipt receipt = Sample();
  EXPECT_THAT(ReceiptText(receipt), HasSubstr("The books balance."));
  EXPECT_THAT(ReceiptText(receipt), HasSubstr("why"));
  receipt.books.sources[0].used = 1;
  EXPECT_THAT(ReceiptText(receipt), HasSubstr("THE BOOKS DO NOT BALANCE."));
  EXPECT_EQ(nlohmann::json::parse(ReceiptJson(receipt))["books_balance"], false);
}

TEST(ReceiptTest, TheTextSaysWhatTheTablesTake) {
  Receipt receipt = Sample();
  EXPECT_THAT(ReceiptText(receipt), Not(HasSubstr("tables in memory")));
  receipt.tables = TableMemory{.sessions = 50 * 1024 * 1024, .lines = 1536 * 1024};
  EXPECT_THAT(ReceiptText(receipt), HasSubstr("sessions 50.0 MiB, lines 1.5 MiB"));
}

TEST(ReceiptTest, SaysHowManyDocumentsWereLeftOutAsDeleted) {
  Receipt receipt = Sample();
  EXPECT_THAT(ReceiptText(receipt),
              HasSubstr("read back: 20 documents, 3 of them deleted and left out"));
  receipt.read_back.reset();
  EXPECT_THAT(ReceiptText(receipt), Not(HasSubstr("read back: ")));
  EXPECT_FALSE(nlohmann::json::parse(ReceiptJson(receipt)).contains("documents_read_back"));
}

TEST(ReceiptTest, BooksThatWereNotClosedAreNeitherBalancedNorUnbalanced) {
  Receipt receipt = Sample();
  receipt.books.closed = false;
  EXPECT_FALSE(nlohmann::json::parse(ReceiptJson(receipt)).contains("books_balance"));
  EXPECT_THAT(ReceiptText(receipt), HasSubstr("The load did not come to its end"));
  receipt.books = {};
  EXPECT_FALSE(nlohmann::json::parse(ReceiptJson(receipt)).contains("books_balance"));
  EXPECT_THAT(ReceiptText(receipt), Not(HasSubstr("books")));
}

}  // namespace
}  // namespace cartwright
