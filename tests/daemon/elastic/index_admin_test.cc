#include "daemon/elastic/index_admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_server.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class IndexAdminTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Transport> Connect(const std::string& url) {
    ElasticOptions options;
    options.hosts = {url};
    return std::move(*Transport::Create(options));
  }

  /// The last request as "METHOD target body".
  std::string Sent() const {
    const ReceivedRequest last = server.requests().back();
    return last.method + " " + last.target + (last.body.empty() ? "" : " " + last.body);
  }

  ScriptedServer server;
  std::unique_ptr<Transport> transport = Connect(server.url());
  IndexAdmin admin{*transport};
};

const std::string kAcknowledged = R"({"acknowledged":true})";
const std::string kNoIndex =
    R"({"error":{"type":"index_not_found_exception","reason":"no such index [x]"},"status":404})";

TEST_F(IndexAdminTest, CountsDataNodes) {
  server.Reply(200, R"({"status":"green","number_of_nodes":5,"number_of_data_nodes":3})");
  const auto nodes = admin.DataNodes();
  ASSERT_TRUE(nodes.has_value()) << nodes.error().message;
  EXPECT_EQ(*nodes, 3);
  EXPECT_EQ(Sent(), "GET /_cluster/health");
  server.Reply(403, R"({"error":{"type":"security_exception","reason":"no"},"status":403})");
  EXPECT_EQ(admin.DataNodes().error().kind, ErrorKind::kPermission);
}

TEST_F(IndexAdminTest, CreatesAndDeletesIndices) {
  server.Reply(200, kAcknowledged);
  EXPECT_TRUE(admin.CreateIndex("orders-1", R"({"settings":{}})").has_value());
  EXPECT_EQ(Sent(), R"(PUT /orders-1 {"settings":{}})");
  server.Reply(200, kAcknowledged);
  EXPECT_TRUE(admin.DeleteIndex("orders-1").has_value());
  EXPECT_EQ(Sent(), "DELETE /orders-1");
  server.Reply(200, R"({"acknowledged":false})");
  const Status late = admin.CreateIndex("orders-2", "{}");
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().kind, ErrorKind::kTransient);
  server.Reply(
      400,
      R"({"error":{"type":"resource_already_exists_exception","reason":"there"},"status":400})");
  const Status twice = admin.CreateIndex("orders-2", "{}");
  ASSERT_FALSE(twice.has_value());
  EXPECT_EQ(twice.error().message,
            "cannot create index \"orders-2\": HTTP 400 resource_already_exists_exception: there");
}

TEST_F(IndexAdminTest, TellsWhetherAnIndexExists) {
  server.Reply(200, "");
  EXPECT_TRUE(*admin.IndexExists("orders"));
  EXPECT_EQ(Sent(), "HEAD /orders");
  server.Reply(404, "");
  EXPECT_FALSE(*admin.IndexExists("orders"));
  server.Reply(503, "");
  EXPECT_EQ(admin.IndexExists("orders").error().kind, ErrorKind::kTransient);
}

TEST_F(IndexAdminTest, ListsIndicesAndAliasTargetsSorted) {
  const std::string two = R"({"b-2":{"aliases":{}},"b-1":{"aliases":{}}})";
  server.Reply(200, two);
  EXPECT_THAT(*admin.ListIndices("b-*"), ElementsAre("b-1", "b-2"));
  EXPECT_EQ(Sent(), "GET /b-*/_alias?expand_wildcards=open,closed");
  server.Reply(200, two);
  EXPECT_THAT(*admin.AliasTargets("b"), ElementsAre("b-1", "b-2"));
  EXPECT_EQ(Sent(), "GET /_alias/b");
  server.Reply(404, kNoIndex);
  EXPECT_THAT(*admin.ListIndices("x"), IsEmpty());
  server.Reply(404, R"({"error":"alias [x] missing","status":404})");
  EXPECT_THAT(*admin.AliasTargets("x"), IsEmpty());
  server.Reply(403, "{}");
  EXPECT_EQ(admin.AliasTargets("x").error().kind, ErrorKind::kPermission);
}

TEST_F(IndexAdminTest, SwapsAnAliasInOneCall) {
  server.Reply(200, kAcknowledged);
  ASSERT_TRUE(admin.SwapAliases({{"orders", {"orders-1", "orders-2"}, "orders-3"}}).has_value());
  EXPECT_EQ(Sent(), R"(POST /_aliases {"actions":[)"
                    R"({"remove":{"alias":"orders","index":"orders-1","must_exist":true}},)"
                    R"({"remove":{"alias":"orders","index":"orders-2","must_exist":true}},)"
                    R"({"add":{"alias":"orders","index":"orders-3"}}]})");
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(IndexAdminTest, GetsMappingAndMeta) {
  const std::string mapping =
      R"({"orders-1":{"mappings":{"_meta":{"run":"r1"},"properties":{"id":{"type":"keyword"}}}}})";
  server.Reply(200, mapping);
  EXPECT_EQ(*admin.GetMapping("orders"),
            R"({"_meta":{"run":"r1"},"properties":{"id":{"type":"keyword"}}})");
  server.Reply(200, mapping);
  EXPECT_EQ(*admin.GetIndexMeta("orders"), R"({"run":"r1"})");
  server.Reply(200, R"({"orders-1":{"mappings":{}}})");
  EXPECT_EQ(*admin.GetIndexMeta("orders"), "{}");
  server.Reply(200, R"({"a":{"mappings":{}},"b":{"mappings":{}}})");
  EXPECT_THAT(admin.GetMapping("orders").error().message, HasSubstr("stands for 2 indices"));
  server.Reply(200, "[]");
  EXPECT_FALSE(admin.GetMapping("orders").has_value());
}

TEST_F(IndexAdminTest, PutsMappingAndSettings) {
  server.Reply(200, kAcknowledged);
  EXPECT_TRUE(admin.PutMapping("a", R"({"properties":{}})").has_value());
  EXPECT_EQ(Sent(), R"(PUT /a/_mapping {"properties":{}})");
  server.Reply(200, kAcknowledged);
  EXPECT_TRUE(admin.PutSettings("a", R"({"index":{}})").has_value());
  EXPECT_EQ(Sent(), R"(PUT /a/_settings {"index":{}})");
}

TEST_F(IndexAdminTest, CountsOnlyWithAllShards) {
  server.Reply(200, R"({"count":7,"_shards":{"total":2,"failed":0}})");
  EXPECT_EQ(*admin.Count("orders", ""), 7);
  EXPECT_EQ(Sent(), "POST /orders/_count");
  server.Reply(200, R"({"count":7,"_shards":{"total":2,"failed":0}})");
  EXPECT_EQ(*admin.Count("orders", R"({"match_all":{}})"), 7);
  EXPECT_EQ(Sent(), R"(POST /orders/_count {"query":{"match_all":{}}})");
  for (const char* partial :
       {R"({"count":3,"_shards":{"total":2,"failed":1}})", R"({"count":3})", "[]", "{"}) {
    server.Reply(200, partial);
    const auto count = admin.Count("orders", "");
    ASSERT_FALSE(count.has_value()) << partial;
    EXPECT_EQ(count.error().kind, ErrorKind::kUnavailable);
  }
}

TEST_F(IndexAdminTest, RefreshesOnlyWithAllShards) {
  server.Reply(200, R"({"_shards":{"total":2,"failed":0}})");
  EXPECT_TRUE(admin.Refresh("orders").has_value());
  EXPECT_EQ(Sent(), "POST /orders/_refresh");
  server.Reply(200, R"({"_shards":{"total":2,"failed":1}})");
  EXPECT_EQ(admin.Refresh("orders").error().kind, ErrorKind::kUnavailable);
}

TEST_F(IndexAdminTest, WaitsForHealth) {
  server.Reply(200, R"({"status":"green","timed_out":false})");
  EXPECT_TRUE(admin.WaitForHealth("a", "yellow", std::chrono::seconds(5)).has_value());
  EXPECT_EQ(Sent(), "GET /_cluster/health/a?wait_for_status=yellow&timeout=5s");
  server.Reply(408, R"({"status":"red","timed_out":true})");
  const Status red = admin.WaitForHealth("a", "yellow", std::chrono::seconds(5));
  ASSERT_FALSE(red.has_value());
  EXPECT_EQ(red.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(red.error().message, HasSubstr("\"a\" did not become yellow within 5 s, it is red"));
}

TEST_F(IndexAdminTest, GetsDocumentsOrNothing) {
  server.Reply(200, R"({"n": 1})");
  EXPECT_EQ(*admin.GetDocument("a", "x/y"), R"({"n": 1})");
  EXPECT_EQ(Sent(), "GET /a/_source/x%2Fy");
  server.Reply(404, R"({"error":{"type":"resource_not_found_exception","reason":"Document"}})");
  EXPECT_EQ(*admin.GetDocument("a", "x"), std::nullopt);
  server.Reply(404, kNoIndex);
  const auto missing = admin.GetDocument("a", "x");
  ASSERT_FALSE(missing.has_value());
  EXPECT_THAT(missing.error().message, HasSubstr("index_not_found_exception"));
}

TEST_F(IndexAdminTest, DistrustsPagesOfProxies) {
  ScriptedReply page;
  page.body = "<html>welcome</html>";
  page.headers = {{"Content-Type", "text/html"}};
  server.Reply(page);
  EXPECT_EQ(admin.Refresh("a").error().kind, ErrorKind::kUnavailable);
  server.Reply(page);
  EXPECT_FALSE(admin.AliasTargets("a").has_value());
}

TEST_F(IndexAdminTest, SpeaksTheDialectOfTheProbedServer) {
  ServerInfo info;
  info.distribution = "opensearch";
  info.major = 2;
  info.minor = 19;
  transport->RememberServer(std::make_shared<const ServerInfo>(info));
  server.Reply(200, kAcknowledged);
  EXPECT_TRUE(admin.CreateIndex("a", R"({"mappings":{"properties":{"p":{"type":"flattened"}}}})"));
  EXPECT_EQ(Sent(), R"(PUT /a {"mappings":{"properties":{"p":{"type":"flat_object"}}}})");
  server.Reply(200, kAcknowledged);
  EXPECT_TRUE(admin.PutMapping("a", R"({"properties":{"p":{"type":"flattened"}}})"));
  EXPECT_EQ(Sent(), R"(PUT /a/_mapping {"properties":{"p":{"type":"flat_object"}}})");
}

TEST_F(IndexAdminTest, AsksServerlessForNeitherHealthNorReplicas) {
  ServerInfo info;
  info.distribution = "elasticsearch";
  info.is_serverless = true;
  transport->RememberServer(std::make_shared<const ServerInfo>(info));
  EXPECT_TRUE(admin.WaitForHealth("a", "green", std::chrono::seconds(1)));
  EXPECT_TRUE(server.requests().empty());
  server.Reply(200, kAcknowledged);
  EXPECT_TRUE(admin.PutSettings("a", R"({"index":{"number_of_replicas":0,"hidden":true}})"));
  EXPECT_EQ(Sent(), R"(PUT /a/_settings {"index":{"hidden":true}})");
}

}  // namespace
}  // namespace cartwright
