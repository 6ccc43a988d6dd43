#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/elastic/gzip.h"
#include "tests/daemon/elastic/transport_fixture.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

ElasticOptions Compressing(const ScriptedServer& server, Compression compression) {
  ElasticOptions options = To({server.url()});
  options.compression = compression;
  return options;
}

ScriptedReply Packed(const std::string& body) {
  ScriptedReply reply;
  reply.body = Gzip(body);
  reply.headers.emplace_back("Content-Encoding", "gzip");
  return reply;
}

std::string Lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += R"({"index":{"_id":")" + std::to_string(i) + "\"}}\n";
  }
  return text;
}

TEST(TransportGzipTest, PacksLargeBodies) {
  ScriptedServer server;
  server.Handle(Ok);
  const std::string body = Lines(100'000);
  auto transport = Open(Compressing(server, Compression::kOn));
  const Exchange exchange = Exchanged(*transport, {"POST", "/_bulk", body, ""});
  EXPECT_EQ(exchange.request.body, body) << "handed back as it was given";
  const ReceivedRequest request = server.requests().at(0);
  EXPECT_EQ(request.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(request.headers.at("accept-encoding"), "gzip");
  EXPECT_LT(std::stoul(request.headers.at("content-length")), body.size() / 5);
  EXPECT_EQ(request.body, body);
}

TEST(TransportGzipTest, SendsSmallBodiesAsTheyAre) {
  ScriptedServer server;
  server.Handle(Ok);
  auto transport = Open(Compressing(server, Compression::kOn));
  ASSERT_TRUE(transport->Perform({"POST", "/_bulk", "{}", ""}).has_value());
  EXPECT_FALSE(server.requests().at(0).headers.contains("content-encoding"));
  EXPECT_EQ(server.requests().at(0).body, "{}");
}

TEST(TransportGzipTest, LeavesItOutOnThisMachineUnlessTold) {
  for (const Compression compression : {Compression::kAuto, Compression::kOff}) {
    ScriptedServer server;
    server.Handle(Ok);
    auto transport = Open(Compressing(server, compression));
    ASSERT_TRUE(transport->Perform({"POST", "/_bulk", Lines(1'000), ""}).has_value());
    EXPECT_FALSE(server.requests().at(0).headers.contains("content-encoding"));
    EXPECT_FALSE(server.requests().at(0).headers.contains("accept-encoding"));
  }
}

TEST(TransportGzipTest, KnowsWhichHostsAreRemote) {
  for (const char* near : {"http://127.0.0.1:9200", "https://localhost:9200", "http://[::1]:9200",
                           "http://localhost", "http://127.1.2.3"}) {
    EXPECT_FALSE(CompressesFor(Compression::kAuto, near)) << near;
    EXPECT_TRUE(CompressesFor(Compression::kOn, near)) << near;
  }
  for (const char* far : {"http://10.0.0.1:9200", "https://es.example/path", "http://[fe80::1]:1",
                          "https://localhost.example:9200"}) {
    EXPECT_TRUE(CompressesFor(Compression::kAuto, far)) << far;
    EXPECT_FALSE(CompressesFor(Compression::kOff, far)) << far;
  }
}

TEST(TransportGzipTest, ReadsPackedAnswers) {
  ScriptedServer server;
  const std::string answer = Lines(50'000);
  server.Reply(Packed(answer));
  auto transport = Open(Compressing(server, Compression::kOn));
  EXPECT_EQ(transport->Perform({"GET", "/", "", ""})->body, answer);
}

TEST(TransportGzipTest, LimitsAnswersByWhatTheyUnpackTo) {
  ScriptedServer server;
  server.Reply(Packed(std::string(1 << 20, 'x')));
  ElasticOptions options = Compressing(server, Compression::kOn);
  options.answer_limit = 100'000;
  const auto response = Open(options)->Perform({"GET", "/", "", ""});
  ASSERT_FALSE(response.has_value());
  EXPECT_THAT(response.error().message, HasSubstr("larger than the limit"));
}

TEST(TransportGzipTest, RefusesDamagedAnswers) {
  ScriptedServer server;
  ScriptedReply damaged = Packed(Lines(1'000));
  damaged.body[damaged.body.size() / 2] ^= 0x55;
  server.Reply(damaged);
  const auto response = Open(Compressing(server, Compression::kOn))->Perform({"GET", "/", "", ""});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
}

TEST(TransportGzipTest, PacksNothingAndMuch) {
  for (const std::size_t lines : {0U, 1U, 200'000U}) {
    ScriptedServer server;
    server.Handle(Ok);
    const std::string text = Lines(lines);
    ScriptedReply reply = Packed(text);
    server.Reply(reply);
    auto transport = Open(Compressing(server, Compression::kOn));
    EXPECT_EQ(transport->Perform({"GET", "/", "", ""})->body, text);
  }
}

}  // namespace
}  // namespace cartwright
