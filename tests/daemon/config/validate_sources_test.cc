#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/config/fixed_secrets.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

std::string FindingsOf(const std::string& sources) {
  const LoadedConfig loaded = ParseConfig("sources:\n" + sources, "f", FixedSecrets{});
  std::string findings;
  for (const ConfigFinding& finding : loaded.findings) {
    findings += finding.Format("f") + "\n";
  }
  return findings;
}

std::string Sessions(const std::string& more) {
  return "  - {name: web, feeds: sessions, csv: {path: a}, key: [k], orders_only: true, "
         "columns: {session_start_date: s}, " +
         more + "}\n";
}

std::string Lines(const std::string& more) {
  return "  - {name: basket, feeds: lines, csv: {path: a}, columns: {order_id: o, product: p, "
         "session_start_date: s, price: pr, quantity: q}, " +
         more + "}\n";
}

std::string Customers(const std::string& more) {
  return "  - {name: crm, feeds: customers, csv: {path: a}, key: [c], columns: {client: c}, " +
         more + "}\n";
}

std::string Events(const std::string& more) {
  return "  - {name: clicks, feeds: events, csv: {path: a}, columns: {event_time: t, event_type: "
         "e, product_id: p, user_id: u}, " +
         more + "}\n";
}

TEST(ValidateSourcesTest, TakesTheBaseOfTheseTests) {
  EXPECT_EQ(FindingsOf(Sessions("") + Lines("") + Customers("") + Events("")), "");
}

struct Refusal {
  std::string sources;
  std::string finding;
};

const Refusal kRefusals[] = {
    {"  []\n", "no source is declared"},
    {"  - {name: Web, feeds: lines, csv: {path: a}, columns: {order_id: o, product: p, "
     "session_start_date: s, price: c, quantity: q}}\n",
     "f:2:12: sources[0].name: the name of a source is lower-case"},
    {Lines("") + Lines(""), "f:3:12: sources[1].name: another source is named \"basket\" already"},
    {"  - {feeds: customers, csv: {path: a}, key: [c], columns: {client: c}}\n",
     "f:2:5: sources[0]: the key \"name\" is missing"},
    {"  - {name: a, csv: {path: a}, key: [c], orders_only: true, columns: {session_start_date: "
     "c}}\n",
     "sources[0]: the key \"feeds\" is missing"},
    {"  - {name: a, feeds: customers, key: [c], columns: {client: c}}\n",
     "sources[0]: the key \"csv\" is missing"},
    {"  - {name: a, feeds: customers, csv: {path: a}, columns: {client: c}}\n",
     "sources[0]: the key columns are missing"},
    {"  - {name: a, feeds: customers, csv: {path: a}, key: [], columns: {client: c}}\n",
     "sources[0].key: the key columns are missing"},
    {"  - {name: a, feeds: customers, csv: {path: a}, key: [c, c], columns: {client: c}}\n",
     "sources[0].key[1]: the column \"c\" stands here a second time"},
    {"  - {name: a, feeds: customers, csv: {path: a}, key: [c], columns: {signup_date: c}}\n",
     "sources[0].columns: columns.client is missing"},
    {"  - {name: a, feeds: lines, csv: {path: a}, columns: {order_id: o, product: p, price: c, "
     "quantity: q}}\n",
     "columns.session_start_date is missing, which orders made from lines need"},
    {"  - {name: a, feeds: customers, csv: {path: a}, key: [c], columns: {client: \"\"}}\n",
     "sources[0].columns.client: the name of a column must not be empty"},
    {"  - {name: a, feeds: customers, csv: {path: a}, key: [c], columns: {client: c, price: d}}\n",
     "sources[0].columns.price: unknown key \"price\"; known: client, download_date"},
    {Lines("events: {cart: [add]}"), "events is only for sources that feed events"},
    {Events("events: {cart: [add, view]}"), "the event type \"view\" stands here twice"},
    {Events("events: {inactivity_minutes: 0}"), "inactivity_minutes"},
    {Events("actions: [wishlist]"), "actions belong to sources that feed sessions or customers"},
    {Events("returns: {negative_quantity: true}"), "returns is only for sources that feed lines"},
    {"  - {name: a, feeds: events, csv: {path: a}, columns: {event_time: t, event_type: e, "
     "user_id: u}}\n",
     "columns.product_id is missing"},
    {"  - {name: a, feeds: events, csv: {path: a}, columns: {event_time: t, event_type: e, "
     "product_id: p}}\n",
     "nothing says which events belong together"},
    {Sessions("repeated_keys: number, version: v"), "number and a version column exclude"},
    {Customers("repeated_keys: number"), "number is only for sources that feed sessions"},
    {Customers("orders_only: true"), "orders_only is only for sources that feed sessions"},
    {"  - {name: a, feeds: sessions, csv: {path: a}, key: [c], orders_only: true, columns: "
     "{session_start_date: s, has_purchased: h}}\n",
     "orders_only says that every row is a purchase"},
    {"  - {name: a, feeds: sessions, csv: {path: a}, key: [c], columns: {session_start_date: "
     "s}}\n",
     "f:2:5: warning: sources[0]: no row counts as a purchase"},
    {Lines("actions: [x]"), "actions belong to sources that feed sessions or customers"},
    {Sessions("actions: [has_sessions]"), "has_sessions is always true"},
    {Sessions("actions: {purchased: b}"), "columns: {has_purchased: b}"},
    {Sessions("actions: [Has Basket]"), "write it as {name: column}"},
    {Sessions("dimensions: [city, city]"), "\"city\" is named a second time"},
    {Sessions("dimensions: city"), "expected a list of columns or a map"},
    {Sessions("returns: {order_prefix: C}"), "returns is only for sources that feed lines"},
    {Lines("returns: {order_prefix: \"\"}"), "an empty prefix would mark every order"},
    {Lines("skip: [{column: a}]"), "sources[0].skip[0]: the rule never holds"},
    {Lines("skip: [{equals: a}]"), "sources[0].skip[0]: the key \"column\" is missing"},
    {Lines("skip: {column: a, empty: true}"), "expected a list of rules"},
    {Lines("dates: {format: iso8602}"), "did you mean \"iso8601\"?"},
    {Lines("dates: {format: \"%d/%b/%Y\"}"), "a pattern knows %Y %m %d %H %M %S %f and %%"},
    {Lines("dates: {format: \"%Y-%m-%Y\"}"), "may stand once"},
    {Lines("dates: {format: \"%H:%M\"}"), "a pattern needs %Y, %m and %d"},
    {Lines("dates: {format: \"%Y%m%d%\"}"), "a pattern knows"},
    {Lines("dates: {time_zone: Berlin}"), "unknown time zone \"Berlin\""},
    {Lines("dates: {in_gap: earliest}"), "expected one of reject, shift"},
    {Lines("true_values: [\"1\", \"0\"]"), "\"0\" is both a true value and a false value"},
    {"  - {name: a, feeds: customers, csv: {path: a, separator: ab}, key: [c], columns: {client: "
     "c}}\n",
     "expected one ASCII character, tab or whitespace, found \"ab\""},
    {"  - {name: a, feeds: customers, csv: {path: a, names: [c]}, key: [c], columns: {client: "
     "c}}\n",
     "names is only for files with header: false"},
    {"  - {name: a, feeds: customers, csv: {path: a, header: false}, key: [c], columns: {client: "
     "c}}\n",
     "header: false needs names"},
    {"  - {name: a, feeds: customers, csv: {path: a, header: false, names: [client]}, key: "
     "[client], columns: {client: clent}}\n",
     "sources[0].columns.client: csv.names has no column \"clent\"; did you mean \"client\"?"},
    {"  - {name: a, feeds: customers, csv: {path: a, max_field_bytes: 9, max_record_bytes: 8}, "
     "key: [c], columns: {client: c}}\n",
     "max_field_bytes must not be above max_record_bytes"},
};

TEST(ValidateSourcesTest, RefusesWithPlaceAndPath) {
  for (const Refusal& refusal : kRefusals) {
    const std::string findings = FindingsOf(refusal.sources);
    EXPECT_THAT(findings, HasSubstr(refusal.finding)) << refusal.sources;
    EXPECT_EQ(std::count(findings.begin(), findings.end(), '\n'), 1)
        << "one mistake, one finding: " << findings;
  }
}

TEST(ValidateSourcesTest, AsksLessOfLinesThatJoinSessions) {
  const std::string lines =
      "  - {name: basket, feeds: lines, csv: {path: a}, columns: {order_id: o, product: p}}\n";
  EXPECT_EQ(FindingsOf(Sessions("") + lines), "");
  EXPECT_NE(FindingsOf(lines), "");
}

TEST(ValidateSourcesTest, AllowsEveryDirectiveThatTheShaperReads) {
  EXPECT_EQ(FindingsOf(Lines("dates: {format: \"%%%Y-%m-%d %H:%M:%S.%f%%\"}")), "");
}

TEST(ValidateSourcesTest, AllowsSeveralSourcesOfOneFeed) {
  EXPECT_EQ(FindingsOf(Sessions("") + "  - {name: app, feeds: sessions, csv: {path: b}, key: [k], "
                                      "orders_only: true, columns: {session_start_date: s}}\n"),
            "");
}

TEST(ValidateSourcesTest, AllowsThirtyTwoActions) {
  const auto with_actions = [](int count) {
    std::string names;
    for (int i = 0; i < count; ++i) {
      names += (i == 0 ? "a" : ", a") + std::to_string(i);
    }
    return FindingsOf(Sessions("actions: [" + names + "]"));
  };
  EXPECT_EQ(with_actions(28), "");
  EXPECT_THAT(with_actions(29), HasSubstr("the sources name 33 actions"));
}

}  // namespace
}  // namespace cartwright
