// The search over a real node finds what the search over the offline files finds.

#include <gmock/gmock.h>

#include "daemon/app/published_search.h"
#include "tests/integration/shop_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kConfig = R"(
shop: {name: Test, currency: EUR, time_zone: Europe/Berlin, as_of: latest_record}
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
      promotion_id: promotion
    dimensions: [city]
  - name: lines
    feeds: lines
    csv: {path: lines.csv}
    columns: {order_id: id, product: product, price: price, quantity: units}
)";

class SearchTest : public RealShopTest {
 protected:
  Shop OpenSmall() {
    WriteFile("sessions.csv",
              "id,client,start,bought,amount,promotion,city\n"
              "1,Ann,2024-01-01T10:00:00Z,yes,3.00,Spring_1,Bonn\n"
              "2,Anne,2024-01-02T10:00:00Z,yes,1.50,spring_2,Bonn\n"
              "3,Hannah,2024-01-03T10:00:00Z,yes,2.50,,M\xC3\xBCnchen\n"
              "4,Bob,2024-01-03T11:00:00Z,yes,2.50,,An*a\n");
    WriteFile("lines.csv",
              "id,product,price,units\n1,P-100,1.00,1\n1,P-101,1.00,2\n2,P-100,1.50,1\n"
              "3,p-1000,2.50,1\n4,*star?,2.50,1\n");
    return Open(WriteFile("shop.yaml", kConfig));
  }

  static std::vector<std::string> Texts(const Result<SearchResult>& result) {
    EXPECT_TRUE(result) << result.error().message;
    std::vector<std::string> texts;
    for (const SearchHit& hit : result ? result->hits : std::vector<SearchHit>{}) {
      texts.push_back(std::string(SearchTargets()[static_cast<std::size_t>(hit.kind)].name) + " " +
                      hit.dimension + " " + hit.name + " " +
                      std::string(SearchMatchName(hit.match)) + " " + hit.figures);
    }
    return texts;
  }
};

TEST_F(SearchTest, TheNodeAndTheFilesAgree) {
  const Shop shop = OpenSmall();
  Run(shop, {.all_dimensions = true});
  Console console(true);
  ASSERT_TRUE(RunOffline(shop, {.all_dimensions = true}, folder_ + "/out", console));
  for (const char* text :
       {"ann", "Ann", "P-100", "p-1", "p-110", "100", "spring", "sprnig_1", "ANNE", "bonn", "Bon",
        "M\xC3\xBCnchen", "Minchen", "nch", "*", "?", "an*a", "-"}) {
    const Result<SearchResult> found = SearchPublished(shop, {.text = text});
    const Result<SearchResult> expected = SearchFiles(folder_ + "/out", {.text = text});
    EXPECT_EQ(Texts(found), Texts(expected)) << text;
    EXPECT_THAT(Texts(found), Not(IsEmpty())) << text;
    ASSERT_TRUE(found && expected);
    EXPECT_EQ(found->found, expected->found) << text;
  }
  EXPECT_THAT(Texts(SearchPublished(shop, {.text = "nowhere"})), IsEmpty());
}

TEST_F(SearchTest, LimitsEachKindAndCountsTheRest) {
  const Shop shop = OpenSmall();
  Run(shop);
  const Result<SearchResult> found =
      SearchPublished(shop, {.text = "p-", .kind = SearchKind::kProduct, .limit = 1});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(Texts(found), ElementsAre(::testing::StartsWith("product  P-100 prefix")));
  EXPECT_THAT(found->found, ElementsAre(3, 0, 0, 0));
}

TEST_F(SearchTest, SaysThatNothingWasPublishedYet) {
  const Result<SearchResult> found = SearchPublished(OpenSmall(), {.text = "p"});
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, ::testing::HasSubstr("run cartwright once"));
}

}  // namespace
}  // namespace cartwright
