#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/daemon/elastic/bulk_fixture.h"

namespace cartwright {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

ScriptedReply Silence(const ReceivedRequest&) {
  ScriptedReply silence = Answer(200, "{}");
  silence.end = ScriptedReply::End::kStall;
  return silence;
}

/// When and how much is sent.
class BulkWriterFlowTest : public BulkFixture {
 protected:
  // Lets answers come in.
  void AwaitRequests(std::size_t requests) {
    while (server.requests().size() < requests || transport->in_flight() > 0) {
      transport->Poll(milliseconds(10));
    }
  }

  std::atomic<bool> stopped{false};
};

TEST_F(BulkWriterFlowTest, SendsAPartlyFilledBodyWhenDocumentsTrickle) {
  server.Handle(CreateAll);
  options.linger = seconds(2);
  Open();
  ASSERT_TRUE(AddDocument("a", 1).has_value());
  now += milliseconds(1'999);
  ASSERT_TRUE(AddDocument("b", 2).has_value());
  EXPECT_EQ(counts().requests, 0);
  now += milliseconds(1);
  ASSERT_TRUE(AddDocument("c", 3).has_value());
  ASSERT_EQ(counts().requests, 1);
  AwaitRequests(1);
  EXPECT_EQ(Documents(Body(0)), 3);
}

TEST_F(BulkWriterFlowTest, SendsAPartlyFilledBodyWhenNothingIsAdded) {
  server.Handle(CreateAll);
  options.linger = seconds(2);
  Open();
  ASSERT_TRUE(AddDocument("a", 1).has_value());
  ASSERT_TRUE(writer->SendDue().has_value());
  EXPECT_EQ(counts().requests, 0);
  now += seconds(2);
  ASSERT_TRUE(writer->SendDue().has_value());
  ASSERT_EQ(counts().requests, 1);
  AwaitRequests(1);
  ASSERT_TRUE(writer->SendDue().has_value());
  EXPECT_EQ(counts().created, 1) << "and reads the answer";
  now += seconds(10);
  ASSERT_TRUE(writer->SendDue().has_value());
  EXPECT_EQ(counts().requests, 1) << "nothing is left to send";
}

TEST_F(BulkWriterFlowTest, DoesNotWaitForRoomBecauseABodyLingers) {
  server.Handle(Silence);
  options.linger = seconds(2);
  options.batch_documents = 2;
  Open();
  ASSERT_TRUE(AddDocument("a", 1).has_value());
  ASSERT_TRUE(AddDocument("b", 2).has_value());
  ASSERT_TRUE(AddDocument("c", 3).has_value());
  now += seconds(5);
  ASSERT_TRUE(writer->SendDue().has_value());
  EXPECT_EQ(counts().requests, 1);
}

TEST_F(BulkWriterFlowTest, WaitsForAnswersOnTheirWayOnlySoLongOnceItIsStopped) {
  server.Handle([this](const ReceivedRequest& request) {
    stopped = true;
    return Silence(request);
  });
  options.now = nullptr;
  options.wait = nullptr;
  options.cancelled = [this] { return stopped.load(); };
  options.cancel_grace = milliseconds(300);
  const auto started = std::chrono::steady_clock::now();
  const Status status = Load(2);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kCancelled);
  const auto took = std::chrono::steady_clock::now() - started;
  EXPECT_GE(took, milliseconds(200)) << "an answer could still have come";
  EXPECT_LT(took, seconds(10)) << "the request may take 20 seconds";
  EXPECT_TRUE(written.empty());
}

TEST_F(BulkWriterFlowTest, AnAnswerThatComesAfterTheStopStillCounts) {
  std::atomic<bool> seen{false};
  server.Handle([this, &seen](const ReceivedRequest& request) {
    stopped = true;
    seen.wait(false);
    return CreateAll(request);
  });
  options.cancelled = [this, &seen] {
    if (stopped) {
      seen = true;
      seen.notify_all();
    }
    return stopped.load();
  };
  options.cancel_grace = seconds(20);
  const Status status = Load(2);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(written.size(), 2U);
}

TEST_F(BulkWriterFlowTest, KeepsToItsRate) {
  server.Handle(CreateAll);
  options.documents_per_second = 100;
  Open();
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(AddDocument("id" + std::to_string(i), i).has_value());
  }
  ASSERT_TRUE(writer->Finish().has_value());
  EXPECT_EQ(counts().created, 1'000);
  EXPECT_GE(now.time_since_epoch(), seconds(9)) << "the first second's worth goes at once";
  EXPECT_LE(now.time_since_epoch(), milliseconds(9'100));
  EXPECT_EQ(counts().requests, 10);
}

TEST_F(BulkWriterFlowTest, WaitsLongOnceItsRetriesAreMoreThanTheirShare) {
  server.Handle([this](const ReceivedRequest& request) {
    const bool spent = delays.size() > 11;
    return spent ? CreateAll(request) : Answer(429, ErrorBody("es_rejected_execution_exception"));
  });
  options.batch_documents = 10;
  options.retry_first = milliseconds(1);
  options.retry_share = 0.2;
  Open();
  for (std::uint64_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(AddDocument("id" + std::to_string(i), i).has_value());
  }
  ASSERT_TRUE(writer->Finish().has_value());
  ASSERT_EQ(delays.size(), 12U);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_LT(delays[i].wait, seconds(1)) << i;
  }
  EXPECT_EQ(delays[10].wait, options.retry_cap);
  EXPECT_THAT(delays[10].reason, HasSubstr("so much was sent again"));
  EXPECT_EQ(delays[11].wait, options.retry_cap);
  EXPECT_EQ(counts().created, 10);
}

TEST_F(BulkWriterFlowTest, FailuresBeforeSendingCostNoShareOfTheRetries) {
  transport = Connect("http://127.0.0.1:" + std::to_string(ClosedPort()));
  options.retry_share = 0;
  options.batch_documents = 1;
  options.retry_first = milliseconds(1);
  options.retry_cap = milliseconds(2);
  options.retry_total = milliseconds(100);
  const Status status = Load(1);
  ASSERT_FALSE(status.has_value());
  EXPECT_GT(delays.size(), 20U);
  for (const BulkDelay& delay : delays) {
    EXPECT_EQ(delay.reason.find("so much was sent again"), std::string::npos);
  }
}

TEST_F(BulkWriterFlowTest, SendsFewerRequestsAtOnceAfterARejectionAndMoreWhenAllIsWell) {
  server.Handle(CreateAll);
  for (int i = 0; i < 4; ++i) {
    server.Reply(429, ErrorBody("es_rejected_execution_exception"));
  }
  options.batch_documents = 1;
  options.in_flight = 4;
  Open();
  const auto add = [this](const std::string& name, int documents) {
    for (int i = 0; i < documents; ++i) {
      ASSERT_TRUE(AddDocument(name + std::to_string(i), 1).has_value());
    }
  };
  add("refused", 4);
  EXPECT_EQ(counts().requests, 4);
  while (delays.size() < 4) {
    ASSERT_TRUE(writer->SendDue().has_value());
  }
  now += seconds(1);
  ASSERT_TRUE(writer->SendDue().has_value());
  EXPECT_EQ(counts().requests, 5) << "all four are due, one goes";
  ASSERT_TRUE(writer->Finish().has_value());
  add("fine", 10);
  ASSERT_TRUE(writer->Finish().has_value());
  server.Handle(Silence);
  add("unanswered", 4);
  EXPECT_EQ(transport->in_flight(), 4U) << "grown again by clean answers";
}

TEST_F(BulkWriterFlowTest, OpensAsManyBodiesForEachHost) {
  ScriptedServer other;
  server.Handle(Silence);
  other.Handle(Silence);
  ElasticOptions elastic;
  elastic.hosts = {server.url(), other.url()};
  transport = std::move(*Transport::Create(elastic));
  options.batch_documents = 1;
  options.in_flight = 2;
  Open();
  for (const char* id : {"a", "b", "c", "d"}) {
    ASSERT_TRUE(AddDocument(id, 1).has_value());
  }
  EXPECT_EQ(transport->in_flight(), 4U);
}

TEST_F(BulkWriterFlowTest, PausesAndAlarmsWhileTheDiskIsFull) {
  for (int i = 0; i < 3; ++i) {
    server.Reply(200, IndexItems({429, 429}, "cluster_block_exception"));
  }
  server.Reply(200, IndexItems({201, 201}));
  ASSERT_TRUE(Load(2).has_value());
  ASSERT_EQ(delays.size(), 3U);
  for (const BulkDelay& delay : delays) {
    EXPECT_TRUE(delay.needs_person);
    EXPECT_GE(delay.wait, seconds(4)) << "no hammering";
  }
  EXPECT_EQ(server.requests().size(), 4U);
  EXPECT_EQ(counts().rejected, 0);
}

}  // namespace
}  // namespace cartwright
