#include "daemon/load/hit_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>

#include "daemon/base/parallel.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

ShopTablesLayout Layout() {
  ShopTablesLayout layout;
  layout.action_names = {"has_sessions", "has_basket", "purchased"};
  return layout;
}

/// A page of orders as the search gives them: an array of documents.
class Page {
 public:
  explicit Page(const std::vector<std::string>& orders) {
    std::string json = "[";
    for (const std::string& order : orders) {
      json.append(json.size() > 1 ? "," : "").append(order);
    }
    EXPECT_EQ(parser_.parse(simdjson::padded_string(json + "]")).get(hits_), simdjson::SUCCESS);
  }

  HitTables::DecodeShare Decode() const {
    return [this](std::size_t share, std::size_t shares, HitDecoder& decoder) -> Status {
      std::size_t number = 0;
      for (const simdjson::dom::element hit : hits_) {
        if (number++ % shares == share) {
          const std::string id = std::string(hit["id"].get_string().value());
          CARTWRIGHT_TRY(decoder.AddOrder(id, hit.get_object().value()));
        }
      }
      return {};
    };
  }

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::array hits_;
};

std::string Order(int number) {
  std::mt19937 random(static_cast<std::uint32_t>(number));
  return R"({"id":"k)" + std::to_string(number) + R"(","client":"c)" +
         std::to_string(random() % 50) + R"(","session_start_date":"2024-03-0)" +
         std::to_string(1 + random() % 9) + R"(T10:30:00.000Z","payment_amount":)" +
         std::to_string(random() % 1'000) + "}";
}

ShopTables Read(std::vector<int> numbers, std::size_t page_size) {
  HitTables tables(Layout(), TimeZone::Utc());
  for (std::size_t begin = 0; begin < numbers.size(); begin += page_size) {
    std::vector<std::string> orders;
    for (std::size_t i = begin; i < std::min(begin + page_size, numbers.size()); ++i) {
      orders.push_back(Order(numbers[i]));
    }
    const Page page(orders);
    EXPECT_TRUE(tables.AddPage(page.Decode()));
  }
  return std::move(tables).Finish().value();
}

TEST(HitTablesTest, PagesOfAnySizeAndOrderGiveTheSameTablesOnAnyNumberOfThreads) {
  std::vector<int> numbers(2'000);
  std::iota(numbers.begin(), numbers.end(), 0);
  SetParallelThreads(1);
  const ShopTables expected = Read(numbers, 2'000);
  ASSERT_EQ(expected.sessions.size(), 2'000U);
  std::mt19937 random(11);
  for (const int threads : {1, 2, 4}) {
    SetParallelThreads(threads);
    std::shuffle(numbers.begin(), numbers.end(), random);
    const ShopTables tables = Read(numbers, 37 * static_cast<std::size_t>(threads));
    EXPECT_EQ(tables.sessions.start, expected.sessions.start);
    EXPECT_EQ(tables.sessions.client, expected.sessions.client);
    EXPECT_EQ(tables.sessions.amount, expected.sessions.amount);
    EXPECT_EQ(tables.clients.size(), expected.clients.size());
    EXPECT_EQ(tables.clients.Text(7), expected.clients.Text(7));
  }
  SetParallelThreads(0);
}

TEST(HitTablesTest, AFaultyHitIsNamedWhoeverMeetsIt) {
  for (const int threads : {1, 4}) {
    SetParallelThreads(threads);
    std::vector<std::string> orders;
    for (int i = 0; i < 40; ++i) {
      orders.push_back(Order(i));
    }
    orders[30] = R"({"id":"the-bad-one","client":"c"})";
    const Page page(orders);
    HitTables tables(Layout(), TimeZone::Utc());
    const Status added = tables.AddPage(page.Decode());
    ASSERT_FALSE(added);
    EXPECT_THAT(added.error().message, HasSubstr("the-bad-one"));
  }
  SetParallelThreads(0);
}

}  // namespace
}  // namespace cartwright
