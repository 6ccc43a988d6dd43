#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <tuple>

#include "tests/daemon/elastic/transport_fixture.h"

namespace cartwright {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

const HttpRequest kRequest{"GET", "/x", "", ""};

/// A transport on a clock that only the test moves.
class TransportRecoveryTest : public ::testing::Test {
 protected:
  std::unique_ptr<Transport> OpenAtRest(ElasticOptions options) {
    options.now = [this] { return now; };
    return Open(std::move(options));
  }

  ElasticOptions WithFreshKey(const ScriptedServer& server, const std::string& fresh) {
    ElasticOptions options = To({server.url()});
    options.api_key = "b2xk";
    options.unauthorized_pause = milliseconds(5'000);
    options.reread_credentials = [this, fresh]() -> Result<ElasticCredentials> {
      ++reads;
      return ElasticCredentials{fresh, "", ""};
    };
    return options;
  }

  std::chrono::steady_clock::time_point now{};
  int reads = 0;
};

TEST_F(TransportRecoveryTest, ProbesAHostThatFailedBeforeItGetsWork) {
  ScriptedServer first;
  ScriptedServer second;
  first.Reply(503, "{}");
  first.Reply(503, "{}");
  first.Handle(Ok);
  second.Handle(Ok);
  auto transport = OpenAtRest(To({first.url(), second.url()}));
  const auto send = [&] { ASSERT_TRUE(transport->Perform(kRequest).has_value()); };
  const auto wait_for = [&](std::size_t requests) {
    while (first.requests().size() < requests || transport->in_flight() > 0) {
      transport->Poll(milliseconds(10));
    }
  };
  send();  // The first host answers 503.
  now += seconds(1);
  send();
  wait_for(2);  // Its probe, answered by 503.
  EXPECT_EQ(first.requests().at(1).method, "HEAD");
  EXPECT_EQ(first.requests().at(1).target, "/");
  transport->Poll(seconds(1));  // The answer of the probe.
  now += seconds(1);
  send();
  EXPECT_EQ(first.requests().size(), 2U) << "left out for twice as long";
  now += seconds(1);
  send();
  wait_for(3);  // Another probe, answered.
  transport->Poll(seconds(1));
  send();
  send();
  EXPECT_EQ(first.requests().size(), 4U) << "and back to work";
  EXPECT_EQ(first.requests().back().method, "GET");
  EXPECT_EQ(transport->in_flight(), 0U);
}

TEST_F(TransportRecoveryTest, ReadsCredentialsAnewAndTriesOnceMoreAfterA401) {
  ScriptedServer server;
  server.Reply(401, "{}");
  server.Handle(Ok);
  ElasticOptions options = WithFreshKey(server, "bmV3");
  options.unauthorized_pause = milliseconds(0);
  auto transport = OpenAtRest(options);
  EXPECT_EQ(transport->Perform({"POST", "/x", "body", ""})->status, 200);
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.requests()[0].headers.at("authorization"), "ApiKey b2xk");
  EXPECT_EQ(server.requests()[1].headers.at("authorization"), "ApiKey bmV3");
  EXPECT_EQ(server.requests()[1].body, "body");
  EXPECT_EQ(transport->Perform(kRequest)->status, 200);
  EXPECT_EQ(server.requests().back().headers.at("authorization"), "ApiKey bmV3");
  EXPECT_EQ(reads, 1);
}

TEST_F(TransportRecoveryTest, TakesASecond401AsFinal) {
  ScriptedServer server;
  server.Reply(401, "{}");
  server.Reply(401, "{}");
  auto transport = OpenAtRest(WithFreshKey(server, "bmV3"));
  EXPECT_EQ(transport->Perform(kRequest)->status, 401);
  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(reads, 1);
}

TEST_F(TransportRecoveryTest, WaitsBeforeTheSecondTryWithTheSameCredentials) {
  ScriptedServer server;
  server.Reply(401, "{}");
  server.Handle(Ok);
  auto transport = OpenAtRest(WithFreshKey(server, "b2xk"));
  std::optional<Exchange> got;
  transport->Start(kRequest, [&got](Exchange exchange) { got = std::move(exchange); });
  while (reads == 0) {
    transport->Poll(milliseconds(10));
  }
  now += milliseconds(4'999);
  transport->Poll(milliseconds(0));
  EXPECT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(transport->in_flight(), 1U);
  now += milliseconds(1);
  while (!got) {
    transport->Poll(milliseconds(10));
  }
  EXPECT_EQ(got->response->status, 200);
}

TEST_F(TransportRecoveryTest, TriesTheOldCredentialsWhenTheNewCannotBeRead) {
  ScriptedServer server;
  server.Reply(401, "{}");
  server.Handle(Ok);
  ElasticOptions options = To({server.url()});
  options.api_key = "b2xk";
  options.unauthorized_pause = milliseconds(0);
  options.reread_credentials = []() -> Result<ElasticCredentials> {
    return Error{ErrorKind::kConfig, "the file is gone"};
  };
  EXPECT_EQ(Open(options)->Perform(kRequest)->status, 200);
  EXPECT_EQ(server.requests().at(1).headers.at("authorization"), "ApiKey b2xk");
}

TEST_F(TransportRecoveryTest, GivesUpAfterSilence) {
  ScriptedServer server;
  ScriptedReply stall;
  stall.body = R"({"count":1})";
  stall.end = ScriptedReply::End::kStall;
  server.Reply(stall);
  ElasticOptions options = To({server.url()});
  options.idle_timeout = seconds(30);
  auto transport = OpenAtRest(options);
  std::optional<Exchange> got;
  transport->Start(kRequest, [&got](Exchange exchange) { got = std::move(exchange); });
  while (server.requests().empty()) {
    transport->Poll(milliseconds(10));
  }
  for (int i = 0; i < 3; ++i) {  // Half the answer arrives and restarts the count.
    transport->Poll(milliseconds(10));
  }
  EXPECT_FALSE(got.has_value());
  for (int i = 0; i < 10 && !got; ++i) {
    now += seconds(10);
    transport->Poll(milliseconds(1));
  }
  ASSERT_TRUE(got.has_value());
  EXPECT_FALSE(got->response.has_value());
  EXPECT_TRUE(got->sent);
  EXPECT_THAT(got->error.message, HasSubstr("time-outs"));
  EXPECT_GE(now.time_since_epoch(), seconds(30));
}

// A listener whose queue is full: the kernel leaves further connections unanswered.
class DeafListener {
 public:
  DeafListener() {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address_);
    sockets_.push_back(socket(AF_INET, SOCK_STREAM, 0));
    EXPECT_EQ(bind(sockets_[0], address(), size), 0);
    EXPECT_EQ(listen(sockets_[0], 0), 0);
    EXPECT_EQ(getsockname(sockets_[0], address(), &size), 0);
    for (int i = 0; i < 4; ++i) {
      sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      // Beyond the backlog it hangs, as it should.
      std::ignore = connect(sockets_.back(), address(), sizeof(address_));
    }
  }
  ~DeafListener() {
    for (const int one : sockets_) {
      close(one);
    }
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }

 private:
  sockaddr* address() { return reinterpret_cast<sockaddr*>(&address_); }
  sockaddr_in address_{};
  std::vector<int> sockets_;
};

TEST_F(TransportRecoveryTest, GivesUpConnecting) {
  const DeafListener listener;
  ElasticOptions options = To({listener.url()});
  options.connect_timeout = milliseconds(50);
  auto transport = Open(options);
  const Exchange exchange = Exchanged(*transport, kRequest);
  EXPECT_FALSE(exchange.sent);
  EXPECT_THAT(exchange.error.message, HasSubstr("Timeout was reached"));
}

TEST_F(TransportRecoveryTest, TakesAnotherHostWhenOneDoesNotConnect) {
  const DeafListener listener;
  ScriptedServer server;
  server.Handle(Ok);
  ElasticOptions options = To({listener.url(), server.url()});
  options.connect_timeout = milliseconds(50);
  EXPECT_EQ(Open(options)->Perform(kRequest)->status, 200);
}

}  // namespace
}  // namespace cartwright
