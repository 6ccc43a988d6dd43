#include "daemon/publish/text_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/publish/cell_text.h"
#include "daemon/publish/drawn_table.h"
#include "daemon/publish/item_chart.h"
#include "daemon/publish/terminal_text.h"
#include "daemon/publish/text_curve.h"
#include "daemon/publish/text_grid.h"

namespace cartwright {
namespace {

constexpr std::size_t kLeastWidth = 40;
constexpr std::size_t kMostBarColumns = 40;

/// Options within bounds.
DrawOptions Bounded(DrawOptions options) {
  options.width = std::max(options.width, kLeastWidth);
  options.max_rows = std::max<std::size_t>(options.max_rows, 1);
  return options;
}

/// Distinct values of a column in the order of their first row, as texts.
struct Labels {
  std::vector<std::string> texts;
  std::map<std::string, std::size_t> places;

  std::size_t Place(const std::string& text) {
    const auto [found, added] = places.emplace(text, texts.size());
    if (added) {
      texts.push_back(text);
    }
    return found->second;
  }
};

// ---- Funnel

std::string DrawSteps(const ReportTable& table, const DrawOptions& options) {
  const std::size_t rows = std::min(table.rows(), options.max_rows);
  const bool bypassed = table.Find("bypassed").has_value();
  std::size_t label_width = 4;
  for (std::size_t row = 0; row < rows; ++row) {
    label_width = std::max(label_width, DisplayWidth(TextOf(table, row, "step", options)));
  }
  // What the columns of numbers leave to the bar.
  const std::size_t taken = label_width + (bypassed ? 58 : 48);
  const std::size_t bar_width =
      std::min(kMostBarColumns, options.width > taken + 8 ? options.width - taken : 8);
  TextGrid grid({{"step", false},
                 {"", false},
                 {"reached", true},
                 {"of first", true},
                 {"of previous", true},
                 {"lost", true}});
  if (bypassed) {
    grid.AddColumn({"bypassed", true});
  }
  const double first = NumberOf(table, 0, "reached").value_or(0.0);
  for (std::size_t row = 0; row < rows; ++row) {
    const double reached = NumberOf(table, row, "reached").value_or(0.0);
    std::vector<std::string> cells{
        TextOf(table, row, "step", options),
        PadRight(Bar(first > 0 ? reached / first : 0.0, bar_width), bar_width),
        TextOf(table, row, "reached", options),
        TextOf(table, row, "rate_from_first", options),
        TextOf(table, row, "rate_from_previous", options),
        TextOf(table, row, "lost", options)};
    if (bypassed) {
      cells.push_back(TextOf(table, row, "bypassed", options));
    }
    grid.AddRow(std::move(cells));
  }
  return grid.Draw(options.width, options.colour) +
         LeftOutNote(rows, table.rows(), "first", "steps");
}

std::string DrawStepsByPeriod(const ReportTable& table, std::size_t period_column,
                              const DrawOptions& options) {
  Labels periods;
  Labels steps;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> row_of;
  std::map<std::size_t, bool> open;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::size_t period =
        periods.Place(CellText(table, row, period_column, options.currency_exponent));
    row_of[{period, steps.Place(TextOf(table, row, "step", options))}] = row;
    open[period] = IsOpen(table, row);
  }
  std::vector<GridColumn> columns{
      {table.columns()[period_column].name == "hour" ? "hour" : "period", false}};
  for (const std::string& step : steps.texts) {
    columns.push_back({step, true});
  }
  columns.push_back({"of first", true});
  TextGrid grid(std::move(columns));
  const std::size_t count = periods.texts.size();
  const std::size_t drawn = std::min(count, options.max_rows);
  bool any_open = false;
  for (std::size_t period = count - drawn; period < count; ++period) {
    any_open = any_open || open[period];
    std::vector<std::string> cells{periods.texts[period] + (open[period] ? "~" : "")};
    std::string last_rate(kMissingText);
    for (std::size_t step = 0; step < steps.texts.size(); ++step) {
      const auto found = row_of.find({period, step});
      const bool has_row = found != row_of.end();
      cells.push_back(has_row ? TextOf(table, found->second, "reached", options)
                              : std::string(kMissingText));
      last_rate = has_row ? TextOf(table, found->second, "rate_from_first", options) : last_rate;
    }
    cells.push_back(last_rate);
    grid.AddRow(std::move(cells));
  }
  return grid.Draw(options.width, options.colour) + std::string(any_open ? kOpenNote : "") +
         LeftOutNote(drawn, count, "last", "periods");
}

// ---- Cohort

constexpr std::size_t kCohortCell = 6;  ///< Shade, four columns of percent, open mark.
constexpr std::array<std::string_view, 4> kShades{"░", "▒", "▓", "█"};

struct CohortGrid {
  Labels cohorts;
  std::vector<std::string> sizes;
  std::map<std::pair<std::size_t, std::int64_t>, std::size_t> row_of;
  std::map<std::size_t, std::size_t> not_yet;  ///< Cohort → its row without an offset.
  std::int64_t first_offset = 0;
  std::int64_t last_offset = 0;
  double highest = 0;  ///< Share after the first offset; of all where there is only one.
};

CohortGrid GatherCohorts(const ReportTable& table, std::size_t cohort_column,
                         const DrawOptions& options) {
  CohortGrid grid;
  bool first_row = true;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::size_t cohort =
        grid.cohorts.Place(CellText(table, row, cohort_column, options.currency_exponent));
    if (cohort == grid.sizes.size()) {
      grid.sizes.push_back(TextOf(table, row, "cohort_size", options));
    }
    const std::optional<double> given_offset = NumberOf(table, row, "period_offset");
    if (!given_offset) {
      grid.not_yet[cohort] = row;
      continue;
    }
    const auto offset = static_cast<std::int64_t>(*given_offset);
    grid.row_of[{cohort, offset}] = row;
    grid.first_offset = first_row ? offset : std::min(grid.first_offset, offset);
    grid.last_offset = first_row ? offset : std::max(grid.last_offset, offset);
    first_row = false;
  }
  for (const auto& [place, row] : grid.row_of) {
    if (place.second != grid.first_offset || grid.first_offset == grid.last_offset) {
      grid.highest = std::max(grid.highest, NumberOf(table, row, "share").value_or(0.0));
    }
  }
  return grid;
}

std::string CohortCell(const ReportTable& table, std::size_t row, double highest) {
  const std::optional<double> share = NumberOf(table, row, "share");
  const std::string mark = IsOpen(table, row) ? "~" : " ";
  if (!share) {
    return PadLeft(kMissingText, kCohortCell - 1) + mark;
  }
  std::string_view shade = " ";
  if (*share > 0 && highest > 0) {
    const auto quarter = static_cast<std::size_t>(std::ceil(*share / highest * 4.0));
    shade = kShades[std::clamp<std::size_t>(quarter, 1, 4) - 1];
  }
  const int decimals = *share < 0.9995 ? 1 : 0;  // "100", for "100.0" is too wide.
  return std::string(shade) + PadLeft(FixedText(*share * 100.0, decimals), kCohortCell - 2) + mark;
}

std::string DrawTriangle(const ReportTable& table, std::size_t cohort_column,
                         const DrawOptions& options) {
  const CohortGrid cohorts = GatherCohorts(table, cohort_column, options);
  const std::size_t count = cohorts.cohorts.texts.size();
  const std::size_t drawn = std::min(count, options.max_rows);
  std::size_t label_width = 12;
  for (const std::string& text : cohorts.cohorts.texts) {
    label_width = std::max(label_width, DisplayWidth(text) + 2);
  }
  const bool has_not_yet = !cohorts.not_yet.empty();
  const std::size_t taken = label_width + (has_not_yet ? 24 : 12);
  const std::size_t room = options.width > taken ? options.width - taken : 0;
  const auto fitting =
      static_cast<std::int64_t>(std::max<std::size_t>(1, room / (kCohortCell + 2)));
  const std::int64_t all = cohorts.last_offset - cohorts.first_offset + 1;
  const std::int64_t shown = std::min(all, fitting);
  std::vector<GridColumn> columns{{"cohort", false}, {"size", true}};
  if (has_not_yet) {
    columns.push_back({"not yet", true});
  }
  for (std::int64_t offset = 0; offset < shown; ++offset) {
    columns.push_back({"+" + std::to_string(cohorts.first_offset + offset) + " ", true});
  }
  TextGrid grid(std::move(columns));
  bool any_open = false;
  for (std::size_t cohort = count - drawn; cohort < count; ++cohort) {
    std::vector<std::string> cells{cohorts.cohorts.texts[cohort], cohorts.sizes[cohort]};
    if (has_not_yet) {
      const auto found = cohorts.not_yet.find(cohort);
      cells.push_back(
          found == cohorts.not_yet.end() ? "" : TextOf(table, found->second, "share", options));
    }
    for (std::int64_t offset = 0; offset < shown; ++offset) {
      const auto found = cohorts.row_of.find({cohort, cohorts.first_offset + offset});
      const bool has_row = found != cohorts.row_of.end();
      cells.push_back(has_row ? CohortCell(table, found->second, cohorts.highest) : "");
      any_open = any_open || (has_row && IsOpen(table, found->second));
    }
    grid.AddRow(std::move(cells));
  }
  std::string out = grid.Draw(options.width, options.colour);
  out += "in %; ░ ▒ ▓ █ are quarters of " + FixedText(cohorts.highest * 100.0, 1) + "\n";
  out += any_open ? kOpenNote : "";
  out += LeftOutNote(drawn, count, "last", "cohorts");
  return out + LeftOutNote(static_cast<std::size_t>(shown), static_cast<std::size_t>(all), "first",
                           "periods");
}

// ---- Header

std::string TitleOf(const Report& report) {
  const ReportKey& key = report.key;
  std::string title = EscapeForTerminal(key.report_name);
  const std::string period = key.time_period == key.type ? "" : key.time_period;
  for (const std::string* part : {&key.type, &period, &key.abtest_type, &key.variant}) {
    title += part->empty() ? "" : " · " + EscapeForTerminal(*part);
  }
  if (key.from && key.to) {
    title += " · " + std::to_string(*key.from) + " → " + std::to_string(*key.to);
  }
  if (!key.dimension_name.empty()) {
    title += " · " + EscapeForTerminal(key.dimension_name) + " = " +
             EscapeForTerminal(key.dimension_value);
  }
  return title;
}

std::string RowsText(const Report& report) {
  std::string text =
      GroupedText(report.rows_used) + " of " + GroupedText(report.rows_read) + " rows";
  std::string separator = "; left out: ";
  for (const auto& [reason, rows] : report.rows_dropped) {
    text += separator + EscapeForTerminal(reason) + " " + GroupedText(rows);
    separator = ", ";
  }
  return text;
}

std::string DrawHeader(const Report& report, const DrawOptions& options) {
  std::string out = Coloured(TitleOf(report), kBold, options.colour) + "\n";
  if (report.period_from && report.period_to) {
    out += InstantText(*report.period_from) + " to " + InstantText(*report.period_to) + " · ";
  }
  out += RowsText(report);
  out += options.currency.empty() ? "" : " · " + EscapeForTerminal(options.currency);
  out += "\n";
  if (report.status != ReportStatus::kOk) {
    const std::string status = std::string(ReportStatusName(report.status)) + ": " +
                               EscapeForTerminal(report.status_reason);
    out += Coloured(status, kYellow, options.colour) + "\n";
  }
  for (const std::string& warning : report.warnings) {
    out += Coloured("! " + EscapeForTerminal(warning), kYellow, options.colour) + "\n";
  }
  return out + "\n";
}

// A few rows of many columns read better with a line a column: nothing falls off the right edge.
constexpr std::size_t kTurnedRows = 4;
constexpr std::size_t kTurnedColumns = 9;

std::string DrawTurned(const ReportTable& table, const DrawOptions& options) {
  TextGrid grid({{"", false}});
  for (std::size_t row = 0; row < table.rows(); ++row) {
    grid.AddColumn({"", true});
  }
  for (std::size_t column = 0; column < table.columns().size(); ++column) {
    std::vector<std::string> cells{EscapeForTerminal(table.columns()[column].name)};
    for (std::size_t row = 0; row < table.rows(); ++row) {
      cells.push_back(CellText(table, row, column, options.currency_exponent));
    }
    grid.AddRow(std::move(cells));
  }
  return grid.Draw(options.width, options.colour);
}

}  // namespace

std::string DrawFunnel(const Report& report, const DrawOptions& given) {
  const DrawOptions options = Bounded(given);
  const ReportTable& table = report.table;
  // Steps of several funnels are no one chain.
  if (!HasColumns(table, {"step", "reached"}) || table.Find("dimension") || table.rows() == 0) {
    return DrawTable(report, options);
  }
  if (const auto period = FirstOf(table, {"bucket_local", "bucket", "hour"})) {
    return DrawStepsByPeriod(table, *period, options);
  }
  return DrawSteps(table, options);
}

std::string DrawCohort(const Report& report, const DrawOptions& given) {
  const DrawOptions options = Bounded(given);
  const auto cohort = FirstOf(report.table, {"cohort_local", "cohort"});
  if (!cohort || !HasColumns(report.table, {"period_offset", "share"}) ||
      report.table.rows() == 0) {
    return DrawTable(report, options);
  }
  return DrawTriangle(report.table, *cohort, options);
}

std::string DrawSegments(const Report& report, const DrawOptions& given) {
  const DrawOptions options = Bounded(given);
  const ReportTable& table = report.table;
  if (!HasColumns(table, {"segment", "share"}) || table.rows() == 0) {
    return DrawTable(report, options);
  }
  const std::size_t rows = std::min(table.rows(), options.max_rows);
  double highest = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    highest = std::max(highest, NumberOf(table, row, "share").value_or(0.0));
  }
  constexpr std::size_t kBarColumns = 24;
  TextGrid grid({{"segment", false}});
  grid.AddColumn({"customers", true});
  grid.AddColumn({"share", true});
  grid.AddColumn({"", false});
  grid.AddColumn({"revenue share", true});
  grid.AddColumn({"net revenue", true});
  const bool has_change = table.Find("customers_change").has_value();
  if (has_change) {
    grid.AddColumn({"change", true});
  }
  for (std::size_t row = 0; row < rows; ++row) {
    const double share = NumberOf(table, row, "share").value_or(0.0);
    std::vector<std::string> cells{
        TextOf(table, row, "segment", options),
        TextOf(table, row, "customers", options),
        TextOf(table, row, "share", options),
        PadRight(Bar(highest > 0 ? share / highest : 0.0, kBarColumns), kBarColumns),
        TextOf(table, row, "revenue_share", options),
        TextOf(table, row, "net_revenue", options)};
    if (has_change) {
      cells.push_back(TextOf(table, row, "customers_change", options));
    }
    grid.AddRow(std::move(cells));
  }
  return grid.Draw(options.width, options.colour) +
         LeftOutNote(rows, table.rows(), "first", "segments");
}

std::string DrawSeries(const Report& report, const DrawOptions& given) {
  const DrawOptions options = Bounded(given);
  const ReportTable& table = report.table;
  const auto measure =
      FirstOf(table, {"net_revenue", "orders", "sessions", "customers", "carts", "organic_orders"});
  const auto period = FirstOf(table, {"bucket_local", "bucket", "hour"});
  if (!measure || !period || table.rows() == 0) {
    return DrawTable(report, options);
  }
  const std::size_t drawn = std::min(table.rows(), options.max_rows);
  double highest = 0;
  for (std::size_t row = table.rows() - drawn; row < table.rows(); ++row) {
    highest = std::max(highest, CellNumber(table, row, *measure).value_or(0.0));
  }
  constexpr std::size_t kBarColumns = 20;
  std::vector<std::size_t> others;
  TextGrid grid({{"period", false}, {table.columns()[*measure].name, true}, {"", false}});
  for (std::size_t column = 0; column < table.columns().size(); ++column) {
    const std::string& name = table.columns()[column].name;
    if (column != *measure && column != *period && name != "bucket" && name != "is_complete") {
      others.push_back(column);
      grid.AddColumn({EscapeForTerminal(name), IsNumber(table.columns()[column].type)});
    }
  }
  bool any_open = false;
  for (std::size_t row = table.rows() - drawn; row < table.rows(); ++row) {
    const bool open = IsOpen(table, row);
    any_open = any_open || open;
    const double value = CellNumber(table, row, *measure).value_or(0.0);
    std::vector<std::string> cells{
        CellText(table, row, *period, options.currency_exponent) + (open ? "~" : ""),
        CellText(table, row, *measure, options.currency_exponent),
        PadRight(Bar(highest > 0 ? value / highest : 0.0, kBarColumns), kBarColumns)};
    for (const std::size_t column : others) {
      cells.push_back(CellText(table, row, column, options.currency_exponent));
    }
    grid.AddRow(std::move(cells));
  }
  return grid.Draw(options.width, options.colour) + std::string(any_open ? kOpenNote : "") +
         LeftOutNote(drawn, table.rows(), "last", "periods");
}

std::string DrawTable(const Report& report, const DrawOptions& given) {
  const DrawOptions options = Bounded(given);
  const ReportTable& table = report.table;
  if (table.rows() == 0) {
    return "no rows\n";
  }
  if (table.rows() <= kTurnedRows && table.columns().size() >= kTurnedColumns) {
    return DrawTurned(table, options);
  }
  const bool has_label = table.Find("bucket_local").has_value();
  std::vector<std::size_t> drawn_columns;
  TextGrid grid({});
  for (std::size_t column = 0; column < table.columns().size(); ++column) {
    const ColumnSpec& spec = table.columns()[column];
    if (spec.name != "bucket" || !has_label) {
      drawn_columns.push_back(column);
      grid.AddColumn({EscapeForTerminal(spec.name), IsNumber(spec.type)});
    }
  }
  const std::size_t rows = std::min(table.rows(), options.max_rows);
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<std::string> cells;
    cells.reserve(drawn_columns.size());
    for (const std::size_t column : drawn_columns) {
      cells.push_back(CellText(table, row, column, options.currency_exponent));
    }
    grid.AddRow(std::move(cells));
  }
  return grid.Draw(options.width, options.colour) +
         LeftOutNote(rows, table.rows(), "first", "rows");
}

std::string DrawReport(const Report& report, const DrawOptions& given) {
  const DrawOptions options = Bounded(given);
  const ReportTable& table = report.table;
  const std::string header = DrawHeader(report, options);
  if (HasColumns(table, {"step", "reached"})) {
    return header + DrawFunnel(report, options);
  }
  if (HasColumns(table, {"period_offset", "share"})) {
    return header + (FirstOf(table, {"cohort_local", "cohort"}) ? DrawCohort(report, options)
                                                                : DrawRetention(report, options));
  }
  if (IsItemSeries(table)) {
    return header + DrawItemSeries(report, options);
  }
  if (IsShareList(table)) {
    return header + DrawShares(report, options);
  }
  if (HasColumns(table, {"days", "survival"})) {
    return header + DrawSurvival(report, options);
  }
  if (HasColumns(table, {"bucket_local", "dormant_customers"})) {
    return header + DrawLifecycle(report, options);
  }
  if (HasColumns(table, {"segment", "share"}) && !table.Find("segment_before")) {
    return header + DrawSegments(report, options);
  }
  if (HasColumns(table, {"bucket_local", "is_complete"})) {
    return header + DrawSeries(report, options);
  }
  return header + DrawTable(report, options);
}

}  // namespace cartwright
