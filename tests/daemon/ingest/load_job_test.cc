#include "daemon/ingest/load_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "indexers/csv/csv.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_file.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SourceConfig Source(std::string name, FeedKind feeds) {
  SourceConfig source;
  source.name = std::move(name);
  source.feeds = feeds;
  return source;
}

Config ThreeFeeds() {
  Config config;
  config.sources = {Source("web", FeedKind::kSessions), Source("crm", FeedKind::kCustomers),
                    Source("baskets", FeedKind::kLines), Source("app", FeedKind::kCustomers)};
  return config;
}

TEST(LoadJobTest, OneSourceOfAnIndexBringsAllOthersOfThatIndex) {
  EXPECT_THAT(WholeSources(ThreeFeeds(), {"baskets"}), ElementsAre(0U, 2U));
  EXPECT_THAT(WholeSources(ThreeFeeds(), {"app"}), ElementsAre(1U, 3U));
  EXPECT_THAT(WholeSources(ThreeFeeds(), {"crm", "web"}), ElementsAre(0U, 1U, 2U, 3U));
  EXPECT_THAT(WholeSources(ThreeFeeds(), {"nobody"}), IsEmpty());
}

TEST(LoadJobTest, TellsWhichIndicesSourcesFeed) {
  const Config config = ThreeFeeds();
  EXPECT_TRUE(FeedsOrders(config, {2}));
  EXPECT_FALSE(FeedsDownloads(config, {0, 2}));
  EXPECT_TRUE(FeedsDownloads(config, {0, 3}));
  EXPECT_FALSE(FeedsOrders(config, {}));
}

/// A load of three sessions into a server that answers as the test wants.
class LoadIntoTest : public ::testing::Test {
 protected:
  LoadIntoTest() : file_("id,start\n1,2024-01-01\n2,2024-01-02\n3,2024-01-03\n", ".csv") {
    std::filesystem::create_directories(folder_);
    SourceConfig source = Source("web", FeedKind::kSessions);
    source.key = {"id"};
    source.columns = {{"session_start_date", "start"}};
    source.orders_only = true;
    source.csv.path = file_.path();
    config_.sources = {source};
    config_.state.directory = folder_;
    layout_.actions = config_.ActionNames();
    server_.Handle([this](const ReceivedRequest& request) { return Answer(request); });
  }
  ~LoadIntoTest() override { std::filesystem::remove_all(folder_); }

  /// `item_status` for every document; the index then holds `count_after_` documents.
  ScriptedReply Answer(const ReceivedRequest& request) {
    ScriptedReply reply;
    reply.body = "{}";
    if (request.target.find("/_count") != std::string::npos) {
      const std::int64_t count = counts_asked_++ == 0 ? 0 : count_after_;
      reply.body = nlohmann::json{{"count", count}, {"_shards", {{"failed", 0}}}}.dump();
    } else if (request.target.find("/_refresh") != std::string::npos) {
      reply.body = R"({"_shards":{"failed":0}})";
    } else if (request.target.find("/_bulk") != std::string::npos) {
      nlohmann::json items = nlohmann::json::array();
      const auto lines = std::count(request.body.begin(), request.body.end(), '\n');
      for (std::ptrdiff_t i = 0; i < lines / 2; ++i) {
        nlohmann::json item{{"status", item_status_}};
        if (item_status_ >= 400) {
          item["error"] = {{"type", "document_parsing_exception"}, {"reason", "no"}};
        }
        items.push_back({{"index", item}});
      }
      reply.body = nlohmann::json{{"errors", item_status_ >= 400}, {"items", items}}.dump();
    }
    return reply;
  }

  Status Load() {
    auto state = StateStore::Open(folder_);
    EXPECT_TRUE(state);
    ElasticOptions options;
    options.hosts = {server_.url()};
    const auto transport = Transport::Create(options);
    LoadJob job{config_,
                layout_,
                *state,
                "run",
                0,
                {0},
                [this](std::uint32_t index) { return OpenCsv(config_.sources[index].csv, index); },
                {},
                {},
                {}};
    const LoadTarget target{**transport, {}, 1, "orders", "downloads"};
    const Status loaded = LoadIntoElasticsearch(job, target, books_);
    letters_ = state->DeadLetters({}, 100)->size();
    return loaded;
  }

  ScriptedServer server_;
  TemporaryFile file_;
  std::string folder_ = ::testing::TempDir() + "cartwright-load-" + std::to_string(getpid());
  Config config_;
  DocumentLayout layout_;
  int item_status_ = 201;
  std::int64_t count_after_ = 3;
  std::atomic<int> counts_asked_ = 0;
  Books books_;
  std::size_t letters_ = 0;
};

TEST_F(LoadIntoTest, ASoundLoadClosesBalancedBooks) {
  const Status loaded = Load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_TRUE(books_.closed);
  ASSERT_EQ(books_.indices.size(), 1U);
  EXPECT_EQ(books_.indices[0].created, 3);
  EXPECT_EQ(books_.sources[0].used, 3);
}

TEST_F(LoadIntoTest, BooksThatDoNotBalanceFailTheLoadAndAreTold) {
  count_after_ = 5;
  const Status loaded = Load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::kInternal);
  EXPECT_THAT(loaded.error().message, HasSubstr("the books do not balance"));
  EXPECT_TRUE(books_.closed);
  EXPECT_EQ(books_.indices[0].count_after, 5);
  EXPECT_FALSE(books_.Check());
}

TEST_F(LoadIntoTest, RejectedDocumentsOfTheLastBulkSpendTheBudget) {
  item_status_ = 400;
  count_after_ = 0;
  config_.limits.max_set_aside_rows = 2;
  const Status loaded = Load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::kData);
  EXPECT_THAT(loaded.error().message, HasSubstr("rejected 3 of 3 documents"));
  EXPECT_FALSE(books_.closed);
  EXPECT_EQ(books_.indices[0].rejected, 3);
  EXPECT_EQ(books_.sources[0].set_aside, 3);
  EXPECT_EQ(letters_, 3U) << "a failed load keeps the reasons";
}

TEST_F(LoadIntoTest, RejectedDocumentsWithinTheBudgetBecomeDeadLetters) {
  item_status_ = 400;
  count_after_ = 0;
  ASSERT_TRUE(Load());
  EXPECT_TRUE(books_.closed);
  EXPECT_EQ(books_.sources[0].used, 0);
  EXPECT_EQ(books_.sources[0].set_aside, 3);
  EXPECT_EQ(letters_, 3U);
}

}  // namespace
}  // namespace cartwright
