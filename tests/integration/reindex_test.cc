// The reindex protocol on a real node: copies, changes of shards and mapping, what verification
// finds, kills at each moment, leases.

#include "daemon/app/reindex.h"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <csignal>

#include "daemon/app/index_plan.h"
#include "daemon/app/shop_leases.h"
#include "daemon/state/reindex_journal.h"
#include "tests/integration/shop_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
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
analyses: {stats: {}, segmentation: {}}
)";

constexpr const char* kRows =
    "1,a,2024-01-01T10:00:00Z,yes,1.50,Bonn\n"
    "2,b,2024-01-02T10:00:00Z,no,,Köln\n"
    "3,a,2024-02-03T10:00:00Z,yes,2.50,Bonn\n";

class ReindexTest : public RealShopTest {
 protected:
  Shop OpenSmall(const std::string& rows = kRows) {
    WriteRows(rows);
    return Open(WriteFile("shop.yaml", kConfig));
  }
  void WriteRows(const std::string& rows) {
    WriteFile("sessions.csv", "id,client,start,bought,amount,city\n" + rows);
  }
  std::string Target(const Shop& shop, const std::string& name) {
    const auto targets = IndexAdmin(*transport_).AliasTargets(shop.Alias(name));
    EXPECT_TRUE(targets && targets->size() == 1);
    return targets && !targets->empty() ? targets->front() : "";
  }
  Result<ReindexOutcome> Reindex(const Shop& shop, const std::vector<std::string>& names,
                                 Origin origin, const ReindexMoments& moments = {}) {
    Console console(true);
    return RebuildIndices(shop, *transport_, {names, origin}, console, moments);
  }
  std::vector<std::string> AllNames(const Shop& shop) {
    std::vector<std::string> names;
    for (const WantedIndex& index : WantedIndices(shop)) {
      names.push_back(index.name);
    }
    return names;
  }
  std::map<std::string, std::int64_t> Versions(const std::string& index) {
    std::map<std::string, std::int64_t> versions;
    EXPECT_TRUE(IndexAdmin(*transport_).Refresh(index));
    ReadRequest request;
    request.index = index;
    request.versions = true;
    EXPECT_TRUE(ReadPointInTime(*transport_, request, [&versions](const HitPage& page) {
      return page.Each([&versions](const Hit& hit) -> Status {
        versions[std::string(hit.id)] = hit.version;
        return {};
      });
    }));
    return versions;
  }
  Json Settings(const std::string& index) {
    return Json::parse(*IndexAdmin(*transport_).GetSettings(index));
  }
  std::optional<UnfinishedReindex> Unfinished(const Shop& shop) {
    return *ReindexJournal::Open(shop.config.state.directory)->Unfinished();
  }
  /// Sends a request that must succeed.
  void Send(const std::string& method, const std::string& path, const std::string& body = "") {
    const auto response = transport_->Perform({method, path, body, ""});
    ASSERT_TRUE(response) << response.error().message;
    ASSERT_LT(response->status, 300) << response->body;
  }
  /// The first index that is being built.
  std::string Building(const Shop& shop, const std::string& name) {
    IndexAdmin admin(*transport_);
    const auto building = PhysicalIndices(admin, FindWantedIndex(shop, name), true);
    return building && !building->empty() ? building->front() : "";
  }
  /// Runs a reindex in a process of its own that is killed at `moment`.
  void KillAt(const Shop& shop, const std::string& moment, Origin origin) {
    const pid_t child = fork();
    if (child == 0) {
      ElasticOptions options;
      options.hosts = {url_};
      const std::unique_ptr<Transport> transport = Transport::Create(options).value();
      Console console(true);
      (void)RebuildIndices(shop, *transport, {{"orders"}, origin}, console,
                           [&moment](std::string_view reached) {
                             if (reached == moment) {
                               raise(SIGKILL);
                             }
                           });
      _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the reindex never reached " << moment;
  }
};

TEST_F(ReindexTest, EveryIndexOfTheContractIsCopiedWithItsVersions) {
  const Shop shop = OpenSmall();
  Run(shop);
  // Two that this small shop leaves empty.
  for (const char* name : {"downloads", "customer-values"}) {
    Send("PUT", "/" + shop.Alias(name) + "/_doc/a?version=5&version_type=external",
         R"({"client":"a"})");
  }
  std::map<std::string, std::string> before;
  for (const std::string& name : AllNames(shop)) {
    before[name] = Target(shop, name);
  }
  const auto outcome = Reindex(shop, AllNames(shop), Origin::kIndex);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_THAT(outcome->changes, SizeIs(before.size()));
  for (const auto& [name, old_index] : before) {
    const std::string now = Target(shop, name);
    EXPECT_NE(now, old_index);
    auto versions = Versions(now);
    if (name == "runs") {
      EXPECT_EQ(versions.erase(outcome->receipt.run_id), 1U) << "the reindex left its receipt";
    } else {
      EXPECT_THAT(versions, testing::Not(IsEmpty())) << name;
    }
    EXPECT_EQ(versions, Versions(old_index)) << name;
    EXPECT_FALSE(Settings(now).contains("index.refresh_interval")) << name;
  }
  Run(shop);
}

TEST_F(ReindexTest, ShardsAndAFieldsTypeAreChangedByCopying) {
  Shop shop = OpenSmall();
  // An index of an earlier version: one field has another type.
  WantedIndex old_index = FindWantedIndex(shop, "orders");
  Json mapping = Json::parse(old_index.mapping);
  mapping["properties"]["total_products"]["type"] = "keyword";
  mapping["properties"]["total_products"].erase("coerce");
  old_index.mapping = mapping.dump();
  ASSERT_TRUE(
      IndexAdmin(*transport_)
          .CreateIndex(prefix_ + "orders-v1-20200101t000000000z", CreateBody(old_index, {})));
  Send("PUT", "/" + prefix_ + "orders/_doc/7?version=70&version_type=external&refresh=true",
       R"({"id":"7","session_start_date":"2024-01-01T00:00:00.000Z","payment_amount":0.10,
           "total_products":3})");
  shop.config.indices.orders.shards = 3;
  const auto plan = PlanIndices(shop, *transport_, SystemClock().Now());
  ASSERT_TRUE(plan) << plan.error().message;
  std::string differences;
  for (const IndexAction& action : *plan) {
    if (action.kind == IndexAction::Kind::kRebuild) {
      for (const std::string& difference : action.differences) {
        differences += difference + "\n";
      }
    }
  }
  EXPECT_THAT(differences, HasSubstr("shards: the index has 2, the configuration wants 3"));
  EXPECT_THAT(differences, HasSubstr("total_products:type: the index has \"keyword\""));

  const auto outcome = Reindex(shop, {"orders"}, Origin::kIndex);
  ASSERT_TRUE(outcome) << outcome.error().message;
  const std::string now = Target(shop, "orders");
  EXPECT_EQ(Settings(now)["index.number_of_shards"], "3");
  EXPECT_THAT(Versions(now), ElementsAre(testing::Pair("7", 70)));
  Run(shop);
}

TEST_F(ReindexTest, ReplicasAloneNeedOnlySetup) {
  Shop shop = OpenSmall();
  Run(shop);
  const std::string before = Target(shop, "orders");
  shop.config.indices.orders.replicas = 1;
  const auto plan = PlanIndices(shop, *transport_, SystemClock().Now());
  ASSERT_TRUE(plan);
  for (const IndexAction& action : *plan) {
    EXPECT_EQ(action.kind, action.index.name == "orders" ? IndexAction::Kind::kChangeSettings
                                                         : IndexAction::Kind::kNothing);
  }
  EXPECT_EQ(Settings(before)["index.number_of_replicas"], "0") << "planning changes nothing";
  ASSERT_TRUE(ApplyPlan(*plan, *transport_));
  EXPECT_EQ(Target(shop, "orders"), before);
  EXPECT_EQ(Settings(before)["index.number_of_replicas"], "1");
}

TEST_F(ReindexTest, SetupMendsALiveIndexThatNeverRefreshes) {
  const Shop shop = OpenSmall();
  Run(shop);
  const std::string live = Target(shop, "orders");
  ASSERT_TRUE(IndexAdmin(*transport_).PutSettings(live, R"({"index.refresh_interval":"-1"})"));
  const auto plan = PlanIndices(shop, *transport_, SystemClock().Now());
  ASSERT_TRUE(plan);
  ASSERT_TRUE(ApplyPlan(*plan, *transport_));
  EXPECT_FALSE(Settings(live).contains("index.refresh_interval"));
}

TEST_F(ReindexTest, WhatIsNotWhatWasReadIsNeverPublished) {
  const Shop shop = OpenSmall();
  Run(shop);
  const std::string live = Target(shop, "orders");
  const auto before = Documents(shop, "orders");
  const std::string source =
      R"({"id":"1","client":"a","session_start_date":"2024-01-01T10:00:00.000Z",)";
  struct Case {
    std::string method, query, body, message;
  };
  // Each tampers with document 1 of the new index after it was loaded, and keeps its version.
  const std::vector<Case> cases = {
      {"DELETE", "", "", "2 documents, not 3"},
      {"PUT", "", source + R"("payment_amount":1.51})",
       "payment_amount of 2024-01 sums up to 151 minor units, not 150"},
      {"PUT", "", source + R"("payment_amount":1.5,"has_purchased":false})",
       "of the document \"1\""},
      {"PUT", "", R"({"session_start_date":"2023-01-01T10:00:00.000Z","payment_amount":1.5})",
       "1 documents of 2024-01, not 2"},
  };
  for (const Case& tampered : cases) {
    SCOPED_TRACE(tampered.message);
    const auto outcome = Reindex(shop, {"orders"}, Origin::kSources, [&](std::string_view moment) {
      if (moment == "loaded") {
        const std::string building = Building(shop, "orders");
        const std::int64_t version = Versions(building).at("1");
        Send(
            tampered.method,
            "/" + building + "/_doc/1?version_type=external_gte&version=" + std::to_string(version),
            tampered.body);
      }
    });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::kPermanent);
    EXPECT_THAT(outcome.error().message, HasSubstr(tampered.message));
    EXPECT_EQ(Target(shop, "orders"), live);
    EXPECT_EQ(Documents(shop, "orders"), before);
    EXPECT_EQ(Building(shop, "orders"), "") << "no ruins";
    EXPECT_FALSE(Unfinished(shop));
  }
}

TEST_F(ReindexTest, AnIndexThatSomebodyWritesToWhileItIsCopiedIsNotReplaced) {
  const Shop shop = OpenSmall();
  Run(shop);
  const std::string live = Target(shop, "orders");
  const auto outcome = Reindex(shop, {"orders"}, Origin::kIndex, [&](std::string_view moment) {
    if (moment == "loaded") {
      Send("PUT", "/" + live + "/_doc/99", R"({"id":"99"})");
    }
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(outcome.error().message, HasSubstr("was written to while it was copied"));
  EXPECT_EQ(Target(shop, "orders"), live);
}

TEST_F(ReindexTest, KilledAtAnyMomentItServesThroughoutAndIsTakenUpAgain) {
  Shop shop = OpenSmall();
  Run(shop);
  const auto documents = Documents(shop, "orders");
  using Step = ReindexStep;
  const std::vector<std::pair<std::string, Step>> moments = {
      {"begun", Step::kBegun},        {"created", Step::kCreated}, {"loading", Step::kCreated},
      {"loaded", Step::kLoaded},      {"restored", Step::kLoaded}, {"verified", Step::kVerified},
      {"swap_sent", Step::kVerified}, {"swapped", Step::kSwapped}, {"marked_live", Step::kSwapped}};
  for (const Origin origin : {Origin::kSources, Origin::kIndex}) {
    for (const auto& [moment, step] : moments) {
      SCOPED_TRACE(moment + (origin == Origin::kIndex ? " from the index" : " from the sources"));
      const std::string live = Target(shop, "orders");
      const auto versions = Versions(live);
      KillAt(shop, moment, origin);
      ASSERT_TRUE(Unfinished(shop));
      EXPECT_EQ(Unfinished(shop)->step, step);
      EXPECT_EQ(Documents(shop, "orders"), documents) << "somebody serves, and serves everything";
      const std::string run_id = Unfinished(shop)->run_id;

      const auto outcome = Reindex(shop, {"orders"}, origin);
      ASSERT_TRUE(outcome) << outcome.error().message;
      EXPECT_TRUE(outcome->resumed);
      EXPECT_EQ(outcome->receipt.run_id, run_id);
      EXPECT_FALSE(Unfinished(shop));
      const std::string now = Target(shop, "orders");
      EXPECT_NE(now, live);
      EXPECT_EQ(Documents(shop, "orders"), documents);
      if (origin == Origin::kIndex) {
        EXPECT_EQ(Versions(now), versions);
      }
      EXPECT_FALSE(Settings(now).contains("index.refresh_interval"));
      EXPECT_EQ(Building(shop, "orders"), "");
      EXPECT_THAT(*IndexAdmin(*transport_).ListIndices(shop.Alias("orders") + "-v*"),
                  ElementsAre(live, now))
          << "one old index is kept";
    }
  }
  Run(shop);
}

TEST_F(ReindexTest, ACutReindexWhoseLeaseRanOutStartsAgainAndHasWhatWasWrittenMeanwhile) {
  Shop shop = OpenSmall();
  Run(shop);
  KillAt(shop, "verified", Origin::kIndex);
  const std::string run_id = Unfinished(shop)->run_id;
  Console console(true);
  const Result<Receipt> refused = RunPass(shop, {}, console);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(refused.error().message, HasSubstr("is being reindexed by run " + run_id));
  EXPECT_THAT(*FindOrphans(shop, *transport_), IsEmpty()) << "its lease still stands";

  const SystemClock clock;
  IndexLeases leases(*transport_, LeaseIndex(shop), clock);
  ASSERT_TRUE(*leases.Renew(run_id, clock.Now() - 1));
  const auto orphans = FindOrphans(shop, *transport_);
  ASSERT_TRUE(orphans);
  ASSERT_THAT(*orphans, SizeIs(1));
  EXPECT_THAT(DescribeOrphan(shop, orphans->front()), HasSubstr("cartwright reindex goes on"));
  WriteRows(std::string(kRows) + "4,d,2024-03-01T10:00:00Z,yes,9.99,Ulm\n");
  Run(shop);
  EXPECT_EQ(Count(shop, "orders"), 4);

  const auto outcome = Reindex(shop, {"orders"}, Origin::kIndex);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->receipt.run_id, run_id);
  EXPECT_EQ(Count(shop, "orders"), 4) << "what had been copied before lacks the fourth";
}

TEST_F(ReindexTest, TwoAliasesAreSwappedInOneCallAndRolledBackInOne) {
  const Shop shop = OpenSmall();
  Run(shop);
  const std::string orders = Target(shop, "orders");
  const std::string runs = Target(shop, "runs");
  ASSERT_TRUE(Reindex(shop, {"orders", "runs"}, Origin::kIndex));
  EXPECT_NE(Target(shop, "orders"), orders);
  // The kept index of runs could not serve: nothing is rolled back.
  ASSERT_TRUE(IndexAdmin(*transport_).PutSettings(runs, R"({"index.refresh_interval":"-1"})"));
  Console console(true);
  const auto refused = RollBack(shop, *transport_, {"orders", "runs"}, console);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("would never refresh"));
  EXPECT_NE(Target(shop, "orders"), orders);
  ASSERT_TRUE(IndexAdmin(*transport_).PutSettings(runs, R"({"index.refresh_interval":null})"));
  const auto changes = RollBack(shop, *transport_, {"orders", "runs"}, console);
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_EQ(Target(shop, "orders"), orders);
  EXPECT_EQ(Target(shop, "runs"), runs);
}

TEST_F(ReindexTest, WhatAnUnknownRunLeftIsListedWithHowToDeleteIt) {
  const Shop shop = OpenSmall();
  Run(shop);
  const WantedIndex index = FindWantedIndex(shop, "orders");
  const std::string left = PhysicalName(index, SystemClock().Now());
  ASSERT_TRUE(IndexAdmin(*transport_)
                  .CreateIndex(left, CreateBody(index, {false, true, "building", "lost-run"})));
  ASSERT_TRUE(Reindex(shop, {"orders"}, Origin::kSources));
  const auto orphans = FindOrphans(shop, *transport_);
  ASSERT_TRUE(orphans);
  ASSERT_THAT(*orphans, SizeIs(1)) << "it is never deleted unasked";
  EXPECT_THAT(DescribeOrphan(shop, orphans->front()), HasSubstr("curl -X DELETE"));
  EXPECT_THAT(DescribeOrphan(shop, orphans->front()), HasSubstr(left));
}

TEST_F(ReindexTest, OnlyOneReindexOfAnIndexRunsAtATime) {
  const Shop shop = OpenSmall();
  Run(shop);
  Shop elsewhere = shop;
  elsewhere.config.state.directory = folder_ + "/state-of-another-machine";
  int refused = 0;
  const auto outcome = Reindex(shop, {"orders"}, Origin::kSources, [&](std::string_view moment) {
    if (moment == "created") {
      for (const Shop& other : {shop, elsewhere}) {
        const auto second = Reindex(other, {"orders"}, Origin::kSources);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().kind, ErrorKind::kTransient) << second.error().message;
        ++refused;
      }
    }
  });
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(refused, 2);
}

TEST_F(ReindexTest, OfTwoWhoWantALeaseOneGetsItAndAnExpiredOneIsTakenOver) {
  FixedClock clock(1'000'000);
  IndexLeases leases(*transport_, prefix_ + "leases", clock);
  const auto lease = [](const std::string& run, LeaseKind kind) {
    return Lease{run, kind, "host:1", {"orders"}, 1'000'000, 1'060'000};
  };
  EXPECT_THAT(*leases.TryTake(lease("load", LeaseKind::kLoad)), IsEmpty());
  EXPECT_THAT(*leases.TryTake(lease("other load", LeaseKind::kLoad)), IsEmpty());
  const Lease first = lease("first", LeaseKind::kReindex);
  EXPECT_THAT(*leases.TryTake(first), IsEmpty());
  EXPECT_THAT(*leases.LoadsBefore(first), SizeIs(2));
  EXPECT_THAT(*leases.TryTake(lease("late load", LeaseKind::kLoad)), ElementsAre(first));
  EXPECT_THAT(*leases.TryTake(lease("second", LeaseKind::kReindex)), ElementsAre(first));
  ASSERT_TRUE(leases.Release("load"));
  EXPECT_THAT(*leases.LoadsBefore(first), SizeIs(1));

  clock.Set(1'060'000);
  EXPECT_THAT(*leases.LoadsBefore(first), IsEmpty()) << "a dead load holds nobody up for ever";
  EXPECT_TRUE(leases.Find("first")->has_value());
  Lease second = lease("second", LeaseKind::kReindex);
  second.expires_at = 1'120'000;
  EXPECT_THAT(*leases.TryTake(second), IsEmpty());
  EXPECT_FALSE(leases.Find("first")->has_value());
  EXPECT_FALSE(*leases.Renew("first", 2'000'000)) << "it is lost and must not write any more";
  EXPECT_TRUE(*leases.Renew("second", 2'000'000));
}

}  // namespace
}  // namespace cartwright
