#include "daemon/app/shop.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <tuple>

#include "analyses/registry.h"
#include "daemon/app/environment.h"
#include "daemon/app/tables_layout.h"
#include "daemon/app/version.h"
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

Result<std::string> ReadText(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    return Error{
        ErrorKind::kConfig,
        fmt::format("cannot read the configuration {}; give its path with --config", file)};
  }
  return text.str();
}

std::string AllFindings(const LoadedConfig& loaded, const std::string& file) {
  std::string text;
  for (const ConfigFinding& finding : loaded.findings) {
    text += (text.empty() ? "" : "\n") + finding.Format(file);
  }
  return text;
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
  CARTWRIGHT_ASSIGN(const std::string text, ReadText(config_file));
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
  }
  CARTWRIGHT_ASSIGN(shop.zone, TimeZone::Find(shop.config.shop.time_zone));
  shop.week_start =
      shop.config.shop.week_starts_on == "sunday" ? WeekStart::kSunday : WeekStart::kMonday;
  CARTWRIGHT_ASSIGN(shop.currency_exponent, CurrencyExponent(shop.config.shop.currency));
  shop.layout = LayoutOf(shop.config, shop.currency_exponent);
  CARTWRIGHT_ASSIGN(shop.catalogue, Catalogue::Load());
  shop.generator = fmt::format("cartwright {}", kVersion);
  return shop;
}

ElasticOptions Shop::Elastic(const std::string& run_id) const {
  ElasticOptions options;
  options.hosts = config.elasticsearch.hosts;
  options.api_key = config.elasticsearch.api_key.Reveal();
  options.username = config.elasticsearch.username;
  options.password = config.elasticsearch.password.Reveal();
  options.ca_file = config.elasticsearch.ca_file;
  options.connect_timeout = std::chrono::seconds(config.elasticsearch.connect_timeout_seconds);
  options.request_timeout = std::chrono::seconds(config.elasticsearch.request_timeout_seconds);
  options.user_agent = fmt::format("cartwright/{}", kVersion);
  options.opaque_id = run_id;
  return options;
}

BulkOptions Shop::Bulk() const {
  BulkOptions options;
  options.batch_bytes = static_cast<std::size_t>(config.elasticsearch.bulk_bytes);
  options.batch_documents = static_cast<std::size_t>(config.elasticsearch.bulk_documents);
  options.in_flight = static_cast<int>(config.elasticsearch.bulk_in_flight);
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
