#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/base/calendar.h"
#include "daemon/base/result.h"
#include "daemon/config/finding.h"
#include "daemon/config/node.h"
#include "daemon/config/source_config.h"

namespace cartwright {

/// Where a secret stands.
struct SecretReference {
  std::string kind;  ///< env, file or credential.
  std::string name;  ///< Of the variable or credential; for a file its absolute path.
};

/// A secret as it was resolved. Never printed: it has no formatter and no stream operator.
class Secret {
 public:
  Secret() = default;
  Secret(std::string value, SecretReference reference)
      : value_(std::move(value)), reference_(std::move(reference)) {}
  const std::string& Reveal() const { return value_; }
  const SecretReference& reference() const { return reference_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
  SecretReference reference_;
};

/// `shop:` — whose data this is and how it counts.
struct ShopConfig {
  std::string name = "shop";
  std::string currency = "EUR";
  std::string time_zone = "UTC";
  std::string week_starts_on = "monday";
  std::vector<std::string> guest_values;
  /// now | latest_record | YYYY-MM-DD. A day means its end: the instant at which the next local day
  /// starts, so that the whole day counts.
  std::string as_of = "now";
};

/// `elasticsearch:` — where the cluster is and how it is spoken to.
struct ElasticsearchConfig {
  std::vector<std::string> hosts{"http://127.0.0.1:9200"};
  Secret api_key;
  std::string username;
  Secret password;
  std::string ca_file;      ///< Absolute after loading; empty for the system's certificates.
  std::string fingerprint;  ///< SHA-256 of a certificate to trust instead; empty for none.
  std::string compression = "auto";
  std::int64_t connect_timeout_seconds = 5;
  std::int64_t idle_timeout_seconds = 75;
  std::int64_t request_timeout_seconds = 300;
  std::int64_t bulk_bytes = std::int64_t{8} * 1024 * 1024;
  std::int64_t bulk_documents = 20000;
  std::int64_t bulk_linger_milliseconds = 1000;
  std::int64_t bulk_in_flight = 2;
  std::int64_t bulk_memory_bytes = std::int64_t{64} * 1024 * 1024;
  std::int64_t bulk_documents_per_second = 0;  ///< 0 for no limit.
  double bulk_retry_share = 0.5;
  std::int64_t retry_total_seconds = 300;
};

/// One index: its shards, replicas and any further index setting.
struct IndexConfig {
  std::int64_t shards = 2;
  std::int64_t replicas = 0;
  std::map<std::string, std::string>
      settings;  ///< Further settings, as written (`refresh_interval: 5s`).
};

/// `indices:` — one entry an index, by its logical name.
struct IndicesConfig {
  std::string prefix;
  IndexConfig orders;
  IndexConfig downloads;
  IndexConfig reports{1, 0, {}};
  IndexConfig report_rows{1, 0, {}};  ///< Both report-rows-latest and report-rows-history.
  IndexConfig customer_values{1, 0, {}};
  IndexConfig runs{1, 0, {}};
  std::int64_t keep_old = 1;  ///< How many replaced physical indices a reindex keeps.
};

/// `limits:` — when a run with bad rows fails.
struct LimitsConfig {
  std::int64_t max_set_aside_rows = 100000;
  double max_set_aside_share = 0.1;  ///< Of the rows read, checked once 1,000 were read.
  std::int64_t max_rejected_in_a_row = 1000;
  std::int64_t grouping_bytes =
      std::int64_t{16} * 1024 * 1024;  ///< Above it, grouping spills to disk.
  std::int64_t threads = 0;            ///< Of the whole process; 0: as many as there are cores.
};

/// `state:` — where checkpoints, the run log and dead letters live.
struct StateConfig {
  std::string directory = "state";  ///< Absolute after loading.
};

/// `reports:` — what is published.
struct ReportsConfig {
  std::int64_t max_rows = 10000;  ///< Rows in `data` of one report document.
};

/// One analysis to run: its name, and its options as written (decoded by the registry). An analysis
/// with several variants has one entry each, of the same name.
struct AnalysisConfig {
  std::string name;
  std::string variant;  ///< As declared in the options; empty for the plain one.
  ConfigNode options;
};

/// One entry of `schedule:`.
struct JobConfig {
  std::string name;
  std::int64_t every_seconds = 0;
  std::vector<std::string> load;  ///< Source names; empty with load_all false: none.
  bool load_all = false;
  std::vector<std::string> analyse;  ///< Analysis names.
  bool analyse_all = false;
  bool all_dimensions = false;  ///< Also one report a dimension value.
  int line = 0;
};

/// A configuration that passed every check. Only LoadConfig makes one.
struct Config {
  std::string file;
  ShopConfig shop;
  ElasticsearchConfig elasticsearch;
  IndicesConfig indices;
  std::vector<SourceConfig> sources;
  bool all_analyses = false;  ///< No `analyses:` section: run all of them with their defaults.
  std::vector<AnalysisConfig> analyses;  ///< In file order; empty when all_analyses.
  std::vector<JobConfig> schedule;
  LimitsConfig limits;
  StateConfig state;
  ReportsConfig reports;

  /// Names of all actions in their bit order: has_sessions, has_basket, order_screen, purchased,
  /// then further ones in the order in which the sources first name them.
  std::vector<std::string> ActionNames() const;
  /// Names of the session dimensions in the order in which session and line sources first name
  /// them.
  std::vector<std::string> DimensionNames() const;
  std::vector<std::string> CustomerDimensionNames() const;
  std::vector<std::string> CustomerActionNames() const;
};

/// Reads the variables and files that a configuration refers to (`{env: …}`, `{file: …}`,
/// `{credential: …}`). Handed in so that tests need no environment.
class SecretSource {
 public:
  virtual ~SecretSource() = default;
  virtual std::optional<std::string> Environment(std::string_view name) const = 0;
  virtual Result<std::string> File(std::string_view path) const = 0;
};

/// What the reference of a secret gives now: a file may have been renewed. Empty for a secret that
/// was never given. Errors: kConfig; never repeats what was read.
Result<std::string> ReadSecret(const SecretReference& reference, const SecretSource& secrets);

/// What loading gave: findings in file order, and the configuration when none of them is an error.
struct LoadedConfig {
  std::vector<ConfigFinding> findings;
  std::vector<EffectiveValue> effective;
  std::optional<Config> config;
};

/// Parses, decodes and validates a configuration text. Relative paths are taken from `file`'s
/// folder. Collects every finding instead of stopping at the first.
LoadedConfig ParseConfig(std::string_view text, std::string_view file, const SecretSource& secrets);

/// Reads the file and parses it. Errors: kConfig with all findings, one a line, or for a file that
/// cannot be read.
Result<LoadedConfig> LoadConfig(const std::string& file, const SecretSource& secrets);

}  // namespace cartwright
