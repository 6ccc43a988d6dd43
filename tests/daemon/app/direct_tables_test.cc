#include "daemon/app/direct_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <sstream>
#include <string>

#include "daemon/app/direct_rows.h"
#include "daemon/app/shop.h"
#include "daemon/app/tables_layout.h"
#include "daemon/base/parallel.h"
#include "daemon/demo/demo_shop.h"
#include "daemon/ingest/dead_letter_keeper.h"
#include "daemon/load/records.h"

namespace cartwright {
namespace {

std::string ReadAll(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// A demo shop in a folder of its own, read in both ways.
class DirectTablesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    DemoOptions options;
    options.sessions = 500;
    ASSERT_TRUE(WriteDemoShop(options, folder_));
    shop_ = OpenShop(Path("shop.yaml"), {}, [](const std::string&) {}).value();
    state_.emplace(StateStore::Open(Path("state")).value());
  }
  ~DirectTablesTest() override {
    SetParallelThreads(0);
    std::filesystem::remove_all(folder_);
  }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  LoadJob Job() {
    std::vector<std::size_t> sources(shop_.config.sources.size());
    std::iota(sources.begin(), sources.end(), std::size_t{0});
    return {shop_.config, shop_.layout, *state_, "run", 0, sources, SourceOpener(shop_.config),
            {},           stop_,        {}};
  }

  std::optional<DirectTables> Direct(std::size_t part_bytes) {
    const LoadJob job = Job();
    return ReadDirectly(job, shop_.TablesLayout(), shop_.zone, part_bytes).value();
  }

  /// The tables of the way that defines what is right, and its books.
  ShopTables Shaped(std::vector<SourceBook>& books) {
    const LoadJob job = Job();
    DeadLetterKeeper keeper(job, 1);
    ShopShaper shaper = ReadSources(job, keeper).value();
    ShopTablesBuilder builder(shop_.TablesLayout(), shop_.zone);
    RecordAdder adder(builder);
    EXPECT_TRUE(shaper.EmitSessions([&](const SessionRecord& record, auto) -> Status {
      adder.AddSession(record);
      return {};
    }));
    EXPECT_TRUE(shaper.EmitCustomers([&](const CustomerRecord& record, auto) -> Status {
      adder.AddCustomer(record);
      return {};
    }));
    books = ShapedBooks(job, shaper);
    return std::move(builder).Finish().value();
  }

  std::string folder_ = testing::TempDir() + "direct_" + std::to_string(getpid()) + "_" +
                        testing::UnitTest::GetInstance()->current_test_info()->name();
  Shop shop_;
  std::optional<StateStore> state_;
  StopRequested stop_;
};

void ExpectEqualTexts(const Dictionary& a, const Dictionary& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::uint32_t code = 0; code < a.size(); ++code) {
    ASSERT_EQ(a.Text(code), b.Text(code));
  }
}

void ExpectEqualTables(const ShopTables& a, const ShopTables& b) {
  EXPECT_EQ(a.sessions.start, b.sessions.start);
  EXPECT_EQ(a.sessions.day, b.sessions.day);
  EXPECT_EQ(a.sessions.client, b.sessions.client);
  EXPECT_EQ(a.sessions.actions, b.sessions.actions);
  EXPECT_EQ(a.sessions.amount, b.sessions.amount);
  EXPECT_EQ(a.sessions.promotion, b.sessions.promotion);
  EXPECT_EQ(a.sessions.first_orders, b.sessions.first_orders);
  EXPECT_EQ(a.sessions.dimensions[0].code, b.sessions.dimensions[0].code);
  EXPECT_EQ(a.sessions.line_begin, b.sessions.line_begin);
  EXPECT_EQ(a.sessions.line_item, b.sessions.line_item);
  EXPECT_EQ(a.sessions.line_quantity, b.sessions.line_quantity);
  EXPECT_EQ(a.sessions.line_price, b.sessions.line_price);
  EXPECT_EQ(*a.sessions.items, *b.sessions.items);
  EXPECT_EQ(a.customers.client, b.customers.client);
  EXPECT_EQ(a.customers.download, b.customers.download);
  EXPECT_EQ(a.customers.signup, b.customers.signup);
  ExpectEqualTexts(a.clients, b.clients);
  ExpectEqualTexts(a.sessions.promotions, b.sessions.promotions);
  ExpectEqualTexts(a.sessions.products, b.sessions.products);
  ExpectEqualTexts(a.sessions.categories, b.sessions.categories);
  ExpectEqualTexts(a.sessions.dimensions[0].values, b.sessions.dimensions[0].values);
}

TEST_F(DirectTablesTest, GivesWhatTheShaperGivesForAnyPartsAndThreads) {
  std::vector<SourceBook> books;
  const ShopTables expected = Shaped(books);
  ASSERT_EQ(expected.sessions.size(), 500U);
  ASSERT_GT(expected.sessions.line_item.size(), 20U);
  for (const int threads : {1, 2, 4}) {
    SetParallelThreads(threads);
    for (const std::size_t part_bytes : {std::size_t{50}, std::size_t{3'000}, kDirectPartBytes}) {
      const std::optional<DirectTables> direct = Direct(part_bytes);
      ASSERT_TRUE(direct) << part_bytes << " bytes a part";
      ExpectEqualTables(direct->tables, expected);
      ASSERT_EQ(direct->sources.size(), books.size());
      for (std::size_t i = 0; i < books.size(); ++i) {
        EXPECT_EQ(direct->sources[i].name, books[i].name);
        EXPECT_EQ(direct->sources[i].read, books[i].read);
        EXPECT_EQ(direct->sources[i].used, books[i].used);
      }
    }
  }
}

TEST_F(DirectTablesTest, QuotesAroundALineEndAreReadRightOrNotAtAll) {
  std::string lines = ReadAll(Path("lines.csv"));
  const std::size_t row = lines.find('\n') + 1;
  const std::size_t product = lines.find(',', row) + 1;
  const std::size_t name = lines.find(',', product) + 1;
  const std::size_t end = lines.find(',', name);
  lines.replace(name, end - name, "\"two\nlines of a \"\"name\"\"\"");
  std::ofstream(Path("lines.csv"), std::ios::binary) << lines;
  std::vector<SourceBook> books;
  const ShopTables expected = Shaped(books);
  int read = 0;
  for (std::size_t part_bytes = 40; part_bytes < 400; part_bytes += 61) {
    const std::optional<DirectTables> direct = Direct(part_bytes);
    if (direct) {
      ++read;
      ExpectEqualTables(direct->tables, expected);
    }
  }
  EXPECT_GT(read, 0);
}

TEST_F(DirectTablesTest, LeavesEverythingUnusualToTheShaper) {
  ASSERT_TRUE(Direct(3'000));
  const std::string sessions = ReadAll(Path("sessions.csv"));
  const std::string lines = ReadAll(Path("lines.csv"));
  const std::string first_row = sessions.substr(
      sessions.find('\n') + 1, sessions.find('\n', sessions.find('\n') + 1) - sessions.find('\n'));
  const auto refused = [&](const std::string& name, const std::string& text) {
    const std::string before = ReadAll(Path(name));
    std::ofstream(Path(name), std::ios::binary) << text;
    const bool is_refused = !Direct(3'000).has_value();
    std::ofstream(Path(name), std::ios::binary) << before;
    return is_refused;
  };
  EXPECT_TRUE(refused("sessions.csv", sessions + first_row)) << "a key that comes again";
  EXPECT_TRUE(refused("sessions.csv", sessions + "S1,c,not a date,,,,false,false,false,,,\n"));
  EXPECT_TRUE(refused("sessions.csv", sessions + "S1,too few\n"));
  EXPECT_TRUE(refused("sessions.csv",
                      sessions + "\n" + "S1,,2025-01-03T20:23:39Z,,,,false,false,false,,,\n"))
      << "a blank line before a row";
  EXPECT_TRUE(refused("sessions.csv", "\xEF\xBB\xBF" + sessions)) << "a mark is noted";
  EXPECT_TRUE(refused("lines.csv", lines + "no such order,P1,,,,1,1.00\n"));
  EXPECT_TRUE(refused("lines.csv", lines.substr(0, lines.find('\n') + 1))) << "no row";
  EXPECT_FALSE(refused("sessions.csv", sessions + "\n\n")) << "blank lines behind the last row";
}

TEST_F(DirectTablesTest, LeavesRulesThatNeedMoreThanOneRowToTheShaper) {
  EXPECT_TRUE(CanReadDirectly(shop_.config));
  const auto allowed = [this](const std::function<void(SourceConfig&, SourceConfig&)>& change) {
    Config config = shop_.config;
    change(config.sources[0], config.sources[1]);
    return CanReadDirectly(config);
  };
  EXPECT_FALSE(allowed([](auto& sessions, auto&) { sessions.repeated_keys = "number"; }));
  EXPECT_FALSE(allowed([](auto& sessions, auto&) { sessions.skip.emplace_back(); }));
  EXPECT_FALSE(allowed([](auto& sessions, auto&) { sessions.feeds = FeedKind::kLines; }));
  EXPECT_FALSE(allowed([](auto&, auto& lines) { lines.key = {"session_id"}; }));
  EXPECT_FALSE(allowed([](auto&, auto& lines) { lines.dimensions = {{"city", "name"}}; }));
  EXPECT_FALSE(allowed([](auto&, auto& lines) { lines.returns.order_prefix = "R"; }));
}

TEST_F(DirectTablesTest, StopsWhenAsked) {
  stop_ = [] { return true; };
  const LoadJob job = Job();
  const auto direct = ReadDirectly(job, shop_.TablesLayout(), shop_.zone, 3'000);
  ASSERT_FALSE(direct);
  EXPECT_EQ(direct.error().kind, ErrorKind::kCancelled);
}

}  // namespace
}  // namespace cartwright
