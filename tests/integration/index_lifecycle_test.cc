// Indices from setup to reindex on a real node, and rows that cannot be used.

#include <gmock/gmock.h>

#include <fstream>

#include "daemon/app/index_plan.h"
#include "daemon/app/reindex.h"
#include "tests/integration/shop_fixture.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Json = nlohmann::json;

constexpr const char* kConfig = R"(
shop: {name: Test, currency: EUR, time_zone: Europe/Berlin, as_of: latest_record}
indices:
  orders: {shards: 2, replicas: 0}
sources:
  - name: sessions
    feeds: sessions
    csv: {path: sessions.csv}
    key: [id]
    columns:
      client: client
      session_start_date: start
      has_purchased: bought
      payment_amount: amount
    dimensions: [city]
    dates: {format: iso8601}
limits: {max_set_aside_share: 0.9}
)";

class IndexLifecycleTest : public RealShopTest {
 protected:
  Shop OpenSmall(const std::string& rows) {
    WriteFile("sessions.csv", "id,client,start,bought,amount,city\n" + rows);
    return Open(WriteFile("shop.yaml", kConfig));
  }
  std::string Target(const Shop& shop, const std::string& name) {
    const auto targets = IndexAdmin(*transport_).AliasTargets(shop.Alias(name));
    EXPECT_TRUE(targets);
    EXPECT_EQ(targets->size(), 1U);
    return targets->empty() ? "" : targets->front();
  }
  Result<ReindexOutcome> Reindex(const Shop& shop) {
    Console console(true);
    return RebuildIndices(shop, *transport_, {{"orders"}, Origin::kSources}, console);
  }

  static constexpr const char* kThreeRows =
      "1,a,2024-01-01T10:00:00Z,yes,1.50,Bonn\n"
      "2,b,2024-01-02T10:00:00Z,no,,Köln\n"
      "3,a,2024-01-03T10:00:00Z,yes,2.50,Bonn\n";
};

TEST_F(IndexLifecycleTest, BrokenRowsAreSetAsideWithTheirMessagesAndTheGoodOnesAreIndexed) {
  Shop shop = OpenSmall("");
  shop.config.sources[0].csv.path = "tests/golden/broken_rows.csv";
  const Receipt receipt = Run(shop);
  EXPECT_EQ(receipt.books.sources[0].read, 20);
  EXPECT_EQ(receipt.books.sources[0].used, 10);
  EXPECT_EQ(receipt.books.sources[0].set_aside, 10);
  EXPECT_EQ(Count(shop, "orders"), 10);
  auto state = StateStore::Open(shop.config.state.directory);
  ASSERT_TRUE(state);
  const auto letters = state->DeadLetters({{}, receipt.run_id, "", "", false}, 100);
  ASSERT_TRUE(letters);
  std::ifstream golden("tests/golden/broken_rows.messages");
  std::size_t at = 0;
  for (std::string line; std::getline(golden, line); ++at) {
    ASSERT_LT(at, letters->size());
    const DeadLetter& letter = (*letters)[at];
    EXPECT_TRUE(line.starts_with(letter.code + " ")) << line;
    EXPECT_THAT(line, HasSubstr(letter.file + ":" + std::to_string(letter.line) + ": "));
    EXPECT_THAT(line, HasSubstr(letter.reason));
    EXPECT_THAT(line, HasSubstr(letter.remedy));
    EXPECT_FALSE(letter.raw.empty());
  }
  EXPECT_EQ(at, letters->size());
}

TEST_F(IndexLifecycleTest, ALiveIndexThatDiffersIsReportedAndNeverChanged) {
  Shop shop = OpenSmall(kThreeRows);
  Run(shop);
  const std::string before = Target(shop, "orders");
  shop.config.indices.orders.shards = 3;
  shop.layout.dimensions.emplace_back("device");
  Console console(true);
  const Result<Receipt> refused = RunPass(shop, {}, console);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kPermanent);
  EXPECT_THAT(refused.error().message, HasSubstr("shards: the index has 2"));
  EXPECT_THAT(refused.error().message, HasSubstr("dimensions.device"));
  EXPECT_THAT(refused.error().message, HasSubstr("run cartwright reindex"));
  EXPECT_EQ(Target(shop, "orders"), before);
  const auto mapping = IndexAdmin(*transport_).GetMapping(before);
  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->find("device"), std::string::npos);
}

TEST_F(IndexLifecycleTest, SetupAddsNewFieldsAndThenTheLoadGoesOn) {
  Shop shop = OpenSmall(kThreeRows);
  Run(shop);
  shop.layout.actions.emplace_back("wish_list");
  auto plan = PlanIndices(shop, *transport_, SystemClock().Now());
  ASSERT_TRUE(plan) << plan.error().message;
  int additions = 0;
  for (const IndexAction& action : *plan) {
    additions += action.kind == IndexAction::Kind::kAddFields ? 1 : 0;
    EXPECT_NE(action.kind, IndexAction::Kind::kRebuild) << action.index.name;
  }
  EXPECT_EQ(additions, 1);
  ASSERT_TRUE(ApplyPlan(*plan, *transport_));
  Run(shop);
}

TEST_F(IndexLifecycleTest, AnAliasNameThatIsAnIndexIsRefused) {
  const Shop shop = OpenSmall(kThreeRows);
  ASSERT_TRUE(IndexAdmin(*transport_).CreateIndex(shop.Alias("orders"), "{}"));
  Console console(true);
  const Result<Receipt> refused = RunPass(shop, {}, console);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("is an index, not an alias"));
}

TEST_F(IndexLifecycleTest, ReindexBuildsAsideSwapsKeepsTheOldAndRollsBack) {
  Shop shop = OpenSmall(kThreeRows);
  Run(shop);
  const std::string first = Target(shop, "orders");
  const auto before = Documents(shop, "orders");
  shop.config.indices.orders.shards = 1;
  const auto outcome = Reindex(shop);
  ASSERT_TRUE(outcome) << outcome.error().message;
  const std::vector<AliasChange>& changes = outcome->changes;
  const std::string second = Target(shop, "orders");
  EXPECT_NE(second, first);
  EXPECT_EQ(changes.front().before, first);
  EXPECT_EQ(changes.front().documents, 3);
  EXPECT_EQ(Documents(shop, "orders"), before);
  EXPECT_TRUE(*IndexAdmin(*transport_).IndexExists(first)) << "one old index is kept";
  EXPECT_THAT(*FindOrphans(shop, *transport_), IsEmpty());
  Run(shop);

  Console console(true);
  const auto back = RollBack(shop, *transport_, {"orders"}, console);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(Target(shop, "orders"), first);
}

TEST_F(IndexLifecycleTest, OldIndicesBeyondTheKeptNumberAreDeleted) {
  Shop shop = OpenSmall(kThreeRows);
  Run(shop);
  const std::string first = Target(shop, "orders");
  ASSERT_TRUE(Reindex(shop));
  const std::string second = Target(shop, "orders");
  ASSERT_TRUE(Reindex(shop));
  EXPECT_FALSE(*IndexAdmin(*transport_).IndexExists(first));
  EXPECT_TRUE(*IndexAdmin(*transport_).IndexExists(second));
}

TEST_F(IndexLifecycleTest, AReindexThatFailsLeavesTheLiveIndexAndNoRuins) {
  Shop shop = OpenSmall(kThreeRows);
  Run(shop);
  const std::string live = Target(shop, "orders");
  shop.config.sources[0].csv.path = folder_ + "/gone.csv";
  const auto changes = Reindex(shop);
  ASSERT_FALSE(changes);
  EXPECT_THAT(changes.error().message, HasSubstr("gone.csv"));
  EXPECT_EQ(Target(shop, "orders"), live);
  const auto indices = IndexAdmin(*transport_).ListIndices(shop.Alias("orders") + "-*");
  ASSERT_TRUE(indices);
  EXPECT_EQ(indices->size(), 1U);
}

TEST_F(IndexLifecycleTest, AReportLosesTheRowsThatALaterRunNoLongerHas) {
  Shop shop = OpenSmall(kThreeRows);
  Run(shop, {.all_dimensions = true});
  const auto before = Documents(shop, "report-rows-latest");
  ASSERT_TRUE(IndexAdmin(*transport_).DeleteIndex(Target(shop, "orders")));
  WriteFile("sessions.csv",
            "id,client,start,bought,amount,city\n3,a,2024-01-03T10:00:00Z,yes,2.50,Bonn\n");
  const Receipt receipt = Run(shop, {.all_dimensions = true});
  EXPECT_GT(receipt.published.stale_deleted, 0);
  const auto after = Documents(shop, "report-rows-latest");
  EXPECT_LT(after.size(), before.size());
  EXPECT_EQ(Count(shop, "customer-values"), 1) << "customer b is no longer there";
}

TEST_F(IndexLifecycleTest, EveryRunLeavesItsReceipt) {
  const Shop shop = OpenSmall(kThreeRows);
  const Receipt receipt = Run(shop);
  ASSERT_TRUE(IndexAdmin(*transport_).Refresh(shop.Alias("runs")));
  const auto document = IndexAdmin(*transport_).GetDocument(shop.Alias("runs"), receipt.run_id);
  ASSERT_TRUE(document);
  ASSERT_TRUE(document->has_value());
  const Json json = Json::parse(**document);
  EXPECT_EQ(json["status"], "ok");
  EXPECT_EQ(json["books_balance"], true);
  EXPECT_EQ(json["sources"][0]["rows_read"], 3);
  auto state = StateStore::Open(shop.config.state.directory);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->Runs(1)->front().receipt, ReceiptJson(receipt));
}

TEST_F(IndexLifecycleTest, AFailedLoadSaysSoAndLeavesTheReportsAsTheyWere) {
  Shop shop = OpenSmall(kThreeRows);
  Run(shop);
  const auto before = Documents(shop, "reports");
  shop.config.limits.max_set_aside_rows = 0;
  WriteFile("sessions.csv", "id,client,start,bought,amount,city\n1,a,never,yes,1,x\n");
  Console console(true);
  const Result<Receipt> failed = RunPass(shop, {}, console);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::kData);
  EXPECT_EQ(Documents(shop, "reports"), before);
  auto state = StateStore::Open(shop.config.state.directory);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->Runs(1)->front().status, "failed");
  EXPECT_EQ(*state->CountDeadLetters(), 1) << "the row that broke the limit is kept";
}

}  // namespace
}  // namespace cartwright
