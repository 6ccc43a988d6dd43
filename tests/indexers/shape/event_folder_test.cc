#include "indexers/shape/event_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/base/action_bits.h"
#include "tests/indexers/shape/shop_fixture.h"

namespace cartwright {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kPayment = 0;
constexpr std::size_t kRefund = 4;

/// Columns time, type, product, category, code, brand, price, units, user, session.
SourceConfig EventSource(std::string name = "clicks") {
  SourceConfig source;
  source.name = std::move(name);
  source.feeds = FeedKind::kEvents;
  source.columns = {{"event_time", "time"},    {"event_type", "type"},
                    {"product_id", "product"}, {"category_id", "category"},
                    {"category_code", "code"}, {"brand", "brand"},
                    {"price", "price"},        {"quantity", "units"},
                    {"user_id", "user"},       {"user_session", "session"}};
  return source;
}

/// Events of users without a session id.
SourceConfig VisitorSource() {
  SourceConfig source = EventSource();
  source.columns.pop_back();
  return source;
}

constexpr const char* kEventHeader =
    "time,type,product,category,code,brand,price,units,user,session\n";

std::string Events(const std::string& rows) { return kEventHeader + rows; }

std::string Event(const std::string& minute, const std::string& type, const std::string& product,
                  const std::string& price, const std::string& units = "1",
                  const std::string& session = "s") {
  return "2024-01-02 10:" + minute + ":00," + type + "," + product + ",7,,," + price + "," + units +
         ",u," + session + "\n";
}

/// One session as text: flags, start, end, payment, refund and its items.
std::string Told(const SessionRecord& session) {
  std::ostringstream out;
  out << session.key << " by " << session.client.value_or("-") << " from " << session.start
      << " to " << session.date.value_or(-1) << (session.has_purchased ? " bought" : "")
      << " actions " << session.actions;
  for (const std::size_t kind : {kPayment, kRefund}) {
    out << " " << (session.amounts[kind] ? std::to_string(session.amounts[kind]->minor) : "-");
  }
  for (const ItemRecord& item : session.items) {
    out << " " << item.quantity << "x" << item.product << "/" << item.category.value_or("-") << "@"
        << (item.price ? std::to_string(item.price->scaled) : "-");
  }
  return out.str();
}

std::vector<std::string> Told(const ShapedShop& shop) {
  std::vector<std::string> told;
  for (const SessionRecord& session : shop.sessions) {
    told.push_back(Told(session));
  }
  std::sort(told.begin(), told.end());
  return told;
}

void ExpectBalance(const ShapedShop& shop) {
  std::vector<std::int64_t> used(shop.counts.size(), 0);
  std::set<std::pair<std::uint32_t, std::uint64_t>> rows;
  for (const std::vector<RowRef>& refs : shop.session_rows) {
    for (const RowRef& ref : refs) {
      ++used[ref.source];
      EXPECT_TRUE(rows.emplace(ref.source, ref.ordinal).second) << "a row belongs to one document";
    }
  }
  for (std::size_t i = 0; i < shop.counts.size(); ++i) {
    EXPECT_TRUE(shop.counts[i].Balances()) << i;
    EXPECT_EQ(shop.counts[i].used, used[i]) << i;
  }
}

TEST(EventFolderTest, FoldsTheEventsOfASessionWhateverTheirOrder) {
  const std::string rows = Event("05", "cart", "b", "3.50", "2") + Event("00", "view", "a", "") +
                           Event("09", "purchase", "b", "3.33", "2") +
                           Event("01", "cart", "a", "1.00") + Event("10", "view", "a", "");
  const ShapedShop shop = ShapeTexts(ShopOf({EventSource()}), {Events(rows)});
  ASSERT_EQ(shop.error, "");
  // 2024-01-02T10:00Z is 1704189600000.
  EXPECT_THAT(Told(shop), ElementsAre("s by u from 1704189600000 to 1704190200000 bought actions "
                                      "11 666 - 2xb/7@3330000"));
  EXPECT_EQ(shop.sessions[0].id, "s");
  EXPECT_EQ(shop.sessions[0].source, "clicks");
  EXPECT_EQ(shop.sessions[0].version, std::nullopt);
  ExpectBalance(shop);
}

TEST(EventFolderTest, KeepsWhatIsLeftInTheBasketWhereNothingWasBought) {
  for (const std::string remove : {"remove_from_cart", "removefromcart", "remove"}) {
    const std::string rows = Event("00", "cart", "a", "1.00", "3") +
                             Event("01", "cart", "b", "2.00") + Event("02", remove, "a", "", "1") +
                             Event("03", "cart", "a", "1.10") + Event("04", remove, "b", "", "5") +
                             Event("05", remove, "never added", "");
    const ShapedShop shop = ShapeTexts(ShopOf({EventSource()}), {Events(rows)});
    EXPECT_THAT(Told(shop), ElementsAre("s by u from 1704189600000 to 1704189900000 actions 3 - - "
                                        "3xa/7@1100000"))
        << remove;
    ExpectBalance(shop);
  }
}

TEST(EventFolderTest, NoFlagImpliesAnother) {
  SourceConfig source = EventSource();
  source.events.checkout = {"checkout"};
  const ShapedShop shop =
      ShapeTexts(ShopOf({source}), {Events(Event("00", "purchase", "a", "1.00", "1", "bought") +
                                           Event("00", "cart", "a", "", "1", "emptied") +
                                           Event("01", "remove", "a", "", "1", "emptied") +
                                           Event("00", "checkout", "", "", "", "seen") +
                                           Event("00", "remove", "a", "", "1", "taken"))});
  std::map<std::string, std::uint32_t> actions;
  for (const SessionRecord& session : shop.sessions) {
    actions[session.id] = session.actions;
    EXPECT_EQ(session.items.empty(), session.id != "bought");
  }
  EXPECT_EQ(actions["bought"], kHasSessionsBit | kPurchasedBit);
  EXPECT_EQ(actions["emptied"], kHasSessionsBit | kHasBasketBit);
  EXPECT_EQ(actions["seen"], kHasSessionsBit | kOrderScreenBit);
  EXPECT_EQ(actions["taken"], kHasSessionsBit);
}

TEST(EventFolderTest, RoundsTheSumOnceAndBooksNegativePricesAsARefund) {
  SourceConfig source = EventSource();
  source.allow_negative_amounts = true;
  const std::string rows = Event("00", "purchase", "a", "0.3333") +
                           Event("01", "purchase", "a", "0.3333") +
                           Event("02", "purchase", "b", "-0.25", "2");
  const ShapedShop shop = ShapeTexts(ShopOf({source}), {Events(rows)});
  EXPECT_THAT(Told(shop), ElementsAre(HasSubstr(" bought actions 9 67 50 1xa/7@333300 1xa/7@333300 "
                                                "2xb/7@-250000")));
}

TEST(EventFolderTest, PartsAUsersSessionsWhereMoreThanTheInactivityLies) {
  const std::string rows = Event("00", "view", "a", "") + Event("30", "view", "a", "") +
                           "2024-01-02 11:00:01,purchase,a,7,,,2.00,1,u,\n" +
                           "2024-01-02 10:10:00,view,a,7,,,,1,v:1,\n";
  const ShapedShop shop = ShapeTexts(ShopOf({VisitorSource()}), {Events(rows)});
  EXPECT_THAT(Told(shop),
              ElementsAre("u:1704189600000 by u from 1704189600000 to 1704191400000 actions 1 - -",
                          "u:1704193201000 by u from 1704193201000 to 1704193201000 bought actions "
                          "9 200 - 1xa/7@2000000",
                          "v%3A1:1704190200000 by v:1 from 1704190200000 to 1704190200000 actions "
                          "1 - -"));
  ExpectBalance(shop);
  SourceConfig longer = VisitorSource();
  longer.events.inactivity_minutes = 31;
  EXPECT_EQ(ShapeTexts(ShopOf({longer}), {Events(rows)}).sessions.size(), 2U);
}

TEST(EventFolderTest, WithoutASessionIdAGuestHasNoSession) {
  const ShapedShop shop =
      ShapeTexts(ShopOf({VisitorSource()}), {Events("2024-01-02 10:00:00,view,a,7,,,,1,0,\n")});
  ASSERT_EQ(shop.set_aside.size(), 1U);
  EXPECT_EQ(shop.set_aside[0].code, "no_user");
  EXPECT_EQ(shop.set_aside[0].column, "user");
  ExpectBalance(shop);
}

TEST(EventFolderTest, AnEventWithItsOwnKeyCountsOnce) {
  SourceConfig source = EventSource();
  source.key = {"time"};
  const std::string rows = Event("00", "purchase", "a", "1.00") +
                           Event("00", "purchase", "a", "2.00") +
                           Event("01", "purchase", "a", "4.00");
  const ShapedShop shop = ShapeTexts(ShopOf({source}), {Events(rows)});
  EXPECT_THAT(Told(shop), ElementsAre(HasSubstr(" 600 - ")));
  EXPECT_EQ(shop.counts[0].superseded, 1);
  EXPECT_EQ(shop.counts[0].used, 2);
  ExpectBalance(shop);
}

TEST(EventFolderTest, SourcesShareNoSessionAndPrefixTheirKeys) {
  const ShapedShop shop =
      ShapeTexts(ShopOf({EventSource("web"), SessionSource("shop"), EventSource("app")}),
                 {Events(Event("00", "view", "a", "")),
                  std::string(kSessionHeader) + "s,c,2024-01-02,yes,1,Bonn\n",
                  Events(Event("01", "view", "a", ""))});
  ASSERT_EQ(shop.error, "");
  std::vector<std::string> keys;
  for (const SessionRecord& session : shop.sessions) {
    keys.push_back(session.key);
  }
  EXPECT_THAT(keys, ElementsAre("shop:s", "web:s", "app:s"));
  ExpectBalance(shop);
}

TEST(EventFolderTest, ASessionThatCannotBeSummedExactlyIsSetAsideWhole) {
  const std::string rows = Event("00", "purchase", "a", "90000000000", "2000000000") +
                           Event("01", "purchase", "a", "90000000000", "2000000000") +
                           Event("00", "cart", "a", "", "2000000000", "t") +
                           Event("01", "cart", "a", "", "2000000000", "t") +
                           Event("01", "view", "a", "", "1", "fine");
  const ShapedShop shop = ShapeTexts(ShopOf({EventSource()}), {Events(rows)});
  EXPECT_EQ(shop.sessions.size(), 1U);
  EXPECT_EQ(shop.counts[0].set_aside, 4);
  EXPECT_EQ(shop.set_aside[0].code, "out_of_range");
  ExpectBalance(shop);
}

TEST(EventFolderTest, NamesEachBrokenRowInTheGoldenFile) {
  Config config = ShopOf({EventSource()});
  config.sources[0].csv.path = "tests/golden/broken_events.csv";
  const ShapedShop shop = ShapeFiles(config);
  ASSERT_EQ(shop.error, "");
  std::string messages;
  for (const SetAside& row : shop.set_aside) {
    messages += row.code + " " + row.Text() + "\n";
  }
  std::ifstream file("tests/golden/broken_events.messages");
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(messages, expected.str());
  EXPECT_THAT(Told(shop), ElementsAre("s1 by u1 from 1704189600000 to 1704190080000 actions 3 - - "
                                      "1xp1/a.b@-"));
  ExpectBalance(shop);
}

/// Rows of random events; some share their time.
std::vector<std::string> RandomRows(std::mt19937& random, int count) {
  const std::vector<std::string> types{"view", "view", "view", "cart", "remove", "purchase"};
  std::vector<std::string> rows;
  for (int i = 0; i < count; ++i) {
    std::ostringstream row;
    row << "2024-01-02 1" << random() % 6 << ":" << 10 + random() % 50 << ":00,"
        << types[random() % types.size()] << ",p" << random() % 4 << ",7,,," << random() % 9
        << ".25," << 1 + random() % 3 << ",u" << random() % 5 << ",s" << random() % 12 << "\n";
    rows.push_back(row.str());
  }
  return rows;
}

/// One event, read once more from its row.
struct PlainEvent {
  std::string time, type, product, user, session;
  std::int64_t cents = 0;
  std::int64_t units = 0;
};

PlainEvent Parse(const std::string& row) {
  std::vector<std::string> cells;
  std::istringstream in(row);
  for (std::string cell; std::getline(in, cell, ',');) {
    cells.push_back(cell);
  }
  PlainEvent event{cells[0], cells[1], cells[2], cells[8], cells[9].substr(0, cells[9].size() - 1)};
  event.cents = std::stoll(cells[6]) * 100 + 25;
  event.units = std::stoll(cells[7]);
  return event;
}

/// What a naive reading says of every session: bought, had a cart, payment, units left or bought.
std::map<std::string, std::string> Twin(std::vector<std::string> rows) {
  std::map<std::string, std::vector<PlainEvent>> sessions;
  for (const std::string& row : rows) {
    sessions[Parse(row).session].push_back(Parse(row));
  }
  std::map<std::string, std::string> told;
  for (auto& [session, events] : sessions) {
    std::stable_sort(events.begin(), events.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    std::map<std::string, std::int64_t> basket;
    std::map<std::string, std::int64_t> bought;
    bool cart = false;
    std::int64_t paid = 0;
    for (const PlainEvent& event : events) {
      if (event.type == "cart") {
        cart = true;
        basket[event.product] += event.units;
      } else if (event.type == "remove") {
        basket[event.product] = std::max<std::int64_t>(0, basket[event.product] - event.units);
      } else if (event.type == "purchase") {
        bought[event.product] += event.units;
        paid += event.cents * event.units;
      }
    }
    std::ostringstream out;
    out << events.front().user << " " << cart << " " << !bought.empty() << " " << paid;
    for (const auto& [product, units] : bought.empty() ? basket : bought) {
      if (units > 0) {
        out << " " << units << product;
      }
    }
    told[session] = out.str();
  }
  return told;
}

std::string Summary(const SessionRecord& session) {
  std::map<std::string, std::int64_t> units;
  for (const ItemRecord& item : session.items) {
    units[item.product] += item.quantity;
  }
  std::ostringstream out;
  out << session.client.value_or("-") << " " << ((session.actions & kHasBasketBit) != 0) << " "
      << session.has_purchased << " " << session.amounts[kPayment].value_or(Money{}).minor;
  for (const auto& [product, count] : units) {
    out << " " << count << product;
  }
  return out.str();
}

TEST(EventFolderTest, AgreesWithANaiveTwinInMemoryAndSpilled) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    // Only what does not fit into one block of memory is spilled.
    const std::vector<std::string> rows = RandomRows(random, seed % 2 == 0 ? 300 : 16'000);
    std::string text = kEventHeader;
    for (const std::string& row : rows) {
      text += row;
    }
    Config config = ShopOf({EventSource()});
    config.limits.grouping_bytes = seed % 2 == 0 ? config.limits.grouping_bytes : 1;
    const ShapedShop shop = ShapeTexts(config, {text});
    ASSERT_EQ(shop.error, "") << seed;
    EXPECT_EQ(shop.spilled, seed % 2 != 0);
    const std::map<std::string, std::string> twin = Twin(rows);
    ASSERT_EQ(shop.sessions.size(), twin.size()) << seed;
    for (const SessionRecord& session : shop.sessions) {
      EXPECT_EQ(Summary(session), twin.at(session.id)) << seed << " " << session.id;
    }
    ExpectBalance(shop);
  }
}

TEST(EventFolderTest, BooksBalanceOnBrokenRows) {
  const std::vector<std::string> cells{
      "",    "s",    "0",  "x", "-1", "1.5", "purchase", "cart", "2024-01-02 10:00:00",
      "\"q", "\xFF", "a,b"};
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::string> rows = RandomRows(random, 300);
    std::string text = kEventHeader;
    for (std::string row : rows) {
      if (random() % 3 == 0) {
        const std::size_t comma = row.find(',', random() % 40);
        row.replace(comma + 1, row.find(',', comma + 1) - comma - 1,
                    cells[random() % cells.size()]);
      }
      text += row;
    }
    Config config = ShopOf({seed % 2 == 0 ? EventSource() : VisitorSource()});
    config.limits.max_set_aside_share = 1;
    const ShapedShop shop = ShapeTexts(config, {text});
    ASSERT_EQ(shop.error, "") << seed;
    ExpectBalance(shop);
  }
}

TEST(EventFolderTest, FoldsTheRees46Sample) {
  const char* const declared = std::getenv("CARTWRIGHT_DATA");
  const std::string path = std::string(declared != nullptr ? declared : "../shared/data") +
                           "/rees46/rees46_2019-Oct_first3h.csv";
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << path << " is not there";
  }
  SourceConfig source = EventSource();
  source.columns.clear();
  for (const std::string_view name :
       {"event_time", "event_type", "product_id", "category_id", "category_code", "brand", "price",
        "user_id", "user_session"}) {
    source.columns.emplace_back(name, name);
  }
  source.dates = {"%Y-%m-%d %H:%M:%S UTC", "UTC"};
  source.csv.path = path;
  const ShapedShop shop = ShapeFiles(ShopOf({source}));
  ASSERT_EQ(shop.error, "");
  EXPECT_EQ(shop.counts[0].read, 17'434);
  EXPECT_EQ(shop.counts[0].used, 17'434);
  EXPECT_EQ(shop.sessions.size(), 5'066U);
  std::int64_t carts = 0;
  std::int64_t bought = 0;
  std::int64_t both = 0;
  std::int64_t lines = 0;
  std::int64_t paid = 0;
  for (const SessionRecord& session : shop.sessions) {
    const bool cart = (session.actions & kHasBasketBit) != 0;
    carts += cart ? 1 : 0;
    bought += session.has_purchased ? 1 : 0;
    both += cart && session.has_purchased ? 1 : 0;
    lines += session.has_purchased ? std::ssize(session.items) : 0;
    paid += session.amounts[kPayment].value_or(Money{}).minor;
  }
  EXPECT_EQ(carts, 118);
  EXPECT_EQ(bought, 200);
  EXPECT_EQ(both, 65) << "135 of them without a cart event";
  EXPECT_EQ(lines, 214);
  EXPECT_EQ(paid, 5'944'263);
  ExpectBalance(shop);
}

}  // namespace
}  // namespace cartwright
