#include "daemon/ingest/load_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cartwright {
namespace {

using ::testing::ElementsAre;
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

}  // namespace
}  // namespace cartwright
