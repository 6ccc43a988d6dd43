#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/app/shop.h"
#include "daemon/base/result.h"

namespace cartwright {

/// What every command understands.
struct CommonOptions {
  std::string config = "cartwright.yaml";
  ShopOverrides overrides;
  bool json = false;   ///< Results as JSON on standard output.
  bool quiet = false;  ///< No progress and no notes on standard error.
};

struct OnceOptions {
  bool offline = false;
  std::string out;  ///< Folder of the report files; offline only.
  bool load_only = false;
  bool analyse_only = false;
  std::vector<std::string> sources;   ///< Empty: all.
  std::vector<std::string> analyses;  ///< Empty: as configured.
  bool all_dimensions = false;
};

struct ReindexOptions {
  std::vector<std::string> indices;  ///< Names of the contract, or all; empty: those with sources.
  std::string from = "sources";      ///< sources or index: where orders and downloads come from.
  bool rollback = false;
  bool dry_run = false;
};

struct ReportsOptions {
  std::string name;  ///< Report or analysis; empty in `list`: all.
  std::string type;
  std::string time_period;
  std::string variant;
  std::string dimension;    ///< name=value.
  std::string report_date;  ///< YYYY-MM-DD or latest.
  std::string from_file;    ///< reports.ndjson instead of Elasticsearch.
  bool catalogue = false;   ///< `list`: definitions instead of what is published.
  bool all = false;         ///< `show`: every report that matches.
  std::size_t max_rows = 40;
};

struct SearchOptions {
  std::string text;
  std::string kind;  ///< Name of a SearchTarget; empty: every kind.
  std::size_t limit = 10;
  std::string from;  ///< Folder of offline report files instead of Elasticsearch.
};

struct DeadLettersOptions {
  LetterFilter filter;
  std::int64_t limit = 50;
  bool settled_too = false;  ///< `list`: also what a replay has settled.
  bool summary = false;      ///< `list`: counts by source and code.
  bool raw = false;          ///< `show`: the kept bytes as they are, nothing else.
};

struct ReplayOptions {
  LetterFilter filter;
  bool all = false;          ///< Every open letter.
  std::string row;           ///< Mended text of the one letter named.
  std::string letters_file;  ///< Mended letters as `list --json` prints them.
};

struct CheckConfigOptions {
  bool online = false;           ///< Also ask the server.
  bool print_effective = false;  ///< Every value and where it came from.
};

struct DemoCommandOptions {
  std::string out = "demo";
  std::int64_t sessions = 50'000;
  std::int64_t seed = 1;
};

// Each command prints its result to standard output and returns the exit code for a run that ended
// as it should; errors say why it did not.
Result<int> OnceCommand(const CommonOptions& common, const OnceOptions& options);
Result<int> RunCommand(const CommonOptions& common);
Result<int> SetupCommand(const CommonOptions& common, bool dry_run);
Result<int> ReindexCommand(const CommonOptions& common, const ReindexOptions& options);
Result<int> CheckConfigCommand(const CommonOptions& common, const CheckConfigOptions& options);
Result<int> StatusCommand(const CommonOptions& common);
Result<int> ReportsListCommand(const CommonOptions& common, const ReportsOptions& options);
Result<int> ReportsShowCommand(const CommonOptions& common, const ReportsOptions& options);
Result<int> SearchCommand(const CommonOptions& common, const SearchOptions& options);
Result<int> DeadLettersListCommand(const CommonOptions& common, const DeadLettersOptions& options);
Result<int> DeadLettersShowCommand(const CommonOptions& common, const DeadLettersOptions& options);
/// Exit code 65 when a letter stays open.
Result<int> DeadLettersReplayCommand(const CommonOptions& common, const ReplayOptions& options);
Result<int> DemoCommand(const CommonOptions& common, const DemoCommandOptions& options);

/// Opens the shop, lets its warnings go to standard error, and gives the process as many threads as
/// the configuration says.
Result<Shop> OpenShop(const CommonOptions& common);

}  // namespace cartwright
