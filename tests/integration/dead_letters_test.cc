// Dead letters on a real node: mended, replayed, never over newer data.

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdio>

#include "daemon/app/index_plan.h"
#include "tests/integration/shop_fixture.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kHeader = "id,client,start,bought,amount\n";
constexpr const char* kGoodRow = "1,a,2024-01-01T10:00:00Z,yes,1.50\n";
constexpr const char* kBadRow = "2,b,2024-01-02T10:00:00Z,yes,2.505\n";
constexpr const char* kMendedRow = "2,b,2024-01-02T10:00:00Z,yes,2.50";
constexpr int kStaysOpen = 65;

class DeadLettersNodeTest : public RealShopTest {
 protected:
  /// Runs the program; its output, both streams, is in output_.
  int Call(const std::string& arguments) {
    const std::string command =
        std::string(CARTWRIGHT_PROGRAM) + " " + arguments + " --config " + config_ + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    output_.clear();
    for (int byte = std::fgetc(pipe); byte != EOF; byte = std::fgetc(pipe)) {
      output_.push_back(static_cast<char>(byte));
    }
    const int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  void WriteConfig(const std::string& more_of_source = "", const std::string& more_sources = "") {
    config_ = WriteFile("shop.yaml",
                        "shop: {name: Test, currency: EUR, as_of: latest_record}\n"
                        "indices: {prefix: " +
                            prefix_ + "}\nelasticsearch: {hosts: [" + url_ +
                            "]}\nlimits: {max_set_aside_share: 1}\n"
                            "state: {directory: state}\n"
                            "sources:\n"
                            "  - name: web\n"
                            "    feeds: sessions\n"
                            "    csv: {path: sessions.csv}\n"
                            "    key: [id]\n"
                            "    columns: {client: client, session_start_date: start,\n"
                            "              has_purchased: bought, payment_amount: "
                            "amount}\n" +
                            more_of_source + more_sources);
  }

  void Load(const std::string& rows) {
    WriteFile("sessions.csv", kHeader + rows);
    ASSERT_EQ(Call("once --load-only -q"), 0) << output_;
  }

  std::vector<DeadLetter> Letters() {
    const Result<StateStore> state = StateStore::Open(folder_ + "/state");
    EXPECT_TRUE(state);
    const auto letters = state->DeadLetters({}, 100);
    EXPECT_TRUE(letters);
    return *letters;
  }

  std::map<std::string, std::string> Orders() { return Documents(Open(config_), "orders"); }

  nlohmann::json Order(const std::string& id) {
    const auto orders = Orders();
    const auto found = orders.find(id);
    return found == orders.end() ? nlohmann::json() : nlohmann::json::parse(found->second);
  }

  std::string config_;
  std::string output_;
};

TEST_F(DeadLettersNodeTest, AMendedRowIsWhatACorrectedFileWouldHaveMadeOfIt) {
  WriteConfig();
  Load(std::string(kGoodRow) + kBadRow);
  EXPECT_EQ(Orders().count("2"), 0U);
  ASSERT_EQ(Call("dead-letters show 1"), 0) << output_;
  EXPECT_THAT(output_, HasSubstr("raw          \"2,b,2024-01-02T10:00:00Z,yes,2.505\" (34 bytes)"));
  EXPECT_THAT(output_, HasSubstr("sessions.csv:3"));
  EXPECT_THAT(output_, HasSubstr("too_many_decimals"));
  EXPECT_THAT(output_, HasSubstr("bytes, modified 20"));
  ASSERT_EQ(Call("dead-letters replay 1 --row '" + std::string(kMendedRow) + "'"), 0) << output_;
  EXPECT_THAT(output_, HasSubstr("replayed as 2"));
  const auto replayed = Orders();

  Load(std::string(kGoodRow) + kMendedRow + "\n");
  EXPECT_EQ(Orders(), replayed);
  const DeadLetter letter = Letters().front();
  EXPECT_EQ(letter.outcome, "replayed");
  EXPECT_EQ(letter.raw + "\n", kBadRow) << "what was read stays as it was";
  EXPECT_FALSE(letter.outcome_run.empty());
}

TEST_F(DeadLettersNodeTest, AMendedMappingReplaysEveryRowThatItMends) {
  WriteConfig();
  Load("1,a,2024-01-01T10:00:00Z,oui,1.50\n2,b,2024-01-02T10:00:00Z,oui,2.505\n");
  EXPECT_THAT(Letters(), SizeIs(2));
  WriteConfig("    true_values: [oui]\n    false_values: [non]\n");
  EXPECT_EQ(Call("dead-letters replay --all"), kStaysOpen) << output_;
  EXPECT_EQ(Order("1").value("payment_amount", 0.0), 1.5);
  const std::vector<DeadLetter> letters = Letters();
  EXPECT_EQ(letters[0].outcome, "replayed");
  EXPECT_TRUE(letters[1].is_open());
  EXPECT_EQ(letters[1].attempts, 2);
  EXPECT_EQ(letters[1].code, "too_many_decimals") << "what is wrong now, not what was";
}

TEST_F(DeadLettersNodeTest, WhatALaterLoadWroteStays) {
  WriteConfig();
  Load(kBadRow);
  Load("2,b,2024-01-02T10:00:00Z,yes,9.00\n");
  ASSERT_EQ(Call("dead-letters replay 1 --row '" + std::string(kMendedRow) + "'"), 0) << output_;
  EXPECT_THAT(output_, HasSubstr("superseded"));
  EXPECT_EQ(Order("2").value("payment_amount", 0.0), 9.0);
  EXPECT_EQ(Letters().front().outcome, "superseded");
}

TEST_F(DeadLettersNodeTest, WhatTheSameLoadWroteUnderTheKeyStays) {
  WriteConfig();
  // The second row of the key is the newer one, and it was sound.
  Load(std::string(kBadRow) + "2,b,2024-01-02T10:00:00Z,yes,9.00\n");
  ASSERT_EQ(Call("dead-letters replay 1 --row '" + std::string(kMendedRow) + "'"), 0) << output_;
  EXPECT_EQ(Order("2").value("payment_amount", 0.0), 9.0);
}

TEST_F(DeadLettersNodeTest, OfTwoReplayedRowsTheLaterOneStaysInWhateverOrder) {
  WriteConfig();
  Load("2,b,2024-01-02T10:00:00Z,yes,1.005\n2,b,2024-01-02T10:00:00Z,yes,7.005\n");
  ASSERT_EQ(Call("dead-letters replay 2 --row '2,b,2024-01-02T10:00:00Z,yes,7.00'"), 0) << output_;
  ASSERT_EQ(Call("dead-letters replay 1 --row '2,b,2024-01-02T10:00:00Z,yes,1.00'"), 0) << output_;
  EXPECT_EQ(Order("2").value("payment_amount", 0.0), 7.0);
  EXPECT_EQ(Letters().front().outcome, "superseded");
}

TEST_F(DeadLettersNodeTest, ReplayingAgainAfterACrashChangesNothing) {
  WriteConfig();
  Load(kBadRow);
  const std::string replay = "dead-letters replay 1 --row '" + std::string(kMendedRow) + "'";
  ASSERT_EQ(Call(replay), 0) << output_;
  const auto before = Orders();
  // As if the program had been killed between the server's answer and the state.
  {
    Result<StateStore> state = StateStore::Open(folder_ + "/state");
    ASSERT_TRUE(state);
    DeadLetter letter = state->DeadLetters({}, 1)->front();
    letter.outcome.clear();
    letter.outcome_run.clear();
    ASSERT_TRUE(state->UpdateDeadLetters({letter}));
  }
  ASSERT_EQ(Call(replay), 0) << output_;
  EXPECT_EQ(Orders(), before);
  EXPECT_EQ(Letters().front().outcome, "replayed");
  EXPECT_EQ(Call(replay), 64) << "a settled letter is not sent again";
  EXPECT_THAT(output_, HasSubstr("is settled: replayed by run"));
}

TEST_F(DeadLettersNodeTest, ARowThatSharesItsDocumentIsRefusedWithWhatToDo) {
  WriteConfig("",
              "  - name: lines\n"
              "    feeds: lines\n"
              "    csv: {path: lines.csv}\n"
              "    key: [order, product]\n"
              "    columns: {order_id: order, product: product, quantity: n}\n");
  WriteFile("lines.csv", "order,product,n\n1,p,1\n1,q,x\n");
  Load(std::string(kGoodRow) + kBadRow);
  const auto before = Orders();
  ASSERT_THAT(Letters(), SizeIs(2));
  EXPECT_EQ(Call("dead-letters replay --all"), kStaysOpen) << output_;
  EXPECT_THAT(output_, HasSubstr("written from its session and all its lines only"));
  EXPECT_THAT(output_, HasSubstr("cartwright once --load-only --source lines"));
  EXPECT_EQ(Orders(), before);
  EXPECT_EQ(Letters().front().attempts, 1) << "it was not tried";
}

TEST_F(DeadLettersNodeTest, ARejectedDocumentGoesAsItIsOnceTheMappingTakesIt) {
  WriteConfig();
  WriteFile("sessions.csv", kHeader);
  const Shop shop = Open(config_);
  ASSERT_EQ(Call("setup -q"), 0) << output_;
  // A live index that cannot take the second document, and looks as the configuration wants it.
  ASSERT_TRUE(IndexAdmin(*transport_)
                  .PutSettings(IndexAdmin(*transport_).AliasTargets(shop.Alias("orders"))->front(),
                               R"({"index":{"default_pipeline":"no-such-pipeline"}})"));
  Load(std::string(kGoodRow));
  const std::vector<DeadLetter> letters = Letters();
  ASSERT_THAT(letters, SizeIs(1)) << output_;
  EXPECT_EQ(letters[0].document_of, "orders");
  EXPECT_EQ(letters[0].document_key, "1");
  EXPECT_EQ(letters[0].server_status, 400);
  EXPECT_THAT(letters[0].server_reason, HasSubstr("no-such-pipeline"));
  EXPECT_EQ(Call("dead-letters replay 1"), kStaysOpen) << output_;
  EXPECT_EQ(Letters().front().attempts, 2);
  ASSERT_TRUE(IndexAdmin(*transport_)
                  .PutSettings(IndexAdmin(*transport_).AliasTargets(shop.Alias("orders"))->front(),
                               R"({"index":{"default_pipeline":null}})"));
  ASSERT_EQ(Call("dead-letters replay 1"), 0) << output_;
  EXPECT_EQ(Order("1").value("payment_amount", 0.0), 1.5);
  const auto replayed = Orders();
  Load(std::string(kGoodRow));
  EXPECT_EQ(Orders(), replayed);
}

TEST_F(DeadLettersNodeTest, ListedAsJsonMendedAndReplayedFromTheFile) {
  WriteConfig();
  Load(std::string(kBadRow) + "3,c,yesterday,yes,1\n" + kGoodRow);
  ASSERT_EQ(Call("dead-letters list --json"), 0) << output_;
  std::string letters = output_;
  letters.replace(letters.rfind("2.505"), 5, "2.50");
  letters.replace(letters.rfind("yesterday"), 9, "2024-01-03T00:00:00Z");
  const std::string file = WriteFile("mended.ndjson", letters);
  ASSERT_EQ(Call("dead-letters replay --from " + file), 0) << output_;
  EXPECT_THAT(Orders(), SizeIs(3));
  ASSERT_EQ(Call("dead-letters list"), 0) << output_;
  EXPECT_THAT(output_, HasSubstr("0 shown of 0 open and 2 settled"));
  ASSERT_EQ(Call("dead-letters list --summary --json --source web"), 0) << output_;
  EXPECT_THAT(output_, HasSubstr(R"("code":"too_many_decimals","open":0,"settled":1)"));
}

TEST_F(DeadLettersNodeTest, RowsThatAreNotUtf8ComeBackByteForByte) {
  WriteConfig();
  const std::string latin = "4,Caf\xE9,2024-01-01T10:00:00Z,yes,1.50";
  Load(latin + "\n");
  ASSERT_EQ(Call("dead-letters show 1"), 0) << output_;
  EXPECT_THAT(output_, HasSubstr("\"4,Caf\\xE9,2024"));
  ASSERT_EQ(Call("dead-letters show 1 --raw"), 0);
  EXPECT_EQ(output_, latin);
  EXPECT_TRUE(Letters().front().raw_is_base64);
  EXPECT_EQ(Call("dead-letters replay 1"), kStaysOpen) << output_;
  EXPECT_EQ(Letters().front().attempts, 2);
}

TEST_F(DeadLettersNodeTest, ALoadThatCannotKeepItsDeadLettersFails) {
  WriteConfig();
  Load(kGoodRow);
  std::filesystem::remove_all(folder_ + "/state");
  WriteFile("state", "a file where the folder was");
  EXPECT_EQ(Call("once --load-only -q"), 73) << output_;
  EXPECT_THAT(output_, HasSubstr(folder_ + "/state"));
}

}  // namespace
}  // namespace cartwright
