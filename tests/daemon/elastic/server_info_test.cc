#include "daemon/elastic/server_info.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_server.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kNode = R"({"nodes":{"abc":{"name":"n","version":"8.19.21",)"
                          R"("build_flavor":"default","http":{"max_content_length_in_bytes":7}}}})";
const std::string kNoReindex =
    R"({"error":"Incorrect HTTP method for uri [/_reindex]","status":405})";
const std::string kReindex =
    R"({"error":{"type":"parse_exception","reason":"request body is required"},"status":400})";

class ServerInfoTest : public ::testing::Test {
 protected:
  ServerInfoTest() {
    ElasticOptions options;
    options.hosts = {server.url()};
    transport = std::move(*Transport::Create(options));
  }

  /// As OpenSearch and proxies answer: without X-elastic-product.
  void ReplyPlain(int status, const std::string& body) {
    ScriptedReply reply;
    reply.status = status;
    reply.body = body;
    reply.headers = {{"Content-Type", "application/json"}};
    server.Reply(reply);
  }

  static std::string Root(const std::string& version, const std::string& more = "") {
    return fmt::format(R"({{"name":"n","version":{{"number":"{}"{}}}}})", version, more);
  }

  /// Probes a server of this root answer that tells nothing else.
  Result<ServerInfo> Probe(const std::string& root, bool plain = false) {
    plain ? ReplyPlain(200, root) : server.Reply(200, root);
    server.Reply(403, "{}");
    server.Reply(405, kNoReindex);
    return ProbeServer(*transport);
  }

  std::vector<std::string> Sent() const {
    std::vector<std::string> sent;
    for (const ReceivedRequest& request : server.requests()) {
      sent.push_back(request.method + " " + request.target + request.body);
    }
    return sent;
  }

  ScriptedServer server;
  std::unique_ptr<Transport> transport;
};

TEST_F(ServerInfoTest, KnowsElasticsearchByTheRootAnswer) {
  server.Reply(200, Root("7.17.29", R"(,"build_flavor":"default")"));
  server.Reply(200, kNode);
  server.Reply(400, kReindex);
  const auto info = ProbeServer(*transport);
  ASSERT_TRUE(info.has_value()) << info.error().message;
  EXPECT_EQ(info->distribution, "elasticsearch");
  EXPECT_EQ(info->version, "7.17.29");
  EXPECT_EQ(info->major, 7);
  EXPECT_EQ(info->minor, 17);
  EXPECT_EQ(info->patch, 29);
  EXPECT_EQ(info->found_by, "GET /");
  EXPECT_EQ(info->flavor, "default");
  EXPECT_FALSE(info->has_opensearch_views);
  EXPECT_TRUE(info->has_shard_doc_sort);
  EXPECT_TRUE(info->has_reindex);
  EXPECT_EQ(info->max_content_length, 7);
  EXPECT_THAT(info->warnings, IsEmpty());
  EXPECT_THAT(Sent(), ElementsAre("GET /", "GET /_nodes/_local/http", "POST /_reindex"));
}

TEST_F(ServerInfoTest, AsksOnlyOnce) {
  ASSERT_TRUE(Probe(Root("8.19.21")));
  const auto again = ProbeServer(*transport);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->version, "8.19.21");
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(ServerInfoTest, KnowsAStrippedServerByItsNode) {
  server.Reply(405, R"({"error":"Incorrect HTTP method","status":405})");
  server.Reply(200, kNode);
  server.Reply(200, kNode);
  server.Reply(405, kNoReindex);
  const auto info = ProbeServer(*transport);
  ASSERT_TRUE(info.has_value()) << info.error().message;
  EXPECT_EQ(info->version, "8.19.21");
  EXPECT_EQ(info->distribution, "elasticsearch");
  EXPECT_EQ(info->found_by, "GET /_nodes/_local/http");
  EXPECT_FALSE(info->has_reindex);
}

TEST_F(ServerInfoTest, KnowsOpenSearchAndWhatItCan) {
  const auto old = Probe(Root("2.19.1", R"(,"distribution":"opensearch")"), true);
  ASSERT_TRUE(old.has_value()) << old.error().message;
  EXPECT_TRUE(old->is_opensearch());
  EXPECT_TRUE(old->has_opensearch_views);
  EXPECT_FALSE(old->has_shard_doc_sort);
  EXPECT_EQ(old->max_content_length, std::nullopt);
  transport->RememberServer(nullptr);
  const auto recent = Probe(Root("3.3.0", R"(,"distribution":"opensearch")"), true);
  ASSERT_TRUE(recent.has_value());
  EXPECT_TRUE(recent->has_shard_doc_sort);
}

TEST_F(ServerInfoTest, TakesAMissingPathForAMissingReindex) {
  server.Reply(200, Root("8.19.21"));
  server.Reply(200, kNode);
  server.Reply(400, R"({"error":"no handler found for uri [/_reindex] and method [POST]"})");
  EXPECT_FALSE(ProbeServer(*transport)->has_reindex);
}

TEST_F(ServerInfoTest, LeavesPlacementToServerless) {
  server.Reply(200, Root("8.11.0", R"(,"build_flavor":"serverless")"));
  server.Reply(400, kReindex);
  const auto info = ProbeServer(*transport);
  ASSERT_TRUE(info.has_value());
  EXPECT_TRUE(info->is_serverless);
  EXPECT_THAT(info->warnings, ElementsAre(HasSubstr("shards and replicas")));
  EXPECT_THAT(Sent(), ElementsAre("GET /", "POST /_reindex"));
}

TEST_F(ServerInfoTest, WarnsOfVersionsThatLoseData) {
  for (const auto& [version, warns] : {std::pair{"9.4.9", false}, std::pair{"9.5.0", true},
                                       std::pair{"9.5.2", true}, std::pair{"9.5.3", false}}) {
    transport->RememberServer(nullptr);
    const auto info = Probe(Root(version));
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->warnings.size(), warns ? 1U : 0U) << version;
    if (warns) {
      EXPECT_THAT(info->warnings[0], HasSubstr("#158212"));
    }
  }
}

TEST_F(ServerInfoTest, WarnsOfServersNewerThanWhatWasTried) {
  EXPECT_THAT(Probe(Root("10.0.0"))->warnings, ElementsAre(HasSubstr("elasticsearch 10.0.0")));
  transport->RememberServer(nullptr);
  EXPECT_THAT(Probe(Root("4.0.0", R"(,"distribution":"opensearch")"), true)->warnings,
              ElementsAre(HasSubstr("opensearch 4.0.0")));
}

TEST_F(ServerInfoTest, RefusesOtherServersByName) {
  const auto refusal = [this](const std::string& root) {
    ReplyPlain(200, root);
    const auto info = ProbeServer(*transport);
    return info ? Error{} : info.error();
  };
  const Error old = refusal(Root("2.3.0", R"(,"distribution":"opensearch")"));
  EXPECT_EQ(old.kind, ErrorKind::kPermanent);
  EXPECT_THAT(old.message, HasSubstr("opensearch 2.3.0"));
  EXPECT_THAT(old.message, HasSubstr("from 2.4"));
  EXPECT_THAT(refusal(Root("8.1.0")).message, HasSubstr("unknown 8.1.0"));
  EXPECT_EQ(refusal(R"({"hello":"world"})").kind, ErrorKind::kUnavailable);
  EXPECT_EQ(refusal("[]").kind, ErrorKind::kUnavailable);
  server.Reply(200, Root("7.16.3"));
  EXPECT_THAT(ProbeServer(*transport).error().message, HasSubstr("elasticsearch 7.16.3"));
  EXPECT_EQ(transport->server(), nullptr);
}

TEST_F(ServerInfoTest, SaysWhenCredentialsAreRefused) {
  server.Reply(401, R"({"error":{"type":"security_exception","reason":"who?"},"status":401})");
  const auto info = ProbeServer(*transport);
  ASSERT_FALSE(info.has_value());
  EXPECT_EQ(info.error().kind, ErrorKind::kPermission);
  EXPECT_THAT(info.error().message, HasSubstr("HTTP 401 security_exception: who?"));
  EXPECT_THAT(info.error().message, HasSubstr("check the API key"));
}

}  // namespace
}  // namespace cartwright
