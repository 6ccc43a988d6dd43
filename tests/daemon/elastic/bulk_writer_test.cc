#include "daemon/elastic/bulk_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/daemon/elastic/bulk_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BulkWriterTest : public BulkFixture {};

TEST_F(BulkWriterTest, SendsTheExactBytes) {
  server.Reply(200, R"({"took":1,"errors":false,"items":[{"index":{"status":201}},)"
                    R"({"delete":{"status":200}}]})");
  Open();
  ASSERT_TRUE(
      writer->Add({BulkOperation::kIndex, "orders", "a\"b\\", 42, R"({"x":"ü"})", 1}).has_value());
  ASSERT_TRUE(writer->Add({BulkOperation::kDelete, "orders", "gone", 43, "", 2}).has_value());
  ASSERT_TRUE(writer->Finish().has_value());
  const ReceivedRequest request = server.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target,
            "/_bulk?require_alias=true"
            "&filter_path=took,errors,items.*.status,items.*.error.type,items.*.error.reason");
  EXPECT_EQ(request.headers.at("content-type"), "application/x-ndjson");
  EXPECT_EQ(request.body, R"({"index":{"_index":"orders","_id":"a\"b\\","version":42,)"
                          R"("version_type":"external_gte"}})"
                          "\n"
                          R"({"x":"ü"})"
                          "\n"
                          R"({"delete":{"_index":"orders","_id":"gone","version":43,)"
                          R"("version_type":"external_gte"}})"
                          "\n");
  EXPECT_THAT(written, ElementsAre(1));
  EXPECT_THAT(deleted, ElementsAre(2));
  EXPECT_EQ(counts().bytes, static_cast<std::int64_t>(request.body.size()));
}

TEST_F(BulkWriterTest, CanWriteToAnIndexWithoutAlias) {
  server.Reply(200, IndexItems({201}));
  options.require_alias = false;
  ASSERT_TRUE(Load(1).has_value());
  EXPECT_THAT(server.requests().at(0).target, HasSubstr("require_alias=false"));
}

TEST_F(BulkWriterTest, SendsNothingForNoDocuments) {
  ASSERT_TRUE(Load(0).has_value());
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(BulkWriterTest, CountsCreatedReplacedAndConflicted) {
  server.Reply(200, IndexItems({201, 200, 409, 201}, "version_conflict_engine_exception"));
  ASSERT_TRUE(Load(4).has_value());
  EXPECT_EQ(counts().created, 2);
  EXPECT_EQ(counts().replaced, 1);
  EXPECT_EQ(counts().conflicted, 1);
  EXPECT_EQ(counts().requests, 1);
  EXPECT_THAT(conflicted, ElementsAre(3));
  EXPECT_THAT(written, ElementsAre(1, 2, 4));
}

TEST_F(BulkWriterTest, CutsBodiesByDocumentsAndByBytes) {
  server.Handle(CreateAll);
  options.batch_documents = 2;
  ASSERT_TRUE(Load(5).has_value());
  EXPECT_EQ(counts().requests, 3);
  EXPECT_EQ(Body(2), Line('e', 5));
  options.batch_documents = 100;
  options.batch_bytes = 2 * Line('a', 1).size() + 30;
  ASSERT_TRUE(Load(5).has_value());
  for (const ReceivedRequest& request : server.requests()) {
    EXPECT_LE(request.body.size(), options.batch_bytes);
  }
  EXPECT_EQ(counts().created, 5);
}

TEST_F(BulkWriterTest, DoesNotWaitForAnswersWhileBodiesMayBeOpen) {
  server.Handle([](const ReceivedRequest&) {
    ScriptedReply silence = Answer(200, "{}");
    silence.end = ScriptedReply::End::kStall;
    return silence;
  });
  options.batch_documents = 1;
  options.in_flight = 3;
  Open();
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_TRUE(AddDocument(id, 1).has_value());
  }
  EXPECT_EQ(transport->in_flight(), 3U);
}

TEST_F(BulkWriterTest, NeverOpensMoreBodiesThanAllowed) {
  server.Handle(CreateAll);
  options.batch_documents = 3;
  options.in_flight = 4;
  Open();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(AddDocument("id-" + std::to_string(i), 1).has_value());
    ASSERT_LE(transport->in_flight(), 4U);
  }
  ASSERT_TRUE(writer->Finish().has_value());
  EXPECT_EQ(counts().created, 100);
  EXPECT_EQ(counts().requests, 34);
  EXPECT_LE(server.connections(), 4);
}

TEST_F(BulkWriterTest, SendsOnlyRefusedItemsAgain) {
  server.Reply(200, IndexItems({201, 429, 201, 503}, "es_rejected_execution_exception"));
  server.Reply(200, IndexItems({201, 429}, "es_rejected_execution_exception"));
  server.Reply(200, IndexItems({200}));
  ASSERT_TRUE(Load(4).has_value());
  EXPECT_EQ(Body(1), Line('b', 2) + Line('d', 4));
  EXPECT_EQ(Body(2), Line('d', 4));
  EXPECT_EQ(counts().created, 3);
  EXPECT_EQ(counts().replaced, 1);
  EXPECT_EQ(counts().retried, 3);
  EXPECT_EQ(counts().ambiguous_resent, 0);
  EXPECT_THAT(delays.at(0).reason, HasSubstr("HTTP 503 es_rejected_execution_exception: because"));
  EXPECT_FALSE(delays.at(0).needs_person);
}

TEST_F(BulkWriterTest, BacksOffLongerEachTimeAndTheSameForOneSeed) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5; ++i) {
      server.Reply(429, ErrorBody("es_rejected_execution_exception"));
    }
    server.Reply(200, IndexItems({201}));
    ASSERT_TRUE(Load(1).has_value());
  }
  ASSERT_EQ(waits.size(), 10U);
  for (std::size_t i = 0; i < 5; ++i) {
    const std::int64_t most = std::int64_t{500} << i;
    EXPECT_GE(waits[i].count(), most / 2);
    EXPECT_LE(waits[i].count(), most);
    EXPECT_EQ(waits[i], waits[i + 5]);
  }
}

TEST_F(BulkWriterTest, SendsAWholeRefusedBodyAgain) {
  server.Reply(503, ErrorBody("master_not_discovered_exception"));
  server.Reply(200, IndexItems({201, 201}));
  ASSERT_TRUE(Load(2).has_value());
  EXPECT_EQ(Body(0), Body(1));
  EXPECT_EQ(counts().retried, 2);
  EXPECT_EQ(counts().created, 2);
}

TEST_F(BulkWriterTest, WaitsLongForAFullDiskAndSaysSo) {
  server.Reply(200, IndexItems({403}, "cluster_block_exception"));
  server.Reply(200, IndexItems({201}));
  ASSERT_TRUE(Load(1).has_value());
  EXPECT_TRUE(delays.at(0).needs_person);
  EXPECT_GE(waits.at(0), std::chrono::seconds(4));
  EXPECT_EQ(counts().created, 1);
  EXPECT_EQ(counts().rejected, 0);
}

struct LostAnswer {
  const char* name;
  ScriptedReply reply;
};

std::vector<LostAnswer> LostAnswers() {
  ScriptedReply cut;
  cut.end = ScriptedReply::End::kCutUnanswered;
  ScriptedReply half = Answer(200, IndexItems({201, 201}));
  half.end = ScriptedReply::End::kHalf;
  const std::string whole = IndexItems({201, 201});
  return {
      {"cut after the body", cut},
      {"half an answer", half},
      {"truncated JSON", Answer(200, whole.substr(0, whole.size() - 2))},
      {"empty body", Answer(200, "")},
      {"no items", Answer(200, R"({"took":1,"errors":false})")},
      {"no errors flag", Answer(200, R"({"items":[]})")},
      {"fewer items", Answer(200, IndexItems({201}))},
      {"more items", Answer(200, IndexItems({201, 201, 201}))},
      {"item without status", Answer(200, R"({"errors":false,"items":[{"index":{"status":201}},)"
                                          R"({"index":{}}]})")},
      {"item of another operation",
       Answer(200, R"({"errors":false,"items":[{"index":{"status":201}},)"
                   R"({"delete":{"status":200}}]})")},
      {"gateway time-out", Answer(504, "<html>gave up</html>")}};
}

TEST_F(BulkWriterTest, SendsTheSameBodyAgainWhenAnAnswerIsLost) {
  for (const LostAnswer& lost : LostAnswers()) {
    SCOPED_TRACE(lost.name);
    const std::size_t before = server.requests().size();
    server.Reply(lost.reply);
    server.Reply(200, IndexItems({200, 201}));
    written.clear();
    ASSERT_TRUE(Load(2).has_value());
    ASSERT_EQ(server.requests().size(), before + 2);
    EXPECT_EQ(Body(before), Line('a', 1) + Line('b', 2));
    EXPECT_EQ(Body(before + 1), Body(before));
    EXPECT_EQ(counts().ambiguous_resent, 2);
    EXPECT_EQ(counts().retried, 0);
    EXPECT_EQ(counts().replaced, 1);
    EXPECT_EQ(counts().created, 1);
    EXPECT_THAT(written, ElementsAre(1, 2));
    transport = Connect(server.url());
  }
}

TEST_F(BulkWriterTest, StopsWhenSomethingElseAnswers) {
  ScriptedReply page = Answer(200, "<html>please log in</html>");
  page.headers = {{"Content-Type", "text/html"}};
  server.Reply(page);
  const Status status = Load(2);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(status.error().message, HasSubstr("other than Elasticsearch"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(BulkWriterTest, DoesNotFollowRedirects) {
  ScriptedReply redirect = Answer(302, "");
  redirect.headers.emplace_back("Location", server.url() + "/elsewhere");
  server.Reply(redirect);
  const Status status = Load(1);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(BulkWriterTest, HalvesBodiesThatAreTooLarge) {
  server.Handle([](const ReceivedRequest& request) {
    return Documents(request.body) > 2 ? Answer(413, "") : CreateAll(request);
  });
  ASSERT_TRUE(Load(8).has_value());
  EXPECT_EQ(counts().created, 8);
  EXPECT_EQ(counts().requests, 7);
  EXPECT_TRUE(waits.empty());
}

TEST_F(BulkWriterTest, GivesUpWhenTheTimeIsUp) {
  server.Handle([](const ReceivedRequest&) {
    return Answer(429, ErrorBody("es_rejected_execution_exception"));
  });
  const Status status = Load(3);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(status.error().message, HasSubstr("gave up on 3 documents"));
  EXPECT_THAT(status.error().message, HasSubstr("HTTP 429 es_rejected_execution_exception"));
  EXPECT_LE(now.time_since_epoch(), options.retry_total);
  EXPECT_GE(now.time_since_epoch(), options.retry_total / 2);
  EXPECT_TRUE(rejections.empty());
  EXPECT_EQ(writer->Finish().error().message, status.error().message);
  EXPECT_FALSE(AddDocument("later", 5).has_value());
}

TEST_F(BulkWriterTest, GivesUpAsUnavailableWhenNobodyListens) {
  const std::string url = "http://127.0.0.1:" + std::to_string(ClosedPort());
  transport = Connect(url);
  const Status status = Load(1);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(status.error().message, HasSubstr(url));
  EXPECT_EQ(counts().ambiguous_resent, 0);
  EXPECT_GT(counts().retried, 0);
}

TEST_F(BulkWriterTest, StopsOnRefusedCredentialsWithoutBlamingDocuments) {
  for (const int code : {401, 403}) {
    server.Reply(code, ErrorBody("security_exception"));
    const Status status = Load(2);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().kind, ErrorKind::kPermission);
    EXPECT_EQ(counts().rejected, 0);
    EXPECT_TRUE(waits.empty());
  }
}

TEST_F(BulkWriterTest, StopsOnAMissingAliasWithoutBlamingDocuments) {
  server.Reply(200, IndexItems({404, 201}, "index_not_found_exception"));
  const Status status = Load(2);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kPermanent);
  EXPECT_THAT(status.error().message, HasSubstr("index_not_found_exception"));
  EXPECT_EQ(counts().rejected, 0);
  EXPECT_THAT(written, ElementsAre(2));
}

TEST_F(BulkWriterTest, NeverHasOneIdInTwoOpenBodies) {
  server.Reply(429, ErrorBody("es_rejected_execution_exception"));
  server.Handle(CreateAll);
  options.batch_documents = 1;
  options.in_flight = 3;
  Open();
  ASSERT_TRUE(AddDocument("same", 1).has_value());
  ASSERT_TRUE(AddDocument("same", 2).has_value());
  ASSERT_TRUE(writer->Finish().has_value());
  ASSERT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(Body(0), Body(1));
  EXPECT_THAT(Body(2), HasSubstr(R"({"n":2})"));
  EXPECT_THAT(written, ElementsAre(1, 2));
}

TEST_F(BulkWriterTest, EndsWhenCancelledDuringABackOff) {
  server.Handle([](const ReceivedRequest&) {
    return Answer(429, ErrorBody("es_rejected_execution_exception"));
  });
  options.cancelled = [this] { return waits.size() == 2; };
  const Status status = Load(2);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(writer->Finish().error().kind, ErrorKind::kCancelled);
}

TEST_F(BulkWriterTest, DropsWhatIsOpenWhenItEnds) {
  options.batch_documents = 1;
  options.in_flight = 2;
  server.Handle(CreateAll);
  Open();
  ASSERT_TRUE(AddDocument("a", 1).has_value());
  writer.reset();
  EXPECT_EQ(transport->in_flight(), 0U);
}

TEST_F(BulkWriterTest, EndsEveryDocumentOnceUnderRandomTrouble) {
  std::uint64_t state = 12345;
  const auto random = [&state](std::uint64_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33) % below;
  };
  server.Handle([&random](const ReceivedRequest& request) {
    switch (random(8)) {
      case 0:
        return Answer(429, ErrorBody("es_rejected_execution_exception"));
      case 1:
        return Answer(413, "");
      case 2:
        return Answer(200, "{");
      default:
        break;
    }
    std::vector<int> statuses;
    for (std::int64_t i = Documents(request.body); i > 0; --i) {
      constexpr std::array kStatuses{201, 201, 201, 200, 409, 429, 503, 400};
      statuses.push_back(kStatuses[random(kStatuses.size())]);
    }
    return Answer(200, IndexItems(statuses));
  });
  options.batch_documents = 7;
  options.in_flight = 3;
  options.retry_total = std::chrono::hours(10);
  Open();
  for (std::uint64_t i = 0; i < 500; ++i) {
    ASSERT_TRUE(AddDocument("id" + std::to_string(i), i).has_value());
  }
  ASSERT_TRUE(writer->Finish().has_value());
  std::multiset<std::uint64_t> ended(written.begin(), written.end());
  ended.insert(conflicted.begin(), conflicted.end());
  for (const BulkRejection& rejection : rejections) {
    ended.insert(rejection.tag);
  }
  EXPECT_EQ(ended.size(), 500U);
  EXPECT_EQ(std::set<std::uint64_t>(ended.begin(), ended.end()).size(), 500U);
  EXPECT_EQ(counts().created + counts().replaced + counts().conflicted + counts().rejected, 500);
}

TEST(BulkWriterDeathTest, ANewlineInADocumentIsABugOfOurs) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto transport = Connect("http://127.0.0.1:9");
  BulkWriter writer(*transport, {}, {});
  EXPECT_DEATH((void)writer.Add({BulkOperation::kIndex, "o", "a", 1, "{\n}", 1}), "newline");
}

}  // namespace
}  // namespace cartwright
