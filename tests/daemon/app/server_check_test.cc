#include "daemon/app/server_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scripted_server.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ServerCheckTest : public ::testing::Test {
 protected:
  /// Checks a shop with default indices against a cluster of so many data nodes.
  Result<ServerCheck> Check(const std::string& health, int status = 200) {
    server_.Handle([health, status](const ReceivedRequest& request) {
      ScriptedReply reply;
      const bool asks_for_health = request.target.find("/_cluster/health") == 0;
      reply.status = asks_for_health ? status : 200;
      reply.body = asks_for_health ? health : R"({"version":{"number":"8.19.21"}})";
      return reply;
    });
    const auto transport = Transport::Create(shop_.Elastic("test"));
    return CheckServer(shop_, **transport);
  }
  void SetUp() override {
    shop_.config.elasticsearch.hosts = {server_.url()};
    shop_.catalogue = *Catalogue::Load();
  }

  ScriptedServer server_;
  Shop shop_;
};

TEST_F(ServerCheckTest, WarnsOfMissingReplicasOnSeveralDataNodes) {
  shop_.config.indices.prefix = "x-";
  shop_.config.indices.orders.replicas = 1;
  const auto check = Check(R"({"number_of_data_nodes":3})");
  ASSERT_TRUE(check.has_value()) << check.error().message;
  EXPECT_EQ(check->server.version, "8.19.21");
  ASSERT_EQ(check->warnings.size(), 1U);
  EXPECT_THAT(check->warnings[0], HasSubstr("3 data nodes"));
  EXPECT_THAT(check->warnings[0], HasSubstr("x-downloads"));
  EXPECT_THAT(check->warnings[0], Not(HasSubstr("x-orders")));
}

TEST_F(ServerCheckTest, OneDataNodeNeedsNoReplicas) {
  EXPECT_THAT(Check(R"({"number_of_data_nodes":1})")->warnings, IsEmpty());
}

TEST_F(ServerCheckTest, AnAccountThatMayNotSeeTheHealthIsNoError) {
  const auto check = Check(R"({"error":{"type":"security_exception","reason":"no"}})", 403);
  ASSERT_TRUE(check.has_value()) << check.error().message;
  EXPECT_THAT(check->warnings, IsEmpty());
}

TEST_F(ServerCheckTest, OtherFailuresAreErrors) { EXPECT_FALSE(Check("{}", 500).has_value()); }

}  // namespace
}  // namespace cartwright
