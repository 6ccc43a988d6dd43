// A reindex beside a daemon that loads every second: nothing is lost.

#include <gmock/gmock.h>

#include <filesystem>

#include "daemon/app/environment.h"
#include "daemon/app/reindex.h"
#include "tests/integration/program.h"
#include "tests/integration/shop_fixture.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class ReindexBesideDaemonTest : public RealShopTest {
 protected:
  /// The source grows by one row; whoever reads it sees all of it or none.
  void AddRow() {
    ++rows_;
    std::string text = "id,client,start,bought,amount\n";
    for (int i = 1; i <= rows_; ++i) {
      text += std::to_string(i) + ",c" + std::to_string(i) + ",2024-01-01T10:00:00Z,yes,1.50\n";
    }
    std::filesystem::rename(WriteFile("sessions.part", text), folder_ + "/sessions.csv");
  }
  std::string Config() {
    return WriteFile("shop.yaml",
                     "shop: {name: Test, as_of: latest_record}\n"
                     "indices: {prefix: " +
                         prefix_ +
                         "}\n"
                         "elasticsearch: {hosts: [" +
                         url_ +
                         "]}\n"
                         "sources:\n"
                         "  - {name: web, feeds: sessions, csv: {path: sessions.csv}, key: [id],\n"
                         "     columns: {client: client, session_start_date: start,\n"
                         "               has_purchased: bought, payment_amount: amount}}\n"
                         "schedule:\n"
                         "  - {name: often, every: 1s, load: all}\n");
  }
  /// Waits until `done`, in slices and with an end.
  template <class Done>
  bool WaitFor(Done done) {
    const EpochMillis give_up = SystemClock().Now() + 240'000;
    while (SystemClock().Now() < give_up) {
      if (done()) {
        return true;
      }
      transport_->Poll(std::chrono::milliseconds(50));
      usleep(50'000);
    }
    return false;
  }
  std::int64_t Documents(const std::string& name) {
    IndexAdmin admin(*transport_);
    const Status refreshed = admin.Refresh(prefix_ + name);
    const Result<std::int64_t> count = admin.Count(prefix_ + name, "");
    return refreshed && count ? *count : 0;
  }
  bool StatusSays(const std::string& config, const std::string& text) {
    const Program status({"status", "--config", config}, folder_ + "/status");
    (void)status.Wait();
    return status.Output().find(text) != std::string::npos;
  }

  int rows_ = 0;
};

TEST_F(ReindexBesideDaemonTest, LoadsWaitAndGoOnAndNothingIsLost) {
  AddRow();
  const std::string config = Config();
  const Program daemon({"run", "--config", config}, folder_ + "/daemon");
  ASSERT_TRUE(WaitFor([&] { return Documents("runs") >= 2; })) << daemon.Output();
  Result<Shop> shop = OpenShop(config, {}, [](const std::string&) {});
  ASSERT_TRUE(shop) << shop.error().message;

  for (const Origin origin : {Origin::kSources, Origin::kIndex}) {
    SCOPED_TRACE(origin == Origin::kSources ? "from the sources" : "from the index");
    Console console(true);
    const auto outcome = RebuildIndices(
        *shop, *transport_, {{"orders", "runs"}, origin}, console, [&](std::string_view moment) {
          // Rows that come while the new index is built: the daemon must not load them into the
          // old one after it was read.
          AddRow();
          if (moment == "loaded") {
            EXPECT_TRUE(WaitFor([&] { return StatusSays(config, "reindexing"); }));
            EXPECT_TRUE(WaitFor([&] { return StatusSays(config, "often            reindexing"); }))
                << "the daemon's pass waits";
          }
        });
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->changes.size(), 2U);
    const std::int64_t runs = Documents("runs");
    AddRow();
    EXPECT_TRUE(WaitFor([&] { return Documents("runs") >= runs + 2; })) << daemon.Output();
    EXPECT_EQ(Documents("orders"), rows_);
  }
  EXPECT_THAT(daemon.Output(), HasSubstr("waiting for the reindex"));
  EXPECT_THAT(daemon.Output(), testing::Not(HasSubstr("failed")));
  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.Wait(), 0);
}

TEST_F(ReindexBesideDaemonTest, TheCommandPrintsItsPlanWithSizesAndRebuilds) {
  AddRow();
  const std::string config = Config();
  const auto call = [&](const std::vector<std::string>& arguments) {
    const Program program(arguments, folder_ + "/output");
    const int code = program.Wait();
    return std::pair(code, program.Output());
  };
  ASSERT_EQ(call({"once", "-q", "--config", config}).first, 0);
  const auto [dry, plan] = call({"reindex", "--dry-run", "--config", config});
  EXPECT_EQ(dry, 0);
  EXPECT_THAT(plan, HasSubstr("(1 documents, "));
  EXPECT_THAT(plan, HasSubstr("sessions.csv (65 bytes)"));
  EXPECT_THAT(plan, HasSubstr("PUT /" + prefix_ + "orders-v1-"));
  EXPECT_THAT(plan, HasSubstr("nothing was changed"));
  const auto [copied, json] = call({"reindex", "all", "--json", "-q", "--config", config});
  EXPECT_EQ(copied, 0) << json;
  const Json answer = Json::parse(json, nullptr, false);
  EXPECT_EQ(answer.value("aliases", Json::array()).size(), 7U) << json;
  EXPECT_EQ(call({"reindex", "no-such", "--config", config}).first, 64);
}

}  // namespace
}  // namespace cartwright
