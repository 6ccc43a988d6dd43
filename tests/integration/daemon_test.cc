// The program itself: the daemon until SIGTERM, and what the command line answers.

#include <gmock/gmock.h>
#include <signal.h>

#include "tests/integration/program.h"
#include "tests/integration/shop_fixture.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

class DaemonTest : public RealShopTest {
 protected:
  int Call(const std::vector<std::string>& arguments) {
    const Program program(arguments, folder_ + "/output");
    const int code = program.Wait();
    output_ = program.Output();
    return code;
  }
  std::string Output(const std::vector<std::string>& arguments) {
    Call(arguments);
    return output_;
  }
  std::string Config() {
    WriteFile("sessions.csv",
              "id,client,start,bought,amount\n1,a,2024-01-01T10:00:00Z,yes,1.50\n"
              "2,b,2024-01-02T10:00:00Z,no,\n");
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
                         "  - {name: often, every: 1s, load: all, analyse: [stats]}\n");
  }
  std::string output_;
};

TEST_F(DaemonTest, DemoEscapesItsFolderInJson) {
  const std::string out = folder_ + "/a \"b\"";
  ASSERT_EQ(Call({"demo", "--json", "-q", "--sessions", "10", "--out", out}), 0) << output_;
  const nlohmann::json answer = nlohmann::json::parse(output_, nullptr, false);
  ASSERT_TRUE(answer.is_object()) << output_;
  EXPECT_EQ(answer.value("directory", ""), out);
  EXPECT_EQ(answer.value("sessions", 0), 10);
}

TEST_F(DaemonTest, RunsItsJobsUntilSigtermAndThenEndsWell) {
  const std::string config = Config();
  const Program daemon({"run", "--config", config}, folder_ + "/daemon");
  IndexAdmin admin(*transport_);
  // The receipts say how far the daemon is; the wait has an end.
  const EpochMillis give_up = SystemClock().Now() + 120'000;
  while (SystemClock().Now() < give_up) {
    const auto exists = admin.IndexExists(prefix_ + "runs");
    if (exists && *exists && admin.Refresh(prefix_ + "runs")) {
      const auto count = admin.Count(prefix_ + "runs", "");
      if (count && *count >= 2) {
        break;
      }
    }
    transport_->Poll(std::chrono::milliseconds(50));
    usleep(50'000);
  }
  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.Wait(), 0);
  EXPECT_THAT(daemon.Output(), HasSubstr("job=often"));
  EXPECT_THAT(daemon.Output(), HasSubstr("stopped as asked"));
  ASSERT_TRUE(admin.Refresh(prefix_ + "runs"));
  EXPECT_GE(*admin.Count(prefix_ + "runs", ""), 2);
  EXPECT_EQ(*admin.Count(prefix_ + "orders", ""), 2);
}

TEST_F(DaemonTest, SigtermEndsALoadThatWaitsForTheServer) {
  const std::string config = Config();
  ASSERT_EQ(Call({"setup", "--config", config}), 0) << output_;
  // A write block is what a full disk makes: the load waits for it to go away.
  IndexAdmin admin(*transport_);
  const std::string orders = admin.AliasTargets(prefix_ + "orders")->front();
  ASSERT_TRUE(admin.PutSettings(orders, R"({"index.blocks.read_only_allow_delete":true})"));
  Program load({"once", "--config", config}, folder_ + "/load");
  const EpochMillis give_up = SystemClock().Now() + 60'000;
  while (load.Output().find("waiting") == std::string::npos && SystemClock().Now() < give_up) {
    transport_->Poll(std::chrono::milliseconds(50));
  }
  ASSERT_THAT(load.Output(), HasSubstr("waiting"));
  const EpochMillis asked = SystemClock().Now();
  load.Signal(SIGTERM);
  EXPECT_EQ(load.Wait(), 130) << load.Output();
  EXPECT_LT(SystemClock().Now() - asked, 30'000) << "the retries would go on for minutes";
  ASSERT_TRUE(admin.PutSettings(orders, R"({"index.blocks.read_only_allow_delete":null})"));
  EXPECT_EQ(Call({"once", "--config", config}), 0) << output_;
}

TEST_F(DaemonTest, OnceThenStatusThenReports) {
  const std::string config = Config();
  EXPECT_EQ(Call({"setup", "--dry-run", "--config", config}), 0);
  EXPECT_THAT(output_, HasSubstr("PUT /" + prefix_ + "orders-v1-"));
  EXPECT_EQ(Call({"status", "--config", config}), 3) << "nothing has run yet";
  EXPECT_EQ(Call({"once", "--config", config}), 0);
  EXPECT_THAT(output_, HasSubstr("The books balance."));
  EXPECT_EQ(Call({"once", "--load-only", "--json", "-q", "--config", config}), 0);
  const auto receipt = nlohmann::json::parse(output_);
  EXPECT_EQ(receipt["books_balance"], true);
  EXPECT_EQ(receipt["indices"][0]["replaced"], 2);
  EXPECT_EQ(Call({"status", "--json", "-q", "--config", config}), 0);
  EXPECT_EQ(nlohmann::json::parse(output_)["runs"].size(), 2U);
  EXPECT_EQ(Call({"reports", "list", "--config", config}), 0);
  EXPECT_THAT(output_, HasSubstr("segmentation"));
  EXPECT_EQ(Call({"reports", "show", "funnel", "--config", config}), 0);
  EXPECT_THAT(output_, HasSubstr("has_sessions"));
  EXPECT_EQ(Call({"reports", "show", "no_such", "--config", config}), 64);
  EXPECT_EQ(Call({"reindex", "--config", config}), 0);
  EXPECT_THAT(output_, HasSubstr(prefix_ + "orders ->"));
  EXPECT_EQ(Call({"reindex", "--rollback", "--config", config}), 0);
}

TEST_F(DaemonTest, ExitCodesSayWhatIsWrong) {
  const std::string config = Config();
  EXPECT_EQ(Call({}), 64);
  EXPECT_EQ(Call({"no-such-command"}), 64);
  EXPECT_EQ(Call({"once", "--offline", "--config", config}), 64) << "--out is missing";
  EXPECT_EQ(Call({"once", "--config", folder_ + "/none.yaml"}), 78);
  EXPECT_EQ(Call({"check-config", "--config", "/dev/zero"}), 78) << "read to no end otherwise";
  EXPECT_THAT(output_, HasSubstr("not a regular file"));
  EXPECT_EQ(Call({"check-config", "--config", WriteFile("bad.yaml", "shop: {curency: EUR}\n")}),
            78);
  EXPECT_THAT(output_, HasSubstr("currency")) << "the nearest name is suggested";
  EXPECT_EQ(Call({"once", "--config", config, "--elasticsearch", "http://127.0.0.1:1"}), 69);
  const auto status = nlohmann::json::parse(Output({"status", "--json", "--config", config}));
  EXPECT_EQ(status["runs"][0]["status"], "failed");
  EXPECT_FALSE(status["runs"][0]["receipt"].contains("books_balance")) << "nothing was loaded";
  EXPECT_EQ(Call({"once", "--config", config, "--analysis", "nope"}), 64);
  EXPECT_EQ(Call({"once", "--offline", "--out", folder_ + "/out", "--config", config, "--as-of",
                  "9999-12-31"}),
            78);
  EXPECT_EQ(Call({"demo", "--sessions", "10", "--out", "/proc/no-such"}), 73);
  EXPECT_EQ(Call({"once", "--offline", "--out", folder_ + "/out", "--config", config}), 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/out/reports.ndjson"));
  EXPECT_EQ(
      Call({"reports", "list", "--from", folder_ + "/out/reports.ndjson", "--config", config}), 0);
  EXPECT_EQ(Call({"reports", "show", "funel", "--from", folder_ + "/out/reports.ndjson"}), 64);
  EXPECT_THAT(output_, HasSubstr("did you mean \"funnel\"?")) << "no configuration is needed";
  EXPECT_EQ(Call({"reports", "list", "--catalogue"}), 0);
  EXPECT_EQ(Call({"reports", "list", "--from", WriteFile("odd.ndjson", "{\"report_id\":5}\n")}),
            65);
  EXPECT_EQ(Call({"version"}), 0);
}

}  // namespace
}  // namespace cartwright
