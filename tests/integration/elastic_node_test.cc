// The elastic room against a real node, whose URL is in CARTWRIGHT_TEST_ELASTICSEARCH.

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

#include "daemon/elastic/bulk_writer.h"
#include "daemon/elastic/hit_page.h"
#include "daemon/elastic/index_admin.h"
#include "daemon/elastic/point_in_time.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kDocuments = 2'000;

constexpr const char* kMapping =
    R"({"dynamic":"strict","_meta":{"run":"r1"},"properties":{"id":{"type":"keyword"},)"
    R"("n":{"type":"integer","coerce":false},"at":{"type":"date","format":"strict_date_time"},)"
    R"("flags":{"type":"object","properties":{"bought":{"type":"boolean"}}}}})";

std::string IndexBody(const std::string& alias) {
  return fmt::format(R"({{"settings":{{"index":{{"number_of_shards":2,"number_of_replicas":0}}}},)"
                     R"("mappings":{},"aliases":{{"{}":{{}}}}}})",
                     kMapping, alias);
}

std::string Source(int n) {
  return fmt::format(R"({{"id":"order-{}","n":{},"at":"2026-11-25T10:00:00.000Z",)"
                     R"("flags":{{"bought":{}}}}})",
                     n, n, n % 3 == 0);
}

class ElasticNodeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("CARTWRIGHT_TEST_ELASTICSEARCH");
    if (url == nullptr || *url == '\0') {
      GTEST_SKIP() << "CARTWRIGHT_TEST_ELASTICSEARCH names no node (see scripts/elasticsearch)";
    }
    ElasticOptions options;
    options.hosts = {url};
    options.opaque_id = "elastic_node_test";
    transport = std::move(*Transport::Create(options));
    admin = std::make_unique<IndexAdmin>(*transport);
    alias = fmt::format("cartwright-test-{}-{}", getpid(),
                        ::testing::UnitTest::GetInstance()->current_test_info()->line());
    index = alias + "-1";
    ASSERT_TRUE(Succeeds(admin->CreateIndex(index, IndexBody(alias))));
  }

  void TearDown() override {
    if (admin) {
      const auto left = admin->ListIndices(alias + "-*");
      for (const std::string& name : left.has_value() ? *left : std::vector<std::string>{}) {
        EXPECT_TRUE(Succeeds(admin->DeleteIndex(name)));
      }
    }
  }

  static ::testing::AssertionResult Succeeds(const Status& status) {
    return status.has_value() ? ::testing::AssertionSuccess()
                              : ::testing::AssertionFailure() << status.error().message;
  }

  /// Writes documents 0..kDocuments with this version and returns the counts.
  BulkCounts Load(std::int64_t version) {
    BulkOptions options;
    options.batch_documents = 300;
    BulkWriter writer(*transport, options, {});
    for (int i = 0; i < kDocuments; ++i) {
      const std::string id = "order-" + std::to_string(i);
      EXPECT_TRUE(Succeeds(writer.Add(
          {BulkOperation::kIndex, alias, id, version, Source(i), static_cast<std::uint64_t>(i)})));
    }
    EXPECT_TRUE(Succeeds(writer.Finish()));
    return writer.counts();
  }

  std::unique_ptr<Transport> transport;
  std::unique_ptr<IndexAdmin> admin;
  std::string alias;
  std::string index;
};

TEST_F(ElasticNodeTest, ProbesTheServer) {
  const auto info = admin->ProbeServer();
  ASSERT_TRUE(info.has_value()) << info.error().message;
  EXPECT_TRUE(info->is_opensearch() || info->distribution == "elasticsearch");
  EXPECT_GE(info->major, info->is_opensearch() ? 2 : 7);
  EXPECT_EQ(info->has_opensearch_views, info->is_opensearch());
  EXPECT_GT(info->max_content_length.value_or(0), 1 << 20);
  // What was found holds: the handler is there, or it is not.
  const auto reindex = transport->Perform({"POST", "/_reindex", "{}", ""});
  EXPECT_EQ(reindex->status == 400, info->has_reindex) << reindex->body;
}

TEST_F(ElasticNodeTest, CountsCreatedReplacedAndConflicted) {
  const BulkCounts first = Load(10);
  EXPECT_EQ(first.created, kDocuments);
  EXPECT_EQ(first.requests, 7);
  const BulkCounts same = Load(10);
  EXPECT_EQ(same.replaced, kDocuments);
  const BulkCounts older = Load(9);
  EXPECT_EQ(older.conflicted, kDocuments);
  EXPECT_EQ(older.created + older.replaced + older.rejected, 0);
  ASSERT_TRUE(Succeeds(admin->Refresh(alias)));
  EXPECT_EQ(*admin->Count(alias, ""), kDocuments);
  EXPECT_EQ(*admin->Count(alias, R"({"range":{"n":{"lt":100}}})"), 100);
}

TEST_F(ElasticNodeTest, DeletesAndTakesAbsentForDeleted) {
  Load(1);
  BulkWriter writer(*transport, {}, {});
  ASSERT_TRUE(Succeeds(writer.Add({BulkOperation::kDelete, alias, "order-5", 2, "", 1})));
  ASSERT_TRUE(Succeeds(writer.Add({BulkOperation::kDelete, alias, "never-there", 2, "", 2})));
  ASSERT_TRUE(Succeeds(writer.Finish()));
  EXPECT_EQ(writer.counts().deleted, 2);
  EXPECT_EQ(*admin->GetDocument(index, "order-5"), std::nullopt);
  EXPECT_EQ(*admin->GetDocument(index, "order-6"), Source(6));
}

TEST_F(ElasticNodeTest, WritesTheNeighboursOfPoison) {
  std::vector<BulkRejection> rejections;
  BulkEvents events;
  events.rejected = [&](const BulkRejection& rejection) { rejections.push_back(rejection); };
  BulkWriter writer(*transport, {}, events);
  const std::vector<std::string> sources = {
      Source(0), R"({"n":"many"})",       Source(2), R"({"unknown":1})", R"({"n":1)",
      Source(5), R"({"at":"yesterday"})", Source(7)};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::string id = "order-" + std::to_string(i);
    ASSERT_TRUE(Succeeds(writer.Add({BulkOperation::kIndex, alias, id, 1, sources[i], i})));
  }
  ASSERT_TRUE(Succeeds(writer.Finish()));
  EXPECT_EQ(writer.counts().created, 4);
  ASSERT_EQ(rejections.size(), 4U);
  EXPECT_EQ(rejections[0].id, "order-1");
  EXPECT_EQ(rejections[0].source, sources[1]);
  EXPECT_THAT(rejections[0].type, HasSubstr("parsing_exception"));
  EXPECT_EQ(rejections[1].type, "strict_dynamic_mapping_exception");
  EXPECT_EQ(rejections[3].tag, 6U);
}

TEST_F(ElasticNodeTest, StopsOnAMissingAlias) {
  BulkWriter writer(*transport, {}, {});
  const std::string missing = alias + "-missing";
  ASSERT_TRUE(Succeeds(writer.Add({BulkOperation::kIndex, missing, "a", 1, Source(1), 1})));
  const Status status = writer.Finish();
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kPermanent);
  EXPECT_THAT(status.error().message, HasSubstr(missing));
  EXPECT_FALSE(*admin->IndexExists(missing));
}

TEST_F(ElasticNodeTest, GivesUpOnAWriteBlockWithoutBlamingDocuments) {
  ASSERT_TRUE(Succeeds(admin->PutSettings(index, R"({"index.blocks.write":true})")));
  BulkOptions options;
  options.retry_first = std::chrono::milliseconds(1);
  options.retry_total = std::chrono::milliseconds(100);
  BulkWriter writer(*transport, options, {});
  ASSERT_TRUE(Succeeds(writer.Add({BulkOperation::kIndex, alias, "a", 1, Source(1), 1})));
  const Status status = writer.Finish();
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(status.error().message, HasSubstr("cluster_block_exception"));
  EXPECT_EQ(writer.counts().rejected, 0);
}

TEST_F(ElasticNodeTest, ReadsEverythingInSlices) {
  Load(1);
  ASSERT_TRUE(Succeeds(admin->Refresh(alias)));
  for (const int slices : {1, 2, 3}) {
    for (const char* sort : {"", "id"}) {
      ReadRequest request;
      request.index = alias;
      request.page_size = 170;
      request.slices = slices;
      request.sort_field = sort;
      request.source_fields = {"n"};
      std::set<std::int64_t> numbers;
      const auto read = ReadPointInTime(*transport, request, [&numbers](const HitPage& page) {
        return page.Each([&numbers](const Hit& hit) -> Status {
          EXPECT_EQ(hit.source.size(), 1U);
          const std::int64_t n = hit.source["n"].get_int64().value_unsafe();
          EXPECT_EQ(hit.id, "order-" + std::to_string(n));
          numbers.insert(n);
          return {};
        });
      });
      ASSERT_TRUE(read.has_value()) << read.error().message;
      EXPECT_EQ(*read, kDocuments);
      EXPECT_EQ(numbers.size(), static_cast<std::size_t>(kDocuments));
    }
  }
}

TEST_F(ElasticNodeTest, ReadsOnlyWhatAQueryAsksFor) {
  Load(1);
  ASSERT_TRUE(Succeeds(admin->Refresh(alias)));
  ReadRequest request;
  request.index = alias;
  request.query_json = R"({"range":{"n":{"lt":250}}})";
  request.slices = 2;
  request.page_size = 125;
  const auto read =
      ReadPointInTime(*transport, request, [](const HitPage&) -> Status { return {}; });
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, 250);
}

TEST_F(ElasticNodeTest, LeavesNoViewOpen) {
  const auto open_views = [this] {
    const auto stats = transport->Perform(
        {"GET", "/" + index + "/_stats/search?filter_path=_all.total.search.open_contexts", "",
         ""});
    return stats->body;
  };
  const std::string before = open_views();
  ReadRequest request;
  request.index = alias;
  Load(1);
  ASSERT_TRUE(Succeeds(admin->Refresh(alias)));
  const auto read = ReadPointInTime(*transport, request, [](const HitPage&) -> Status {
    return Error{ErrorKind::kData, "enough"};
  });
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(open_views(), before);
}

TEST_F(ElasticNodeTest, SwapsAnAliasAndRefusesAWrongSwap) {
  const std::string next = alias + "-2";
  ASSERT_TRUE(Succeeds(admin->CreateIndex(next, R"({"mappings":{}})")));
  EXPECT_THAT(*admin->AliasTargets(alias), ElementsAre(index));
  EXPECT_THAT(*admin->ListIndices(alias + "-*"), ElementsAre(index, next));
  ASSERT_TRUE(Succeeds(admin->SwapAliases({{alias, {index}, next}})));
  EXPECT_THAT(*admin->AliasTargets(alias), ElementsAre(next));
  const Status again = admin->SwapAliases({{alias, {index}, next}});
  ASSERT_FALSE(again.has_value());
  const ServerInfo info = *admin->ProbeServer();
  const bool is_seven = !info.is_opensearch() && info.major == 7;
  EXPECT_THAT(again.error().message, HasSubstr(is_seven ? "HTTP 404 resource_not_found_exception"
                                                        : "HTTP 404 aliases_not_found_exception"));
  EXPECT_THAT(*admin->AliasTargets(alias), ElementsAre(next));
  EXPECT_THAT(*admin->AliasTargets(alias + "-none"), IsEmpty());
  EXPECT_THAT(*admin->ListIndices(alias + "-none"), IsEmpty());
}

TEST_F(ElasticNodeTest, ComparesTheLiveMapping) {
  const std::string live = *admin->GetMapping(alias);
  EXPECT_THAT(*CompareMapping(live, kMapping), IsEmpty()) << live;
  EXPECT_EQ(*admin->GetIndexMeta(alias), R"({"run":"r1"})");
  const std::string more = R"({"properties":{"extra":{"type":"keyword"}}})";
  ASSERT_TRUE(Succeeds(admin->PutMapping(index, more)));
  const auto differences = CompareMapping(*admin->GetMapping(index), kMapping);
  ASSERT_EQ(differences->size(), 1U);
  EXPECT_EQ(differences->at(0).path, "extra");
  EXPECT_TRUE(differences->at(0).wanted.empty());
  const Status clash = admin->PutMapping(index, R"({"properties":{"id":{"type":"date"}}})");
  ASSERT_FALSE(clash.has_value());
  EXPECT_THAT(clash.error().message, HasSubstr("illegal_argument_exception"));
}

TEST_F(ElasticNodeTest, WaitsForHealthAndSaysWhenItDoesNotCome) {
  EXPECT_TRUE(Succeeds(admin->WaitForHealth(index, "green", std::chrono::seconds(10))));
  ASSERT_TRUE(Succeeds(admin->PutSettings(index, R"({"index":{"number_of_replicas":4}})")));
  const Status yellow = admin->WaitForHealth(index, "green", std::chrono::seconds(1));
  ASSERT_FALSE(yellow.has_value());
  EXPECT_THAT(yellow.error().message, HasSubstr("it is yellow"));
}

}  // namespace
}  // namespace cartwright
