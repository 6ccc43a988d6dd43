#include "daemon/publish/item_chart.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/publish/cell_text.h"
#include "daemon/publish/drawn_table.h"
#include "daemon/publish/terminal_text.h"
#include "daemon/publish/text_grid.h"

namespace cartwright {
namespace {

constexpr std::size_t kBarColumns = 20;

std::optional<std::size_t> PeriodColumn(const ReportTable& table) {
  return FirstOf(table, {"bucket_local", "hour"});
}

std::optional<std::size_t> ItemColumn(const ReportTable& table) {
  return FirstOf(table, {"product", "category", "promotion"});
}

std::optional<std::size_t> ListedColumn(const ReportTable& table) {
  return FirstOf(table, {"product", "category", "promotion", "order_kind", "stage", "abc_class"});
}

std::string ItemText(const ReportTable& table, std::size_t row, std::size_t column,
                     const DrawOptions& options) {
  if (!table.IsNull(row, column)) {
    return CellText(table, row, column, options.currency_exponent);
  }
  const auto others = table.Find("is_others");
  return others && std::get<bool>(table.At(row, *others)) ? "others" : "(none)";
}

/// The rows of a series by period; rows of one period come together.
struct Periods {
  std::vector<std::string> items;  ///< In the order of their first row.
  std::vector<std::size_t> begin;  ///< First row of each period.
};

Periods GatherPeriods(const ReportTable& table, std::size_t period, std::size_t item,
                      const DrawOptions& options) {
  Periods periods;
  std::string last;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::string now = CellText(table, row, period, options.currency_exponent);
    if (row == 0 || now != last) {
      periods.begin.push_back(row);
      last = std::move(now);
    }
    std::string text = ItemText(table, row, item, options);
    if (std::find(periods.items.begin(), periods.items.end(), text) == periods.items.end()) {
      periods.items.push_back(std::move(text));
    }
  }
  return periods;
}

}  // namespace

bool IsItemSeries(const ReportTable& table) { return PeriodColumn(table) && ItemColumn(table); }

std::string DrawItemSeries(const Report& report, const DrawOptions& options) {
  const ReportTable& table = report.table;
  const auto period = PeriodColumn(table);
  const auto item = ItemColumn(table);
  const auto measure = FirstOf(table, {"orders", "gross_revenue", "discount"});
  if (!period || !item || !measure || table.rows() == 0) {
    return DrawTable(report, options);
  }
  const Periods periods = GatherPeriods(table, *period, *item, options);
  TextGrid grid({{table.columns()[*measure].name, false}});
  for (const std::string& text : periods.items) {
    grid.AddColumn({text, true});
  }
  const std::size_t count = periods.begin.size();
  const std::size_t drawn = std::min(count, options.max_rows);
  bool any_open = false;
  for (std::size_t i = count - drawn; i < count; ++i) {
    const std::size_t end = i + 1 < count ? periods.begin[i + 1] : table.rows();
    const bool open = IsOpen(table, periods.begin[i]);
    any_open = any_open || open;
    std::vector<std::string> cells(periods.items.size() + 1, std::string(kMissingText));
    cells[0] =
        CellText(table, periods.begin[i], *period, options.currency_exponent) + (open ? "~" : "");
    for (std::size_t row = periods.begin[i]; row < end; ++row) {
      const auto found = std::find(periods.items.begin(), periods.items.end(),
                                   ItemText(table, row, *item, options));
      cells[static_cast<std::size_t>(found - periods.items.begin()) + 1] =
          CellText(table, row, *measure, options.currency_exponent);
    }
    grid.AddRow(std::move(cells));
  }
  return grid.Draw(options.width, options.colour) + std::string(any_open ? kOpenNote : "") +
         LeftOutNote(drawn, count, "last", "periods");
}

bool IsShareList(const ReportTable& table) {
  return ListedColumn(table) && table.Find("share") && !PeriodColumn(table);
}

std::string DrawShares(const Report& report, const DrawOptions& options) {
  const ReportTable& table = report.table;
  const auto listed = ListedColumn(table);
  const auto share = table.Find("share");
  if (!listed || !share || table.rows() == 0) {
    return DrawTable(report, options);
  }
  const std::size_t rows = std::min(table.rows(), options.max_rows);
  double highest = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    highest = std::max(highest, CellNumber(table, row, *share).value_or(0.0));
  }
  TextGrid grid(
      {{EscapeForTerminal(table.columns()[*listed].name), false}, {"share", true}, {"", false}});
  std::vector<std::size_t> others;
  for (std::size_t column = 0; column < table.columns().size(); ++column) {
    if (column != *listed && column != *share) {
      others.push_back(column);
      const ColumnSpec& spec = table.columns()[column];
      grid.AddColumn({EscapeForTerminal(spec.name), IsNumber(spec.type)});
    }
  }
  for (std::size_t row = 0; row < rows; ++row) {
    const double part = CellNumber(table, row, *share).value_or(0.0);
    std::vector<std::string> cells{
        ItemText(table, row, *listed, options),
        CellText(table, row, *share, options.currency_exponent),
        PadRight(Bar(highest > 0 ? part / highest : 0.0, kBarColumns), kBarColumns)};
    for (const std::size_t column : others) {
      cells.push_back(CellText(table, row, column, options.currency_exponent));
    }
    grid.AddRow(std::move(cells));
  }
  return grid.Draw(options.width, options.colour) +
         LeftOutNote(rows, table.rows(), "first", "rows");
}

}  // namespace cartwright
