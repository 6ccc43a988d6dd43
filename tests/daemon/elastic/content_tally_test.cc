#include "daemon/elastic/content_tally.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_server.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

constexpr const char* kFirst = R"({"day":"2024-01-31T23:59:59.999Z","paid":0.10,"tax":0.05})";
constexpr const char* kSecond = R"({"day":"2024-01-01T00:00:00.000Z","paid":0.20})";
constexpr const char* kThird = R"({"day":"2024-02-01T00:00:00.000Z","paid":-3})";

class ContentTallyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ElasticOptions options;
    options.hosts = {server.url()};
    transport = std::move(*Transport::Create(options));
  }
  static ContentTally Three() {
    ContentTally tally({"day", {"paid", "tax"}, 2});
    EXPECT_TRUE(tally.Add("1", 11, kFirst));
    EXPECT_TRUE(tally.Add("2", 12, kSecond));
    EXPECT_TRUE(tally.Add("3", 13, kThird));
    return tally;
  }
  /// The answers of a server that holds the three, with what a test replaces in them.
  void ReplyMonths(int total, const std::string& paid, int february, int failed_shards = 0) {
    server.Reply(200, fmt::format(R"({{"timed_out":false,"_shards":{{"failed":{}}},
        "hits":{{"total":{{"value":{}}}}},"aggregations":{{"months":{{"buckets":[
        {{"key_as_string":"2024-01","doc_count":2,"sum0":{{"value":{}}},"sum1":{{"value":0.05}}}},
        {{"key_as_string":"2024-02","doc_count":{},"sum0":{{"value":-3.0}},"sum1":{{"value":0.0}}}}
        ]}}}}}})",
                                  failed_shards, total, paid, february));
  }
  // In the order in which they were asked for.
  void ReplySample(const std::string& second_version, const std::string& third) {
    const auto document = [](const std::string& id, const std::string& version,
                             const std::string& source) {
      return fmt::format(R"({{"_id":"{}","found":true,"_version":{},"_source":{}}})", id, version,
                         source);
    };
    server.Handle([=](const ReceivedRequest& request) {
      std::string docs;
      for (std::size_t at = 0; at < request.body.size(); ++at) {
        const char id = request.body[at];
        if (id >= '1' && id <= '3') {
          const std::string source = id == '1' ? kFirst : id == '2' ? kSecond : third;
          docs += (docs.empty() ? "" : ",") +
                  document(std::string(1, id), id == '2' ? second_version : std::string{'1', id},
                           source);
        }
      }
      ScriptedReply reply;
      reply.body = R"({"docs":[)" + docs + "]}";
      return reply;
    });
  }

  ScriptedServer server;
  std::unique_ptr<Transport> transport;
};

TEST_F(ContentTallyTest, AcceptsWhatIsThereHoweverItsNumbersAreWritten) {
  ReplyMonths(3, "0.30000000000000004", 1);
  ReplySample("12", R"({"paid":-3.0,"day":"2024-02-01T00:00:00.000Z"})");
  const Status verified = Three().Verify(*transport, "orders-1");
  EXPECT_TRUE(verified) << verified.error().message;
  EXPECT_THAT(server.requests()[0].body, HasSubstr(R"("calendar_interval":"month")"));
}

TEST_F(ContentTallyTest, RefusesAnotherTotal) {
  ReplyMonths(2, "0.3", 1);
  EXPECT_THAT(Three().Verify(*transport, "orders-1").error().message,
              HasSubstr("orders-1 does not hold what was written to it: 2 documents, not 3"));
}

TEST_F(ContentTallyTest, RefusesAnotherMonth) {
  ReplyMonths(3, "0.3", 2);
  EXPECT_THAT(Three().Verify(*transport, "orders-1").error().message,
              HasSubstr("2 documents of 2024-02, not 1"));
}

TEST_F(ContentTallyTest, RefusesASumThatIsOneMinorUnitOff) {
  ReplyMonths(3, "0.31", 1);
  ReplySample("12", kThird);
  const Status refused = Three().Verify(*transport, "orders-1");
  ASSERT_FALSE(refused) << "the sample alone does not see it";
  EXPECT_THAT(refused.error().message,
              HasSubstr("paid of 2024-01 sums up to 31 minor units, not 30"));
}

TEST_F(ContentTallyTest, RefusesAnotherVersion) {
  ReplyMonths(3, "0.3", 1);
  ReplySample("1", kThird);
  EXPECT_THAT(Three().Verify(*transport, "orders-1").error().message,
              HasSubstr("the document \"2\" has the version 1, not 12"));
}

TEST_F(ContentTallyTest, RefusesAnotherValueAndNamesIt) {
  ReplyMonths(3, "0.3", 1);
  ReplySample("12", R"({"day":"2024-02-01T00:00:00.000Z","paid":-3,"extra":true})");
  EXPECT_THAT(Three().Verify(*transport, "orders-1").error().message,
              HasSubstr("of the document \"3\" /extra is true, not nothing"));
}

TEST_F(ContentTallyTest, AnAnswerThatIsNotWholeSaysNothing) {
  ReplyMonths(3, "0.3", 1, 1);
  const Status refused = Three().Verify(*transport, "orders-1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
}

TEST_F(ContentTallyTest, ARefusedDocumentIsTakenBack) {
  ContentTally tally = Three();
  ASSERT_TRUE(tally.Add("4", 14, R"({"day":"2024-03-01T00:00:00.000Z","paid":7})"));
  ASSERT_TRUE(tally.Remove("4", R"({"day":"2024-03-01T00:00:00.000Z","paid":7})"));
  ReplyMonths(3, "0.3", 1);
  ReplySample("12", kThird);
  EXPECT_TRUE(tally.Verify(*transport, "orders-1"));
}

TEST_F(ContentTallyTest, SurvivesTheJournal) {
  const ContentTally before = Three();
  const Result<ContentTally> after =
      ContentTally::FromJson(before.ToJson(), {"day", {"paid", "tax"}, 2});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->ToJson(), before.ToJson());
  EXPECT_EQ(after->documents(), 3);
  EXPECT_FALSE(ContentTally::FromJson("{}", {"day", {}, 2}));
}

TEST_F(ContentTallyTest, TheSampleDoesNotDependOnTheOrder) {
  ContentTally forwards({"", {}, 2});
  ContentTally backwards({"", {}, 2});
  constexpr int kMany = 1'000;
  for (int i = 0; i < kMany; ++i) {
    ASSERT_TRUE(forwards.Add(std::to_string(i), i, "{}"));
    ASSERT_TRUE(backwards.Add(std::to_string(kMany - 1 - i), kMany - 1 - i, "{}"));
  }
  EXPECT_EQ(forwards.ToJson(), backwards.ToJson());
}

}  // namespace
}  // namespace cartwright
