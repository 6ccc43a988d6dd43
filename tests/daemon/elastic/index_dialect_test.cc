#include "daemon/elastic/index_dialect.h"

#include <gtest/gtest.h>

namespace cartwright {
namespace {

ServerInfo Server(const char* distribution, int major, int minor) {
  ServerInfo info;
  info.distribution = distribution;
  info.major = major;
  info.minor = minor;
  return info;
}

const std::string kBody =
    R"({"settings": {"index.number_of_shards":"2","index.refresh_interval":"5s"},)"
    R"("mappings":{"dynamic":"strict","properties":{"params":{"type":"flattened"},)"
    R"("a":{"properties":{"b":{"type":"flattened"}}},"type":{"type":"keyword"}}}})";

TEST(IndexDialectTest, LeavesElasticsearchAlone) {
  EXPECT_EQ(InDialect(Server("elasticsearch", 8, 19), kBody), kBody);
}

TEST(IndexDialectTest, NamesFlattenedAsOpenSearchDoes) {
  const ServerInfo server = Server("opensearch", 2, 19);
  const std::string once = InDialect(server, kBody);
  EXPECT_EQ(once,
            R"({"settings":{"index.number_of_shards":"2","index.refresh_interval":"5s"},)"
            R"("mappings":{"dynamic":"strict","properties":{"params":{"type":"flat_object"},)"
            R"("a":{"properties":{"b":{"type":"flat_object"}}},"type":{"type":"keyword"}}}})");
  EXPECT_EQ(InDialect(server, once), once);
  EXPECT_EQ(InDialect(Server("opensearch", 2, 4), R"({"properties":{"p":{"type":"flattened"}}})"),
            R"({"properties":{"p":{"type":"object","enabled":false}}})");
}

TEST(IndexDialectTest, LeavesWhatNeedsNoChangeAsItWasWritten) {
  const ServerInfo server = Server("opensearch", 3, 8);
  for (const char* body : {R"({ "index.blocks.write" : true })", "{", "[]"}) {
    EXPECT_EQ(InDialect(server, body), body);
  }
}

TEST(IndexDialectTest, LeavesShardsAndReplicasToServerless) {
  ServerInfo server = Server("elasticsearch", 9, 0);
  server.is_serverless = true;
  EXPECT_EQ(InDialect(server, kBody), R"({"settings":{"index.refresh_interval":"5s"},)"
                                      R"("mappings":{"dynamic":"strict","properties":{)"
                                      R"("params":{"type":"flattened"},"a":{"properties":{"b":)"
                                      R"({"type":"flattened"}}},"type":{"type":"keyword"}}}})");
  EXPECT_EQ(InDialect(server, R"({"index":{"number_of_replicas":1}})"), R"({"index":{}})");
  EXPECT_EQ(InDialect(server, R"({"index.number_of_replicas":"1"})"), "{}");
}

}  // namespace
}  // namespace cartwright
