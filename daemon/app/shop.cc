#include "daemon/app/shop.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <tuple>

#include "analyses/registry.h"
#include "daemon/app/environment.h"
#include "daemon/app/tables_layout.h"
#include "daemon/app/version.h"
#include "daemon/config/config_file.h"
#include "indexers/csv/csv.h"

namespace cartwright {
namespace {

void CheckAnalyses(const Config& config, DecodeContext& context) {
  const ShopTablesLayout layout = TablesLayoutOf(config);
  std::vector<std::string_view> names;
  for (const AnalysisEntry& entry : AllAnalyses()) {
    names.push_back(entry.name);
  }
  for (const AnalysisConfig& analysis : config.analyses) {
    const AnalysisEntry* entry = FindAnalysis(analysis.name);
    if (entry == nullptr) {
      context.RefuseKey(analysis.options,
                        "there is no analysis of this name" + SuggestName(analysis.name, names));
    } else {
      entry->check(analysis.options, layout, context);
    }
  }
  for (const JobConfig& job : config.schedule) {
    for (const std::string& name : job.analyse) {
      if (FindAnalysis(name) == nullptr) {
        ConfigNode at;
        at.line = job.line;
        at.column = 1;
        at.path = "schedule." + job.name + ".analyse";
        context.Refuse(
            at, fmt::format("there is no analysis \"{}\"{}", name, SuggestName(name, names)));
      }
    }
  }
}

std::string AllFindings(const LoadedConfig& loaded, const std::string& file) {
  std::string text;
  for (const ConfigFinding& finding : loaded.findings) {
    text += (text.empty() ? "" : "\n") + finding.Format(file);
  }
  return text;
}

/// Every period up to as_of has rows: a day far ahead, a typing error, would make millions of them.
Status CheckAsOf(const std::string& as_of) {
  constexpr DayNumber kDaysAhead = 366;
  const Result<DayNumber> day = ParseDay(as_of);
  const DayNumber today = TimeZone::Utc().ToLocal(SystemClock().Now()).day;
  if (day && *day > today + kDaysAhead) {
    return Error{ErrorKind::kConfig,
                 fmt::format("as_of {} is more than a year ahead; the reports would consist of "
                             "empty periods",
                             as_of)};
  }
  return {};
}

DocumentLayout LayoutOf(const Config& config, int exponent) {
  return {config.ActionNames(),         config.DimensionNames(),
          config.CustomerActionNames(), config.CustomerDimensionNames(),
          config.shop.currency,         exponent};
}

}  // namespace

LoadedConfig CheckConfiguration(std::string_view text, std::string_view file,
                                const SecretSource& secrets) {
  LoadedConfig loaded = ParseConfig(text, file, secrets);
  if (!loaded.config) {
    return loaded;
  }
  DecodeContext context{std::string(file)};
  CheckAnalyses(*loaded.config, context);
  const bool ok = context.ok();
  for (ConfigFinding& finding : context.TakeFindings()) {
    loaded.findings.push_back(std::move(finding));
  }
  std::stable_sort(loaded.findings.begin(), loaded.findings.end(),
                   [](const ConfigFinding& a, const ConfigFinding& b) {
                     return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                   });
  for (EffectiveValue& value : context.TakeEffective()) {
    loaded.effective.push_back(std::move(value));
  }
  if (!ok) {
    loaded.config.reset();
  }
  return loaded;
}

Result<Shop> OpenShop(const std::string& config_file, const ShopOverrides& overrides,
                      const std::function<void(const std::string&)>& warn) {
  CARTWRIGHT_ASSIGN(const std::string text, ReadConfigFile(config_file));
  const SystemSecrets secrets;
  LoadedConfig loaded = CheckConfiguration(text, config_file, secrets);
  if (!loaded.config) {
    return Error{ErrorKind::kConfig, AllFindings(loaded, config_file)};
  }
  for (const ConfigFinding& finding : loaded.findings) {
    warn(finding.Format(config_file));
  }
  Shop shop;
  shop.config = std::move(*loaded.config);
  if (!overrides.elasticsearch.empty()) {
    shop.config.elasticsearch.hosts = {overrides.elasticsearch};
  }
  if (!overrides.as_of.empty()) {
    if (overrides.as_of != "now" && overrides.as_of != "latest_record" &&
        !ParseDay(overrides.as_of)) {
      return Error{ErrorKind::kUsage,
                   fmt::format("--as-of takes now, latest_record or YYYY-MM-DD, not \"{}\"",
                               overrides.as_of)};
    }
    shop.config.shop.as_of = overrides.as_of;
    shop.looks_back = ParseDay(overrides.as_of).has_value();
  }
  shop.config.limits.threads = overrides.threads.value_or(shop.config.limits.threads);
  CARTWRIGHT_TRY(CheckAsOf(shop.config.shop.as_of));
  CARTWRIGHT_ASSIGN(shop.zone, TimeZone::Find(shop.config.shop.time_zone));
  shop.week_start =
      shop.config.shop.week_starts_on == "sunday" ? WeekStart::kSunday : WeekStart::kMonday;
  CARTWRIGHT_ASSIGN(shop.currency_exponent, CurrencyExponent(shop.config.shop.currency));
  shop.layout = LayoutOf(shop.config, shop.currency_exponent);
  CARTWRIGHT_ASSIGN(shop.catalogue, Catalogue::Load());
  shop.generator = fmt::format("cartwright {}", kVersion);
  return shop;
}

namespace {

Compression CompressionOf(std::string_view name) {
  if (name == "auto") {
    return Compression::kAuto;
  }
  return name == "on" ? Compression::kOn : Compression::kOff;
}

// Keys and passwords are renewed while a load runs: asked when the server no longer takes them.
Result<ElasticCredentials> ReadCredentials(const ElasticsearchConfig& config) {
  const SystemSecrets secrets;
  ElasticCredentials credentials;
  CARTWRIGHT_ASSIGN(credentials.api_key, ReadSecret(config.api_key.reference(), secrets));
  CARTWRIGHT_ASSIGN(credentials.password, ReadSecret(config.password.reference(), secrets));
  credentials.username = config.username;
  return credentials;
}

}  // namespace

ElasticOptions Shop::Elastic(const std::string& run_id) const {
  ElasticOptions options;
  options.hosts = config.elasticsearch.hosts;
  options.api_key = config.elasticsearch.api_key.Reveal();
  options.username = config.elasticsearch.username;
  options.password = config.elasticsearch.password.Reveal();
  options.reread_credentials = [elasticsearch = config.elasticsearch] {
    return ReadCredentials(elasticsearch);
  };
  options.ca_file = config.elasticsearch.ca_file;
  options.certificate_fingerprint = config.elasticsearch.fingerprint;
  options.compression = CompressionOf(config.elasticsearch.compression);
  options.connect_timeout = std::chrono::seconds(config.elasticsearch.connect_timeout_seconds);
  options.idle_timeout = std::chrono::seconds(config.elasticsearch.idle_timeout_seconds);
  options.request_timeout = std::chrono::seconds(config.elasticsearch.request_timeout_seconds);
  options.user_agent = fmt::format("cartwright/{}", kVersion);
  options.opaque_id = run_id;
  options.stopped = &StopWasRequested;
  return options;
}

BulkOptions Shop::Bulk() const {
  BulkOptions options;
  options.batch_bytes = static_cast<std::size_t>(config.elasticsearch.bulk_bytes);
  options.batch_documents = static_cast<std::size_t>(config.elasticsearch.bulk_documents);
  options.linger = std::chrono::milliseconds(config.elasticsearch.bulk_linger_milliseconds);
  options.in_flight = static_cast<int>(config.elasticsearch.bulk_in_flight);
  options.memory_bytes = static_cast<std::size_t>(config.elasticsearch.bulk_memory_bytes);
  options.documents_per_second = config.elasticsearch.bulk_documents_per_second;
  options.retry_share = config.elasticsearch.bulk_retry_share;
  options.max_rejected_in_a_row = config.limits.max_rejected_in_a_row;
  options.retry_total = std::chrono::seconds(config.elasticsearch.retry_total_seconds);
  options.cancelled = &StopWasRequested;
  return options;
}

ShopTablesLayout Shop::TablesLayout() const { return TablesLayoutOf(config); }

ShopCalendar Shop::Calendar(EpochMillis now, std::optional<EpochMillis> latest_record) const {
  ShopCalendar calendar{zone, week_start, now};
  const Result<DayNumber> day = ParseDay(config.shop.as_of);
  if (day) {
    calendar.as_of = zone.StartOfDay(*day + 1);
  } else if (config.shop.as_of == "latest_record" && latest_record) {
    calendar.as_of = *latest_record + 1;
  }
  return calendar;
}

OpenSource SourceOpener(const Config& config) {
  return [&config](std::uint32_t index) { return OpenCsv(config.sources[index].csv, index); };
}

std::string MakeRunId(EpochMillis started_at) {
  return fmt::format("{}-{:x}", FormatInstant(started_at), static_cast<unsigned>(getpid()));
}

}  // namespace cartwright
