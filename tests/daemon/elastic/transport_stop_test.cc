#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "tests/daemon/elastic/transport_fixture.h"

namespace cartwright {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A server that never finishes an answer and says to stop once it has a request.
class TransportStopTest : public ::testing::Test {
 protected:
  TransportStopTest() {
    server.Handle([this](const ReceivedRequest&) {
      stopped = stop_when_asked;
      ScriptedReply silence;
      silence.body = "{}";
      silence.end = ScriptedReply::End::kStall;
      return silence;
    });
    ElasticOptions options = To({server.url()});
    options.stopped = [this] { return stopped.load(); };
    options.stop_grace = milliseconds(300);
    options.request_timeout = seconds(60);
    options.idle_timeout = seconds(60);
    transport = Open(std::move(options));
  }

  std::atomic<bool> stopped{false};
  bool stop_when_asked = true;
  ScriptedServer server;
  std::unique_ptr<Transport> transport;
};

TEST_F(TransportStopTest, GivesUpARequestThatIsOpenWhenItIsStopped) {
  const auto started = std::chrono::steady_clock::now();
  const auto response = transport->Perform({"GET", "/orders/_count?q=secret", "", ""});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(response.error().message, "stopped while waiting for the answer to GET /orders/_count");
  EXPECT_LT(std::chrono::steady_clock::now() - started, seconds(20)) << "not its time-out";
  EXPECT_EQ(transport->in_flight(), 0U);
}

TEST_F(TransportStopTest, LetsCleaningUpHappenAfterTheStop) {
  stopped = true;
  server.Reply(200, "{}");
  const auto response = transport->Perform({"DELETE", "/_pit", R"({"id":"x"})", ""});
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 200);
}

TEST_F(TransportStopTest, GivesCleaningUpItsTimeAndNoMore) {
  stopped = true;
  const auto started = std::chrono::steady_clock::now();
  const auto response = transport->Perform({"DELETE", "/_pit", R"({"id":"x"})", ""});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::kCancelled);
  const auto took = std::chrono::steady_clock::now() - started;
  EXPECT_GE(took, milliseconds(300));
  EXPECT_LT(took, seconds(20));
}

}  // namespace
}  // namespace cartwright
