#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/config/fixed_secrets.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

// The findings of a text that has a valid source `web` besides.
std::string FindingsOf(const std::string& text) {
  const LoadedConfig loaded = ParseConfig(
      text +
          "sources:\n  - {name: web, feeds: sessions, csv: {path: a}, key: [k], orders_only: true, "
          "columns: {session_start_date: s}}\n",
      "f", FixedSecrets{});
  std::string findings;
  for (const ConfigFinding& finding : loaded.findings) {
    findings += finding.Format("f") + "\n";
  }
  EXPECT_EQ(loaded.config.has_value(), findings.empty());
  return findings;
}

struct Refusal {
  std::string text;
  std::string finding;
};

const Refusal kRefusals[] = {
    {"shop: {currency: EURO}\n",
     "f:1:18: shop.currency: not an active ISO 4217 currency code: \"EURO\""},
    {"shop: {time_zone: CST}\n", "f:1:19: shop.time_zone: unknown time zone \"CST\""},
    {"shop: {as_of: latest}\n",
     "f:1:15: shop.as_of: expected now, latest_record or a day YYYY-MM-DD, found \"latest\""},
    {"shop: {as_of: 2011-02-29}\n", "found \"2011-02-29\""},
    {"shop: {week_starts_on: saturday}\n", "expected one of monday, sunday"},
    {"shop: 5\n", "f:1:7: shop: expected a map of name, currency"},
    {"indices: {prefix: Shop-}\n", "f:1:19: indices.prefix: expected lower-case letters"},
    {"indices: {prefix: _shop}\n", "must not begin with"},
    {"indices: {orders: {shards: 0}}\n",
     "indices.orders.shards: expected a whole number from 1 to 1024, found \"0\""},
    {"indices: {runs: {replicas: 11}}\n", "indices.runs.replicas: expected a whole number"},
    {"indices: {order: {}}\n", "indices.order: unknown key \"order\"; did you mean \"orders\"?"},
    {"indices: {orders: {settings: {index.number_of_shards: 3}}}\n",
     "use the keys shards and replicas"},
    {"indices: {orders: {settings: {a: [1]}}}\n", "indices.orders.settings.a: expected a text"},
    {"indices: {orders: {settings: 5s}}\n", "indices.orders.settings: expected a map such as"},
    {"state: {directory: \"\"}\n", "state.directory: name a folder"},
    {"reports: {max_rows: 0}\n", "reports.max_rows: expected a whole number from 1 to"},
    {"schedule: {name: a}\n", "schedule: expected a list of jobs, found a map"},
    {"schedule: [a]\n", "schedule[0]: expected a map that describes a job"},
    {"schedule: [{name: A, every: 1h, load: all}]\n",
     "f:1:19: schedule[0].name: the name of a job is lower-case"},
    {"schedule: [{name: a, every: 1h, load: all}, {name: a, every: 1h, load: all}]\n",
     "schedule[1].name: another job is named \"a\" already"},
    {"schedule: [{name: a, load: all}]\n", "schedule[0]: the key \"every\" is missing"},
    {"schedule: [{name: a, every: 3600, load: all}]\n",
     "f:1:29: schedule[0].every: expected a duration such as 30s, 15m, 1h or 1d (1s to 366d), "
     "found \"3600\"; the number needs a unit"},
    {"schedule: [{name: a, every: 1h}]\n", "the job does nothing"},
    {"schedule: [{name: a, every: 1h, load: [wbe]}]\n",
     "schedule[0].load[0]: there is no source named \"wbe\"; did you mean \"web\"?"},
    {"schedule: [{name: a, every: 1h, load: web}]\n",
     "schedule[0].load: expected all or a list of names, found \"web\""},
    {"schedule: [{name: a, every: 1h, load: []}]\n", "the list is empty; name at least one"},
    {"analyses: {funnel: {}}\nschedule: [{name: a, every: 1h, analyse: [funel]}]\n",
     "there is no declared analysis named \"funel\"; did you mean \"funnel\"?"},
    {"schedule: [{name: a, every: 1h, load: all, dimensions: some}]\n",
     "expected one of all, none, found \"some\""},
    {"schedule: [{name: a, every: 1h, cron: x, load: all}]\n", "unknown key \"cron\""},
};

TEST(ValidateTest, RefusesWithPlaceAndPath) {
  for (const Refusal& refusal : kRefusals) {
    const std::string findings = FindingsOf(refusal.text);
    EXPECT_THAT(findings, HasSubstr(refusal.finding)) << refusal.text;
    EXPECT_EQ(std::count(findings.begin(), findings.end(), '\n'), 1) << "one mistake, one finding";
  }
}

TEST(ValidateTest, LeavesNamesOfUndeclaredAnalysesToTheRegistry) {
  EXPECT_EQ(FindingsOf("schedule: [{name: a, every: 1h, analyse: [anything]}]\n"), "");
}

TEST(ValidateTest, TakesEmptySectionsAsDefaults) {
  EXPECT_EQ(FindingsOf("shop:\nelasticsearch:\nindices:\nanalyses:\nschedule:\nlimits:\n"), "");
}

}  // namespace
}  // namespace cartwright
