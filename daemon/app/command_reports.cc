#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "daemon/app/commands.h"
#include "daemon/app/report_store.h"
#include "daemon/base/nearest_name.h"
#include "daemon/publish/text_chart.h"

namespace cartwright {
namespace {

std::string TypesText(const ReportKey& key) {
  std::string text = key.type;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : " ") + part; };
  if (!key.time_period.empty()) {
    add(key.time_period);
  }
  if (key.from && key.to) {
    add(fmt::format("{} to {}", *key.from, *key.to));
  }
  if (!key.variant.empty()) {
    add("variant " + key.variant);
  }
  if (!key.dimension_name.empty()) {
    add(key.dimension_name + "=" + key.dimension_value);
  }
  return text;
}

nlohmann::ordered_json HeadJson(const ReportHead& head) {
  nlohmann::ordered_json json{{"report_id", head.id}, {"report_name", head.key.report_name}};
  json["report_types"] = {{"type", head.key.type}, {"time_period", head.key.time_period}};
  if (head.key.from) {
    json["report_types"]["from"] = *head.key.from;
    json["report_types"]["to"] = head.key.to.value_or(0);
  }
  json["variant"] = head.key.variant;
  json["dimension_name"] = head.key.dimension_name;
  json["dimension_value"] = head.key.dimension_value;
  json["report_date"] = head.report_date;
  json["status"] = head.status;
  json["row_count"] = head.row_count;
  return json;
}

int PrintCatalogue(const Shop& shop, const CommonOptions& common) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const CatalogueReport& report : shop.catalogue.reports()) {
    if (common.json) {
      list.push_back({{"report_name", report.report_name},
                      {"type", report.type},
                      {"time_periods", report.time_periods},
                      {"grain", report.grain == Grain::kCustomer ? "customer" : "aggregate"},
                      {"sentence", report.sentence},
                      {"columns", report.columns}});
    } else {
      fmt::print("{:<16} {:<30} {}\n", report.report_name, report.type, report.sentence);
    }
  }
  if (common.json) {
    fmt::print("{}\n", list.dump());
  }
  return 0;
}

DrawOptions Drawing(const PublishedReport& published, std::size_t max_rows, int exponent) {
  DrawOptions draw;
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  winsize size{};
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    draw.width = size.ws_col;
  }
  const char* no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe)
  draw.colour = terminal && (no_colour == nullptr || *no_colour == '\0');
  draw.max_rows = max_rows;
  draw.currency = published.currency;
  draw.currency_exponent = exponent;
  return draw;
}

/// Where a report stands among those of its name when only one is shown: the catalogue's order,
/// then the whole shop before its parts.
std::size_t Prominence(const Shop& shop, const ReportHead& head) {
  const std::vector<CatalogueReport>& reports = shop.catalogue.reports();
  std::size_t place = 0;
  while (place < reports.size() && (reports[place].report_name != head.key.report_name ||
                                    reports[place].type != head.key.type)) {
    ++place;
  }
  std::size_t period = 0;
  if (place < reports.size()) {
    const auto& periods = reports[place].time_periods;
    period = static_cast<std::size_t>(
        std::find(periods.begin(), periods.end(), head.key.time_period) - periods.begin());
  }
  const bool is_part = !head.key.dimension_name.empty() || !head.key.variant.empty();
  return (is_part ? 1'000'000U : 0U) + place * 100 + period;
}

Status ShowOne(const Shop& shop, const CommonOptions& common, const ReportsOptions& options,
               ReportStore& store, const ReportHead& head) {
  CARTWRIGHT_ASSIGN(const std::string document, store.Fetch(head.id));
  if (common.json) {
    fmt::print("{}\n", document);
    return {};
  }
  CARTWRIGHT_ASSIGN(const PublishedReport published, ParseReportDocument(document, shop.catalogue));
  CARTWRIGHT_ASSIGN(const int exponent, CurrencyExponent(published.currency));
  fmt::print("{}", DrawReport(published.report, Drawing(published, options.max_rows, exponent)));
  return {};
}

/// The configured shop. What needs no server needs no configuration either: then the defaults.
Result<Shop> ShopToRead(const CommonOptions& common, const ReportsOptions& options) {
  const bool needs_no_server = options.catalogue || !options.from_file.empty();
  if (needs_no_server && !std::filesystem::exists(common.config)) {
    Shop shop;
    CARTWRIGHT_ASSIGN(shop.catalogue, Catalogue::Load());
    return shop;
  }
  return OpenShop(common);
}

Error NoMatch(const Shop& shop, const ReportsOptions& options) {
  std::string asked;
  const auto add = [&asked](std::string_view what, const std::string& value) {
    if (!value.empty()) {
      asked += fmt::format("{}{} \"{}\"", asked.empty() ? "" : ", ", what, value);
    }
  };
  add("name", options.name);
  add("--type", options.type);
  add("--period", options.time_period);
  add("--variant", options.variant);
  add("--dimension", options.dimension);
  add("--report-date", options.report_date);
  std::vector<std::string_view> names;
  for (const CatalogueReport& report : shop.catalogue.reports()) {
    names.push_back(report.report_name);
  }
  const bool known = std::any_of(names.begin(), names.end(), [&options](std::string_view name) {
    return name.starts_with(options.name);
  });
  const auto near = known ? std::nullopt : NearestName(options.name, names);
  return Error{ErrorKind::kUsage,
               fmt::format("no report matches {}{}; cartwright reports list shows what there is",
                           asked, near ? fmt::format("; did you mean \"{}\"?", *near) : "")};
}

}  // namespace

Result<int> ReportsListCommand(const CommonOptions& common, const ReportsOptions& options) {
  CARTWRIGHT_ASSIGN(const Shop shop, ShopToRead(common, options));
  if (options.catalogue) {
    return PrintCatalogue(shop, common);
  }
  CARTWRIGHT_ASSIGN(const std::unique_ptr<ReportStore> store, OpenReportStore(shop, options));
  CARTWRIGHT_ASSIGN(std::vector<ReportHead> heads, store->List(options));
  if (options.report_date.empty() || options.report_date == "latest") {
    heads = NewestOnly(std::move(heads));
  }
  if (common.json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const ReportHead& head : heads) {
      list.push_back(HeadJson(head));
    }
    fmt::print("{}\n", list.dump());
    return 0;
  }
  fmt::print("{:<16} {:<48} {:<12} {:>8}  {}\n", "report", "type", "date", "rows", "status");
  for (const ReportHead& head : heads) {
    fmt::print("{:<16} {:<48} {:<12} {:>8}  {}\n", head.key.report_name, TypesText(head.key),
               head.report_date, head.row_count, head.status);
  }
  return 0;
}

Result<int> ReportsShowCommand(const CommonOptions& common, const ReportsOptions& options) {
  CARTWRIGHT_ASSIGN(const Shop shop, ShopToRead(common, options));
  CARTWRIGHT_ASSIGN(const std::unique_ptr<ReportStore> store, OpenReportStore(shop, options));
  CARTWRIGHT_ASSIGN(std::vector<ReportHead> heads, store->List(options));
  heads = NewestOnly(std::move(heads));
  if (heads.empty()) {
    return NoMatch(shop, options);
  }
  std::stable_sort(heads.begin(), heads.end(), [&shop](const ReportHead& a, const ReportHead& b) {
    return Prominence(shop, a) < Prominence(shop, b);
  });
  const std::size_t shown = options.all ? heads.size() : 1;
  for (std::size_t i = 0; i < shown; ++i) {
    CARTWRIGHT_TRY(ShowOne(shop, common, options, *store, heads[i]));
  }
  if (shown < heads.size() && !common.quiet && !common.json) {
    fmt::print(stderr, "{} more reports match; --all shows them, --type and --period choose\n",
               heads.size() - shown);
  }
  return 0;
}

}  // namespace cartwright
