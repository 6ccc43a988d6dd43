#include "daemon/ingest/dead_letter_keeper.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/temporary_file.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

/// A source that has columns and no rows.
class NoRows final : public RowSource {
 public:
  Result<const RawRow*> Next() override { return static_cast<const RawRow*>(nullptr); }
  const std::vector<std::string>& columns() const override { return columns_; }
  const std::string& name() const override { return name_; }
  std::int64_t rows_read() const override { return 0; }
  std::optional<double> share_read() const override { return {}; }
  std::vector<std::string> notes() const override { return {}; }

 private:
  std::vector<std::string> columns_ = {"id", "amount"};
  std::string name_ = "orders.csv";
};

class DeadLetterKeeperTest : public testing::Test {
 protected:
  DeadLetterKeeperTest() : file_("id,amount\n1,x\n") {
    folder_ = testing::TempDir() + "keeper_" + std::to_string(getpid());
    std::filesystem::remove_all(folder_);
    SourceConfig source;
    source.name = "web";
    source.csv.path = file_.path();
    config_.sources = {source};
    state_.emplace(StateStore::Open(folder_).value());
  }
  ~DeadLetterKeeperTest() override { std::filesystem::remove_all(folder_); }

  LoadJob Job() { return {config_, layout_, *state_, "run", 1234, {0}, {}, {}, {}, {}}; }
  DeadLetter Only() const { return state_->DeadLetters({}, 10)->front(); }

  TemporaryFile file_;
  std::string folder_;
  Config config_;
  DocumentLayout layout_;
  std::optional<StateStore> state_;
};

TEST_F(DeadLetterKeeperTest, ARowIsKeptWithAllThatItsReplayNeeds) {
  const LoadJob job = Job();
  DeadLetterKeeper keeper(job, 4711);
  keeper.BeginSource(0, NoRows());
  SetAside row;
  row.position = {0, 2, 0};
  row.file = "orders.csv";
  row.key = "1";
  row.code = "not_a_number";
  KeepRaw(row, "1,\xFF");
  keeper.Keep(row);
  ASSERT_TRUE(keeper.status()) << keeper.status().error().message;
  const DeadLetter letter = Only();
  EXPECT_THAT(letter.columns, ElementsAre("id", "amount"));
  EXPECT_EQ(letter.version, 4711);
  EXPECT_EQ(letter.document_key, "1");
  EXPECT_TRUE(letter.raw_is_base64);
  EXPECT_FALSE(letter.raw_is_cut);
  EXPECT_THAT(letter.fingerprint, MatchesRegex("14 bytes, modified 20.*Z"));
  EXPECT_FALSE(letter.is_document());
}

TEST_F(DeadLetterKeeperTest, ADocumentIsKeptWithWhatTheServerSaid) {
  const LoadJob job = Job();
  DeadLetterKeeper keeper(job, 4711);
  BulkRejection rejection;
  rejection.id = "k";
  rejection.status = 400;
  rejection.type = "document_parsing_exception";
  rejection.reason = "no";
  rejection.source = R"({"id":"k"})";
  keeper.KeepDocument(rejection, {"orders", 99, 0, 5});
  const DeadLetter letter = Only();
  EXPECT_EQ(letter.document_of, "orders");
  EXPECT_EQ(letter.document_key, "k");
  EXPECT_EQ(letter.version, 99) << "its own, not that of the load";
  EXPECT_EQ(letter.line, 5U);
  EXPECT_EQ(letter.server_status, 400);
  EXPECT_EQ(letter.server_type, "document_parsing_exception");
  EXPECT_EQ(letter.raw, R"({"id":"k"})");
}

TEST_F(DeadLetterKeeperTest, CountsTheRowsOfEachReason) {
  const LoadJob job = Job();
  DeadLetterKeeper keeper(job, 4711);
  SetAside row;
  row.code = "not_a_number";
  row.column = "amount";
  keeper.Keep(row);
  keeper.Keep(row);
  row.column = "discount";
  keeper.Keep(row);
  keeper.CountRejected(0, 2);
  std::vector<std::string> reasons;
  for (const SetAsideReason& reason : keeper.Reasons(0)) {
    reasons.push_back(reason.code + " " + reason.column + " " + std::to_string(reason.rows));
  }
  EXPECT_THAT(reasons, ElementsAre("not_a_number amount 2", "not_a_number discount 1",
                                   "rejected_by_elasticsearch  2"));
}

TEST_F(DeadLetterKeeperTest, TellsTheFirstLetterThatCouldNotBeKept) {
  const LoadJob job = Job();
  DeadLetterKeeper keeper(job, 1);
  std::filesystem::remove(folder_ + "/cartwright.sqlite");
  keeper.Keep(SetAside{});
  ASSERT_FALSE(keeper.status());
  EXPECT_THAT(keeper.status().error().message, HasSubstr("was deleted or replaced"));
}

TEST_F(DeadLetterKeeperTest, AFileThatIsGoneHasNoFingerprint) {
  EXPECT_EQ(FileFingerprint(folder_ + "/none.csv"), "");
}

}  // namespace
}  // namespace cartwright
