#include "daemon/elastic/point_in_time.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "daemon/elastic/hit_page.h"
#include "daemon/elastic/server_info.h"
#include "tests/support/scripted_server.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Any search answer: hits with ids n, n+1, … and their number as source and sort value.
std::string Page(int first, int hits, const std::string& pit, std::int64_t total = -1) {
  std::string list;
  for (int i = first; i < first + hits; ++i) {
    list += fmt::format(R"({}{{"_id":"{}","_source":{{"n":{}}},"sort":[{}]}})",
                        list.empty() ? "" : ",", i, i, i);
  }
  const std::string count =
      total < 0 ? "" : fmt::format(R"("total":{{"value":{},"relation":"eq"}},)", total);
  return fmt::format(R"({{"pit_id":"{}","timed_out":false,"_shards":{{"total":2,"failed":0}},)"
                     R"("hits":{{{}"hits":[{}]}}}})",
                     pit, count, list);
}

class PointInTimeTest : public ::testing::Test {
 protected:
  PointInTimeTest() {
    ElasticOptions options;
    options.hosts = {server.url()};
    transport = std::move(*Transport::Create(options));
    Meet("elasticsearch", 8, 19);
    request.index = "orders";
    request.page_size = 2;
  }

  /// The server is this one from now on.
  void Meet(const char* distribution, int major, int minor) {
    ServerInfo info;
    info.distribution = distribution;
    info.major = major;
    info.minor = minor;
    info.has_opensearch_views = info.is_opensearch();
    info.has_shard_doc_sort = !info.is_opensearch() || info.is_at_least(3, 3);
    transport->RememberServer(std::make_shared<const ServerInfo>(info));
  }

  Result<std::int64_t> Read() {
    return ReadPointInTime(*transport, request, [this](const HitPage& page) {
      slices.push_back(page.slice());
      return page.Each([this](const Hit& hit) -> Status {
        ids.emplace_back(hit.id);
        return std::int64_t{hit.source["n"].get_int64().value_unsafe()} < 0
                   ? Status(Error{ErrorKind::kData, "negative"})
                   : Status();
      });
    });
  }

  void ScriptOpenAndCount(std::int64_t total) {
    server.Reply(200, R"({"id":"pit-1"})");
    server.Reply(200, Page(0, 0, "pit-2", total));
  }

  /// The last request must have closed this view.
  void ExpectClosed(const std::string& pit) {
    const ReceivedRequest last = server.requests().back();
    EXPECT_EQ(last.method, "DELETE");
    EXPECT_EQ(last.target, "/_pit");
    EXPECT_EQ(last.body, R"({"id":")" + pit + R"("})");
  }

  /// Reads after this page and expects a refusal that mentions `text`.
  void ExpectRefused(const std::string& page, const std::string& text) {
    ScriptOpenAndCount(1);
    server.Reply(200, page);
    server.Reply(200, "{}");
    const auto read = Read();
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(read.error().message, HasSubstr(text));
    EXPECT_THAT(read.error().message, HasSubstr("orders"));
    ExpectClosed("pit-2");
  }

  ScriptedServer server;
  std::unique_ptr<Transport> transport;
  ReadRequest request;
  std::vector<std::string> ids;
  std::vector<int> slices;
};

TEST_F(PointInTimeTest, ReadsAllPagesAndCarriesTheNewestView) {
  ScriptOpenAndCount(3);
  server.Reply(200, Page(10, 2, "pit-3"));
  server.Reply(200, Page(12, 1, "pit-4"));
  server.Reply(200, "{}");
  request.query_json = R"({"match_all":{}})";
  request.source_fields = {"n", "client"};
  const auto read = Read();
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, 3);
  EXPECT_THAT(ids, ElementsAre("10", "11", "12"));
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 5U);
  EXPECT_EQ(requests[0].target, "/orders/_pit?keep_alive=1m");
  EXPECT_EQ(requests[1].target, "/_search?allow_partial_search_results=false");
  EXPECT_EQ(requests[1].body,
            R"({"pit":{"id":"pit-1","keep_alive":"1m"},"track_total_hits":true,"size":0,)"
            R"("query":{"match_all":{}}})");
  EXPECT_EQ(requests[3].body,
            R"({"pit":{"id":"pit-3","keep_alive":"1m"},"track_total_hits":false,"size":2,)"
            R"("query":{"match_all":{}},"sort":[{"_shard_doc":"asc"}],"_source":["n","client"],)"
            R"("search_after":[11]})");
  ExpectClosed("pit-4");
}

TEST_F(PointInTimeTest, ReadsAnEmptyIndex) {
  ScriptOpenAndCount(0);
  server.Reply(200, Page(0, 0, "pit-2"));
  server.Reply(200, "{}");
  const auto read = Read();
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, 0);
  EXPECT_TRUE(slices.empty());
}

TEST_F(PointInTimeTest, AsksForSlicesTogetherAndSortsByAField) {
  server.Reply(200, R"({"id":"pit-1"})");
  server.Reply(200, Page(0, 0, "pit-1", 2));
  server.Handle([](const ReceivedRequest& received) {
    ScriptedReply reply;
    const bool second = received.body.find(R"("slice":{"id":1,"max":2})") != std::string::npos;
    reply.body = Page(second ? 7 : 3, 1, "pit-1");
    return reply;
  });
  request.slices = 2;
  request.sort_field = "id";
  const auto read = Read();
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_THAT(ids, ::testing::UnorderedElementsAre("3", "7"));
  EXPECT_THAT(slices, ::testing::UnorderedElementsAre(0, 1));
  EXPECT_THAT(server.requests()[2].body, HasSubstr(R"("sort":[{"id":"asc"}])"));
}

TEST_F(PointInTimeTest, RefusesACountThatDoesNotMatch) {
  ExpectRefused(Page(0, 0, "pit-2"), "0 documents came, the server counted 1");
}

TEST_F(PointInTimeTest, RefusesFailedShards) {
  ExpectRefused(R"({"timed_out":false,"_shards":{"failed":1},"hits":{"hits":[]}})",
                "1 shards failed");
}

TEST_F(PointInTimeTest, RefusesPagesThatTimedOut) {
  ExpectRefused(R"({"timed_out":true,"_shards":{"failed":0},"hits":{"hits":[]}})", "timed out");
}

TEST_F(PointInTimeTest, RefusesPagesWithoutTheirBooks) {
  ExpectRefused(R"({"_shards":{"failed":0},"hits":{"hits":[]}})", "timed out");
  ExpectRefused(R"({"timed_out":false,"hits":{"hits":[]}})", "shards");
  ExpectRefused(R"({"timed_out":false,"_shards":{"failed":0}})", "no hits");
  ExpectRefused(R"({"timed_out":false,"_shards":{"failed":0},"hits":{"hits":[)", "whole JSON");
}

TEST_F(PointInTimeTest, RefusesToGoOnWhenTheViewExpired) {
  ScriptOpenAndCount(4);
  server.Reply(200, Page(0, 2, "pit-2"));
  server.Reply(404, R"({"error":{"type":"search_phase_execution_exception","reason":"gone"}})");
  server.Reply(200, "{}");
  const auto read = Read();
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(read.error().message, HasSubstr("expired"));
  ExpectClosed("pit-2");
}

TEST_F(PointInTimeTest, ClosesTheViewWhenTheDecoderFails) {
  ScriptOpenAndCount(1);
  server.Reply(200, Page(-1, 1, "pit-3"));
  server.Reply(200, "{}");
  const auto read = Read();
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message, "negative");
  ExpectClosed("pit-3");
}

TEST_F(PointInTimeTest, ClosesTheViewWhenTheConnectionBreaks) {
  ScriptOpenAndCount(1);
  ScriptedReply half;
  half.body = Page(0, 1, "pit-2");
  half.end = ScriptedReply::End::kHalf;
  server.Reply(half);
  server.Reply(200, "{}");
  EXPECT_FALSE(Read().has_value());
  ExpectClosed("pit-2");
}

TEST_F(PointInTimeTest, EndsAndClosesTheViewWhenItIsStoppedWhileItWaits) {
  std::atomic<bool> stopped{false};
  ElasticOptions options;
  options.hosts = {server.url()};
  options.stopped = [&stopped] { return stopped.load(); };
  transport = std::move(*Transport::Create(options));
  Meet("elasticsearch", 8, 19);
  ScriptOpenAndCount(1);
  server.Handle([&stopped](const ReceivedRequest& asked) {
    const bool reads = asked.method != "DELETE";
    stopped = stopped || reads;
    ScriptedReply reply;
    reply.body = "{}";
    reply.end = reads ? ScriptedReply::End::kStall : ScriptedReply::End::kWhole;
    return reply;
  });
  const auto read = Read();
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind, ErrorKind::kCancelled);
  ExpectClosed("pit-2");
}

TEST_F(PointInTimeTest, LetsOthersWorkWhileItWaits) {
  ScriptOpenAndCount(1);
  ScriptedReply silence;
  silence.body = "{}";
  silence.end = ScriptedReply::End::kStall;
  server.Reply(silence);
  server.Reply(200, "{}");
  int calls = 0;
  request.waiting = [&calls]() -> Status {
    return ++calls == 3 ? Status(Error{ErrorKind::kTransient, "the writer gave up"}) : Status();
  };
  const auto read = Read();
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message, "the writer gave up");
  ExpectClosed("pit-2");
}

TEST_F(PointInTimeTest, SaysWhichIndexIsMissingAndClosesNothing) {
  server.Reply(404, R"({"error":{"type":"index_not_found_exception","reason":"no such index"}})");
  const auto read = Read();
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind, ErrorKind::kPermanent);
  EXPECT_THAT(read.error().message, HasSubstr("\"orders\": HTTP 404 index_not_found_exception"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(PointInTimeTest, RefusesImpossiblePageSizes) {
  for (const int size : {0, -1, 10'001}) {
    request.page_size = size;
    EXPECT_EQ(Read().error().kind, ErrorKind::kConfig);
  }
  request.page_size = 10;
  request.slices = 0;
  EXPECT_EQ(Read().error().kind, ErrorKind::kConfig);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(PointInTimeTest, RefusesHitsWithoutSource) {
  ScriptOpenAndCount(1);
  server.Reply(200, R"({"timed_out":false,"_shards":{"failed":0},"hits":{"hits":[{"_id":"1"}]}})");
  server.Reply(200, "{}");
  const auto read = Read();
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr("no _source"));
  ExpectClosed("pit-2");
}

/// OpenSearch opens with another call, closes with another one, and tells how many shards it saw.
class OpenSearchPointInTimeTest : public PointInTimeTest {
 protected:
  void ScriptOpen(int shards) {
    server.Reply(
        200, fmt::format(R"({{"pit_id":"pit-1","_shards":{{"total":{},"failed":0}}}})", shards));
  }

  void ExpectClosedThere() {
    const ReceivedRequest last = server.requests().back();
    EXPECT_EQ(last.method + " " + last.target, "DELETE /_search/point_in_time");
    EXPECT_EQ(last.body, R"({"pit_id":["pit-1"]})");
  }
};

TEST_F(OpenSearchPointInTimeTest, ReadsByShardDocWhereThatWorks) {
  Meet("opensearch", 3, 3);
  ScriptOpen(2);
  server.Reply(200, Page(0, 0, "pit-1", 1));
  server.Reply(200, Page(5, 1, "pit-1"));
  server.Reply(200, "{}");
  const auto read = Read();
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(server.requests()[0].target, "/orders/_search/point_in_time?keep_alive=1m");
  EXPECT_THAT(server.requests()[2].body, HasSubstr(R"("sort":[{"_shard_doc":"asc"}])"));
  ExpectClosedThere();
}

TEST_F(OpenSearchPointInTimeTest, ReadsEachShardAsASliceWhereOnlyDocIsThere) {
  Meet("opensearch", 2, 19);
  ScriptOpen(2);
  server.Reply(200, R"({"orders-1":{"settings":{"index.number_of_shards":"2"}}})");
  server.Reply(200, Page(0, 0, "pit-1", 2));
  server.Handle([](const ReceivedRequest& received) {
    ScriptedReply reply;
    const bool second = received.body.find(R"("slice":{"id":1,"max":2})") != std::string::npos;
    reply.body = Page(second ? 7 : 3, 1, "pit-1");
    return reply;
  });
  request.slices = 1;
  const auto read = Read();
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_THAT(ids, ::testing::UnorderedElementsAre("3", "7"));
  EXPECT_EQ(server.requests()[1].target,
            "/orders/_settings/index.number_of_shards?flat_settings=true");
  EXPECT_THAT(server.requests()[3].body, HasSubstr(R"("sort":[{"_doc":"asc"}])"));
  ExpectClosedThere();
}

TEST_F(OpenSearchPointInTimeTest, KeepsToAGivenSortField) {
  Meet("opensearch", 2, 19);
  ScriptOpen(4);
  server.Reply(200, Page(0, 0, "pit-1", 1));
  server.Reply(200, Page(5, 1, "pit-1"));
  server.Reply(200, "{}");
  request.sort_field = "id";
  ASSERT_TRUE(Read());
  EXPECT_THAT(server.requests()[2].body, HasSubstr(R"("sort":[{"id":"asc"}])"));
}

TEST_F(OpenSearchPointInTimeTest, RefusesWhatDocDoesNotOrder) {
  Meet("opensearch", 2, 19);
  const std::string one = R"({"settings":{"index.number_of_shards":"1"}})";
  ScriptOpen(2);
  server.Reply(200, R"({"a-1":)" + one + R"(,"a-2":)" + one + "}");
  server.Reply(200, "{}");
  const auto several = Read();
  ASSERT_FALSE(several.has_value());
  EXPECT_EQ(several.error().kind, ErrorKind::kPermanent);
  EXPECT_THAT(several.error().message, HasSubstr("stands for 2 indices"));
  ExpectClosedThere();
  ScriptOpen(2);
  server.Reply(200, R"({"a-1":)" + one + "}");
  server.Reply(200, "{}");
  const auto moved = Read();
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(moved.error().message, HasSubstr("2 shards, its index 1"));
  ExpectClosedThere();
}

}  // namespace
}  // namespace cartwright
