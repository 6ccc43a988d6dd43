#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/base/calendar.h"
#include "daemon/base/result.h"
#include "daemon/config/node.h"

namespace cartwright {

/// A secret as it was resolved. Never printed: it has no formatter and no stream operator.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& Reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

/// `shop:` — whose data this is and how it counts.
struct ShopConfig {
  std::string name;
  std::string currency = "EUR";
  std::string time_zone = "UTC";
  std::string week_starts_on = "monday";
  std::vector<std::string> guest_values;
  std::string as_of = "now";  ///< now | latest_record | YYYY-MM-DD.
};

/// `elasticsearch:` — where the cluster is and how it is spoken to.
struct ElasticsearchConfig {
  std::vector<std::string> hosts{"http://127.0.0.1:9200"};
  Secret api_key;
  std::string username;
  Secret password;
  std::string ca_file;  ///< Absolute after loading; empty for the system's certificates.
  std::int64_t connect_timeout_seconds = 5;
  std::int64_t request_timeout_seconds = 90;
  std::int64_t bulk_bytes = 8 * 1024 * 1024;
  std::int64_t bulk_documents = 20000;
  std::int64_t bulk_in_flight = 2;
  std::int64_t retry_total_seconds = 300;
};

/// One index: its shards, replicas and any further index setting.
struct IndexConfig {
  std::int64_t shards = 2;
  std::int64_t replicas = 0;
  std::map<std::string, std::string> settings;  ///< Further settings, as written (`refresh_interval: 5s`).
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

enum class FeedKind { kSessions, kLines, kCustomers };

/// `csv:` of a source.
struct CsvConfig {
  std::string path;             ///< Absolute after loading. `.gz` files are decompressed.
  std::string separator = ",";  ///< One byte, `tab`, or `whitespace` (any run of blanks).
  bool header = true;           ///< Without one, `names` declares the columns in order.
  std::vector<std::string> names;
  std::int64_t max_field_bytes = 1024 * 1024;
  std::int64_t max_record_bytes = 8 * 1024 * 1024;
};

/// How a source writes dates. Declared, never guessed.
struct DateConfig {
  std::string format = "iso8601";  ///< iso8601 | epoch_seconds | epoch_milliseconds | a pattern of %Y %m %d %H %M %S.
  std::string time_zone;           ///< Of readings without an offset; empty: the shop's.
  std::string in_gap = "reject";       ///< reject | shift: a reading that the clock skipped.
  std::string in_overlap = "reject";   ///< reject | earliest | latest: a reading that came twice.
};

/// A rule that marks lines or orders as returned or cancelled. Any that holds marks.
struct ReturnsConfig {
  std::optional<std::string> order_prefix;  ///< The order id starts with this.
  bool negative_quantity = false;           ///< The quantity is below zero.
  bool any() const { return order_prefix.has_value() || negative_quantity; }
};

/// A rule that leaves rows out by configuration (the books call them filtered).
struct SkipRule {
  std::string column;
  std::optional<std::string> equals;
  std::optional<std::string> prefix;
  bool empty = false;         ///< The field is empty.
  bool not_positive = false;  ///< The number is zero or below.
};

/// One entry of `sources:`.
struct SourceConfig {
  std::string name;
  FeedKind feeds = FeedKind::kSessions;
  CsvConfig csv;
  std::vector<std::string> key;  ///< Column names; empty only for lines.
  std::string repeated_keys = "supersede";  ///< supersede | number.
  std::vector<std::pair<std::string, std::string>> columns;  ///< Record field → column, in file order.
  std::vector<std::pair<std::string, std::string>> actions;  ///< Action name → column.
  std::vector<std::pair<std::string, std::string>> dimensions;  ///< Dimension name → column.
  DateConfig dates;
  ReturnsConfig returns;
  std::vector<SkipRule> skip;
  std::string version_column;  ///< Empty: the load sequence.
  std::vector<std::string> true_values{"true", "1", "yes", "t", "y"};
  std::vector<std::string> false_values{"false", "0", "no", "f", "n", ""};
  bool allow_negative_amounts = false;
  std::string promotion_separator;  ///< Splits several ids in one field; empty: one id.
  int line = 0;                     ///< Where the entry stands in the file.
};

/// `limits:` — when a run with bad rows fails.
struct LimitsConfig {
  std::int64_t max_set_aside_rows = 100000;
  double max_set_aside_share = 0.1;  ///< Of the rows read, checked once 1,000 were read.
  std::int64_t grouping_bytes = 512 * 1024 * 1024;  ///< Above it, grouping spills to disk.
};

/// `state:` — where checkpoints, the run log and dead letters live.
struct StateConfig {
  std::string directory = "state";  ///< Absolute after loading.
};

/// `reports:` — what is published.
struct ReportsConfig {
  std::int64_t max_rows = 10000;  ///< Rows in `data` of one report document.
};

/// One analysis to run: its name, and its options as written (decoded by the registry).
struct AnalysisConfig {
  std::string name;
  ConfigNode options;
};

/// One entry of `schedule:`.
struct JobConfig {
  std::string name;
  std::int64_t every_seconds = 0;
  std::vector<std::string> load;     ///< Source names; empty with load_all false: none.
  bool load_all = false;
  std::vector<std::string> analyse;  ///< Analysis names.
  bool analyse_all = false;
  bool all_dimensions = false;       ///< Also one report a dimension value.
  int line = 0;
};

/// A configuration that passed every check. Only LoadConfig makes one.
struct Config {
  std::string file;
  ShopConfig shop;
  ElasticsearchConfig elasticsearch;
  IndicesConfig indices;
  std::vector<SourceConfig> sources;
  std::vector<AnalysisConfig> analyses;  ///< In file order; all with defaults when the section is missing.
  std::vector<JobConfig> schedule;
  LimitsConfig limits;
  StateConfig state;
  ReportsConfig reports;

  /// Names of all actions in their bit order: has_sessions, has_basket, order_screen, purchased,
  /// then further ones in the order in which the sources first name them.
  std::vector<std::string> ActionNames() const;
  /// Names of the session dimensions in the order in which session and line sources first name them.
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

/// One finding: `file:line:column: path: what (value), what to do`.
struct ConfigFinding {
  bool is_warning = false;
  int line = 0;
  int column = 0;
  std::string path;
  std::string message;
  std::string Format(std::string_view file) const;
};

/// One effective value for `--print-effective`.
struct EffectiveValue {
  std::string path;
  std::string value;   ///< Secrets as "***".
  std::string origin;  ///< "file:line" or "default".
};

/// What loading gave: findings in file order, and the configuration when none of them is an error.
struct LoadedConfig {
  std::vector<ConfigFinding> findings;
  std::vector<EffectiveValue> effective;
  std::optional<Config> config;
};

/// Parses, decodes and validates a configuration text. Relative paths are taken from `file`'s
/// folder. Collects every finding instead of stopping at the first.
LoadedConfig ParseConfig(std::string_view text, std::string_view file, const SecretSource& secrets);

/// Reads the file and parses it. Errors: kConfig with all findings, one a line.
Result<LoadedConfig> LoadConfig(const std::string& file, const SecretSource& secrets);

}  // namespace cartwright
