#include "daemon/ingest/replay.h"

#include <gmock/gmock.h>

namespace cartwright {
namespace {

using ::testing::HasSubstr;

SourceConfig Source(std::string name, FeedKind feeds) {
  SourceConfig source;
  source.name = std::move(name);
  source.feeds = feeds;
  source.csv.path = source.name + ".csv";
  return source;
}

TEST(ReplayTest, ARowThatIsAWholeDocumentCanBeReplayedByItself) {
  Config config;
  config.sources = {Source("web", FeedKind::kSessions), Source("crm", FeedKind::kCustomers)};
  EXPECT_EQ(WhyNotAlone(config, config.sources[0]), "");
  EXPECT_EQ(WhyNotAlone(config, config.sources[1]), "");
}

TEST(ReplayTest, ARowOfAComposedDocumentCannotAndSaysWhatToDo) {
  Config config;
  config.sources = {Source("web", FeedKind::kSessions), Source("crm", FeedKind::kCustomers),
                    Source("baskets", FeedKind::kLines)};
  EXPECT_EQ(WhyNotAlone(config, config.sources[1]), "") << "customers have no lines";
  const std::string session = WhyNotAlone(config, config.sources[0]);
  EXPECT_THAT(session, HasSubstr("from its session and all its lines only"));
  EXPECT_THAT(session, HasSubstr("mend the row in web.csv"));
  const std::string line = WhyNotAlone(config, config.sources[2]);
  EXPECT_THAT(line, HasSubstr("from all its lines only"));
  EXPECT_THAT(line, HasSubstr("cartwright once --load-only --source baskets"));
}

TEST(ReplayTest, AnEventCannotAndSaysWhatToDo) {
  Config config;
  config.sources = {Source("clicks", FeedKind::kEvents)};
  EXPECT_THAT(WhyNotAlone(config, config.sources[0]), HasSubstr("from all its events only"));
}

TEST(ReplayTest, ANumberedKeyNeedsTheRowsBeforeIt) {
  Config config;
  config.sources = {Source("web", FeedKind::kSessions)};
  config.sources[0].repeated_keys = "number";
  EXPECT_THAT(WhyNotAlone(config, config.sources[0]), HasSubstr("counts the rows of its key"));
}

}  // namespace
}  // namespace cartwright
