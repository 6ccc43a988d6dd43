#include "daemon/elastic/verdict.h"

#include <gtest/gtest.h>

#include <array>

namespace cartwright {
namespace {

constexpr auto kIndex = BulkOperation::kIndex;
constexpr auto kDelete = BulkOperation::kDelete;

struct Case {
  const char* name = "";
  BulkOutcome outcome;
  Verdict verdict = Verdict::kCreated;
};

constexpr std::array kCases{
    Case{"created", {200, 201, "", kIndex}, Verdict::kCreated},
    Case{"replaced", {200, 200, "", kIndex}, Verdict::kReplaced},
    Case{"deleted", {200, 200, "", kDelete}, Verdict::kDeleted},
    Case{"delete of what is not there", {200, 404, "", kDelete}, Verdict::kDeleted},
    Case{"newer version there",
         {200, 409, "version_conflict_engine_exception", kIndex},
         Verdict::kConflicted},
    Case{"newer version there, delete",
         {200, 409, "version_conflict_engine_exception", kDelete},
         Verdict::kConflicted},
    Case{"write queue full",
         {200, 429, "es_rejected_execution_exception", kIndex},
         Verdict::kRetrySoon},
    Case{"shard away", {200, 503, "unavailable_shards_exception", kIndex}, Verdict::kRetrySoon},
    Case{"node closing", {200, 500, "node_closed_exception", kIndex}, Verdict::kRetrySoon},
    Case{"unknown item status", {200, 299, "", kIndex}, Verdict::kRetrySoon},
    Case{"success with an error", {200, 201, "odd_exception", kIndex}, Verdict::kRetrySoon},
    Case{"disk full, 429", {200, 429, "cluster_block_exception", kIndex}, Verdict::kRetrySlow},
    Case{"disk full, 403", {200, 403, "cluster_block_exception", kIndex}, Verdict::kRetrySlow},
    Case{"breaker, 429", {200, 429, "circuit_breaking_exception", kIndex}, Verdict::kRetrySlow},
    Case{"breaker, 503", {200, 503, "circuit_breaking_exception", kIndex}, Verdict::kRetrySlow},
    Case{"bad field", {200, 400, "document_parsing_exception", kIndex}, Verdict::kRejected},
    Case{"bad field, 7.17", {200, 400, "mapper_parsing_exception", kIndex}, Verdict::kRejected},
    Case{"unknown field",
         {200, 400, "strict_dynamic_mapping_exception", kIndex},
         Verdict::kRejected},
    Case{"closed index", {200, 400, "index_closed_exception", kIndex}, Verdict::kStop},
    Case{"alias missing", {200, 404, "index_not_found_exception", kIndex}, Verdict::kStop},
    Case{"alias missing, delete", {200, 404, "index_not_found_exception", kDelete}, Verdict::kStop},
    Case{"no right to write", {200, 403, "security_exception", kIndex}, Verdict::kStop},
    Case{"no answer", {0, 0, "", kIndex}, Verdict::kAmbiguous},
    Case{"200 without items", {200, 0, "", kIndex}, Verdict::kAmbiguous},
    Case{"redirect", {302, 0, "", kIndex}, Verdict::kStop},
    Case{"whole 400", {400, 0, "illegal_argument_exception", kIndex}, Verdict::kSplit},
    Case{"whole 413", {413, 0, "", kIndex}, Verdict::kSplit},
    Case{"whole 401", {401, 0, "security_exception", kIndex}, Verdict::kStop},
    Case{"whole 403", {403, 0, "security_exception", kIndex}, Verdict::kStop},
    Case{"whole 403, block", {403, 0, "cluster_block_exception", kIndex}, Verdict::kRetrySlow},
    Case{"whole 404", {404, 0, "index_not_found_exception", kIndex}, Verdict::kStop},
    Case{"whole 429", {429, 0, "es_rejected_execution_exception", kIndex}, Verdict::kRetrySoon},
    Case{"no master", {503, 0, "master_not_discovered_exception", kIndex}, Verdict::kRetrySoon},
    Case{"no master, block", {503, 0, "cluster_block_exception", kIndex}, Verdict::kRetrySoon},
    Case{"no master, block on an item",
         {200, 503, "cluster_block_exception", kIndex},
         Verdict::kRetrySoon},
    Case{"whole 429, disk full", {429, 0, "cluster_block_exception", kIndex}, Verdict::kRetrySlow},
    Case{"whole 503, breaker", {503, 0, "circuit_breaking_exception", kIndex}, Verdict::kRetrySlow},
    Case{"proxy lost it", {502, 0, "", kIndex}, Verdict::kAmbiguous},
    Case{"proxy gave up", {504, 0, "", kIndex}, Verdict::kAmbiguous},
    Case{"unknown 4xx", {418, 0, "", kIndex}, Verdict::kRetrySoon}};

TEST(VerdictTest, DecidesKnownAnswers) {
  for (const Case& at : kCases) {
    EXPECT_EQ(Judge(at.outcome), at.verdict) << at.name;
  }
}

constexpr std::array<std::string_view, 12> kTypes{"",
                                                  "es_rejected_execution_exception",
                                                  "cluster_block_exception",
                                                  "circuit_breaking_exception",
                                                  "document_parsing_exception",
                                                  "mapper_parsing_exception",
                                                  "version_conflict_engine_exception",
                                                  "index_not_found_exception",
                                                  "index_closed_exception",
                                                  "security_exception",
                                                  "illegal_argument_exception",
                                                  "something_new_exception"};

bool Writes(Verdict verdict) {
  return verdict == Verdict::kCreated || verdict == Verdict::kReplaced ||
         verdict == Verdict::kDeleted;
}

// What must hold for every item, whatever the server says.
void ExpectSafe(const BulkOutcome& outcome) {
  const Verdict verdict = Judge(outcome);
  const int item = outcome.item_status;
  const bool absent = item == 404 && outcome.operation == kDelete;
  if (Writes(verdict)) {
    EXPECT_TRUE(outcome.error_type.empty() && (item == 200 || item == 201 || absent));
  }
  if (verdict == Verdict::kRejected) {
    EXPECT_TRUE(item == 400 || item == 413);
  }
  if (verdict == Verdict::kConflicted) {
    EXPECT_EQ(item, 409);
  }
  EXPECT_NE(verdict, Verdict::kSplit);
  EXPECT_NE(verdict, Verdict::kAmbiguous);
  if (item >= 500 || item == 429) {
    EXPECT_TRUE(verdict == Verdict::kRetrySoon || verdict == Verdict::kRetrySlow ||
                outcome.error_type == "index_closed_exception");
  }
}

TEST(VerdictTest, EveryItemIsDecidedSafely) {
  for (int status = 1; status < 600; ++status) {
    for (const std::string_view type : kTypes) {
      for (const BulkOperation operation : {kIndex, kDelete}) {
        SCOPED_TRACE(testing::Message() << status << " " << type);
        ExpectSafe({200, status, type, operation});
        ASSERT_FALSE(testing::Test::HasFailure());
      }
    }
  }
}

TEST(VerdictTest, WholeRequestsAreNeverTakenForSuccessNorRejected) {
  for (int status = 0; status < 600; ++status) {
    for (const std::string_view type : kTypes) {
      const Verdict verdict = Judge({status, 0, type, kIndex});
      ASSERT_FALSE(Writes(verdict)) << status << " " << type;
      ASSERT_NE(verdict, Verdict::kRejected) << status << " " << type;
      ASSERT_NE(verdict, Verdict::kConflicted) << status << " " << type;
      if (verdict == Verdict::kSplit) {
        ASSERT_TRUE(status == 400 || status == 413) << status << " " << type;
      }
    }
  }
}

// Items under anything but a 2xx belong to no answer of Elasticsearch's.
TEST(VerdictTest, NothingIsWrittenUnlessTheRequestSucceeded) {
  for (int http = 0; http < 600; ++http) {
    if (http >= 200 && http < 300) {
      continue;
    }
    for (const int item : {0, 200, 201, 404, 409, 400}) {
      for (const BulkOperation operation : {kIndex, kDelete}) {
        const Verdict verdict = Judge({http, item, "", operation});
        ASSERT_FALSE(Writes(verdict)) << http << " " << item;
        ASSERT_NE(verdict, Verdict::kConflicted) << http << " " << item;
        ASSERT_NE(verdict, Verdict::kRejected) << http << " " << item;
      }
    }
  }
}

}  // namespace
}  // namespace cartwright
