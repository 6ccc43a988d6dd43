#pragma once

#include <functional>
#include <optional>
#include <string>

#include "analyses/tables/shop_tables.h"
#include "daemon/base/calendar.h"
#include "daemon/base/clock.h"
#include "daemon/config/config.h"
#include "daemon/elastic/transport.h"
#include "daemon/ingest/document_layout.h"
#include "daemon/ingest/load_job.h"
#include "daemon/publish/catalogue.h"
#include "daemon/state/state_store.h"

namespace cartwright {

/// What the command line may say over the configuration file.
struct ShopOverrides {
  std::string elasticsearch;            ///< Replaces elasticsearch.hosts when not empty.
  std::string as_of;                    ///< Replaces shop.as_of when not empty.
  std::optional<std::int64_t> threads;  ///< Replaces limits.threads.
};

/// A configuration made ready to work with: what every command but demo and version begins with.
struct Shop {
  Config config;
  TimeZone zone = TimeZone::Utc();
  WeekStart week_start = WeekStart::kMonday;
  int currency_exponent = 2;
  DocumentLayout layout;
  Catalogue catalogue;
  std::string generator;    ///< "cartwright 0.1.0".
  bool looks_back = false;  ///< --as-of named a day: a run that must not replace newer results.

  /// Alias of a logical index: the prefix and the name.
  std::string Alias(std::string_view name) const {
    return config.indices.prefix + std::string(name);
  }
  /// The options of the transport, secrets included.
  ElasticOptions Elastic(const std::string& run_id) const;
  BulkOptions Bulk() const;
  /// Names and dimensions of the tables that the analyses see.
  ShopTablesLayout TablesLayout() const;
  /// The calendar of a run: as_of is `now`, a declared day's end, or one millisecond after
  /// `latest_record`.
  ShopCalendar Calendar(EpochMillis now, std::optional<EpochMillis> latest_record) const;
};

/// Loads the configuration, checks the options of its analyses as well, and applies the overrides.
/// Warnings go to `warn`. Errors: kConfig with all findings, one a line.
Result<Shop> OpenShop(const std::string& config_file, const ShopOverrides& overrides,
                      const std::function<void(const std::string&)>& warn);

/// Every finding of a configuration text, those of the analyses' options included, in file order.
LoadedConfig CheckConfiguration(std::string_view text, std::string_view file,
                                const SecretSource& secrets);

/// Opens a source of the configuration.
OpenSource SourceOpener(const Config& config);

/// A name for a run: its start and enough of the process id to tell two of one millisecond apart.
std::string MakeRunId(EpochMillis started_at);

}  // namespace cartwright
