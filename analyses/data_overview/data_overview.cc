#include "analyses/data_overview/data_overview.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "analyses/statistics/ratio.h"
#include "daemon/base/money.h"

namespace cartwright {
namespace {

constexpr std::string_view kAmountNames[kAmountKinds] = {
    "payment_amount", "discount_amount", "tax_amount", "shipping_amount", "refund_amount"};

Report StartReport(const ShopTables& tables, std::string_view type,
                   std::vector<ColumnSpec> columns) {
  Report report;
  report.key.report_name = "data_overview";
  report.key.type = type;
  report.table = ReportTable(std::move(columns));
  report.rows_read = static_cast<std::int64_t>(tables.sessions.size() + tables.customers.size());
  report.rows_used = report.rows_read;
  const std::vector<EpochMillis>& start = tables.sessions.start;
  if (report.rows_read == 0) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = "there are no records";
  } else if (!start.empty()) {
    const auto [first, last] = std::minmax_element(start.begin(), start.end());
    report.period_from = *first;
    report.period_to = *last + 1;
  }
  return report;
}

/// Counts by name, in a stated order.
using Measures = std::vector<std::pair<std::string_view, std::int64_t>>;

Measures MeasureSessions(const ShopTables& tables, const ShopCalendar& calendar) {
  const SessionTable& table = tables.sessions;
  Measures measures = {{"all", std::ssize(table.start)},
                       {"after_as_of", 0},
                       {"credits", 0},
                       {"visits", 0},
                       {"orders", 0},
                       {"guest_orders", 0},
                       {"unpaid_orders", 0},
                       {"refunded_orders", 0}};
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table.start[row] >= calendar.as_of) {
      ++measures[1].second;
    } else if (table.is_credit(row)) {
      ++measures[2].second;
    } else if (!table.purchased(row)) {
      ++measures[3].second;
    } else {
      ++measures[4].second;
      measures[5].second += table.client[row] == kNoCode ? 1 : 0;
      measures[6].second += table.AmountOrZero(row, AmountKind::kPayment) == 0 ? 1 : 0;
      measures[7].second += table.is_refunded(row) ? 1 : 0;
    }
  }
  return measures;
}

Measures MeasureLines(const ShopTables& tables) {
  const SessionTable& table = tables.sessions;
  Measures measures = {{"all", table.line_begin.back()},
                       {"sold", 0},
                       {"returned", 0},
                       {"in_baskets", 0},
                       {"without_price", 0}};
  for (std::size_t row = 0; row < table.size(); ++row) {
    for (std::uint32_t line = table.line_begin[row]; line < table.line_begin[row + 1]; ++line) {
      if (table.line_quantity[line] < 0) {
        ++measures[2].second;
      } else {
        ++measures[table.purchased(row) ? 1 : 3].second;
      }
      measures[4].second += table.line_price[line] == kMissingAmount ? 1 : 0;
    }
  }
  return measures;
}

Measures MeasureCustomers(const ShopTables& tables) {
  const SessionTable& table = tables.sessions;
  std::vector<char> has_order(tables.clients.size(), 0);
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table.client[row] != kNoCode && table.purchased(row)) {
      has_order[table.client[row]] = 1;
    }
  }
  Measures measures = {
      {"all", std::ssize(tables.customers.client)}, {"with_orders", 0}, {"without_orders", 0}};
  for (const std::uint32_t client : tables.customers.client) {
    ++measures[has_order[client] != 0 ? 1 : 2].second;
  }
  return measures;
}

Report TablesReport(const ShopTables& tables, const ShopCalendar& calendar) {
  Report report = StartReport(tables, "tables",
                              {{"table_name", ColumnType::kText},
                               {"measure", ColumnType::kText},
                               {"rows", ColumnType::kInteger},
                               {"share", ColumnType::kReal}});
  for (const auto& [table, measures] : {std::pair{"sessions", MeasureSessions(tables, calendar)},
                                        {"lines", MeasureLines(tables)},
                                        {"customers", MeasureCustomers(tables)}}) {
    for (const auto& [measure, rows] : measures) {
      report.table.Append({table, measure, rows, Ratio(rows, measures.front().second)});
    }
  }
  return report;
}

/// What the values of one column come to.
struct ColumnFigures {
  std::int64_t present = 0;
  std::optional<std::int64_t> distinct;  ///< Of texts.
  std::optional<std::string> lowest;
  std::optional<std::string> highest;
};

/// Of a column of codes: `code_of(i)` of `rows` rows, kNoCode for a missing one.
template <class CodeOf>
ColumnFigures OfCodes(std::size_t rows, const Dictionary& values, CodeOf code_of) {
  std::vector<char> seen(values.size(), 0);
  ColumnFigures figures;
  figures.distinct = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint32_t code = code_of(row);
    if (code != kNoCode) {
      ++figures.present;
      *figures.distinct += seen[code] == 0 ? 1 : 0;
      seen[code] = 1;
    }
  }
  // A dictionary of a table is sorted.
  const auto first = std::find(seen.begin(), seen.end(), 1);
  const auto last = std::find(seen.rbegin(), seen.rend(), 1);
  if (first != seen.end()) {
    figures.lowest = values.Text(static_cast<std::uint32_t>(first - seen.begin()));
    figures.highest = values.Text(static_cast<std::uint32_t>(seen.rend() - last - 1));
  }
  return figures;
}

/// Of a column of numbers: `number_of(i)` of `rows` rows, `missing` for a missing one.
template <class NumberOf, class Format>
ColumnFigures OfNumbers(std::size_t rows, std::int64_t missing, NumberOf number_of, Format format) {
  ColumnFigures figures;
  std::int64_t lowest = std::numeric_limits<std::int64_t>::max();
  std::int64_t highest = std::numeric_limits<std::int64_t>::min();
  for (std::size_t row = 0; row < rows; ++row) {
    if (const std::int64_t number = number_of(row); number != missing) {
      ++figures.present;
      lowest = std::min(lowest, number);
      highest = std::max(highest, number);
    }
  }
  if (figures.present > 0) {
    figures.lowest = format(lowest);
    figures.highest = format(highest);
  }
  return figures;
}

/// Appends the columns of one table after another.
class ColumnLister {
 public:
  ColumnLister(const ShopTables& tables, ReportTable& out)
      : tables_(tables), sessions_(tables.sessions), out_(out) {}

  void ListSessions();
  void ListLines();
  void ListCustomers();

 private:
  void Begin(std::string_view table, std::size_t rows) {
    table_ = table;
    rows_ = rows;
  }
  void Append(std::string_view column, bool is_recorded, const ColumnFigures& figures);
  void AppendInstants(std::string_view column, bool is_recorded,
                      const std::vector<EpochMillis>& instants);
  void AppendDimensions(const std::vector<DimensionColumn>& dimensions);
  void AppendActions();

  const ShopTables& tables_;
  const SessionTable& sessions_;
  ReportTable& out_;
  std::string_view table_;
  std::size_t rows_ = 0;
};

void ColumnLister::Append(std::string_view column, bool is_recorded, const ColumnFigures& figures) {
  const auto rows = static_cast<std::int64_t>(rows_);
  const std::int64_t missing = rows - figures.present;
  std::vector<Cell> row = {table_, column, is_recorded, rows};
  if (is_recorded) {
    row.insert(row.end(), {Cell(figures.present), Cell(missing), Cell(Ratio(missing, rows)),
                           Cell(figures.distinct)});
  } else {
    row.resize(row.size() + 4);
  }
  row.push_back(is_recorded ? Cell(figures.lowest) : Cell());
  row.push_back(is_recorded ? Cell(figures.highest) : Cell());
  out_.Append(row);
}

void ColumnLister::AppendInstants(std::string_view column, bool is_recorded,
                                  const std::vector<EpochMillis>& instants) {
  Append(column, is_recorded,
         OfNumbers(
             rows_, kMissingInstant, [&](std::size_t row) { return instants[row]; },
             [](std::int64_t millis) { return FormatInstant(millis); }));
}

void ColumnLister::AppendDimensions(const std::vector<DimensionColumn>& dimensions) {
  for (const DimensionColumn& dimension : dimensions) {
    Append("dimensions." + dimension.name, true,
           OfCodes(rows_, dimension.values, [&](std::size_t row) { return dimension.code[row]; }));
  }
}

void ColumnLister::AppendActions() {
  for (std::size_t action = 0; action < sessions_.action_names.size(); ++action) {
    const std::uint32_t bit = 1U << action;
    ColumnFigures figures;
    figures.present = std::count_if(sessions_.actions.begin(), sessions_.actions.end(),
                                    [bit](std::uint32_t bits) { return (bits & bit) != 0; });
    Append("actions." + sessions_.action_names[action], (sessions_.recorded.actions & bit) != 0,
           figures);
  }
}

void ColumnLister::ListSessions() {
  Begin("sessions", sessions_.size());
  AppendInstants("session_start_date", true, sessions_.start);
  Append("client", true,
         OfCodes(rows_, tables_.clients, [&](std::size_t row) { return sessions_.client[row]; }));
  for (std::size_t kind = 0; kind < kAmountKinds; ++kind) {
    const auto amount = static_cast<AmountKind>(kind);
    Append(
        kAmountNames[kind], sessions_.recorded.amount(amount),
        OfNumbers(
            rows_, kMissingAmount, [&](std::size_t row) { return sessions_.Amount(row, amount); },
            [&](std::int64_t minor) {
              return FormatMoney(Money{minor}, tables_.currency_exponent);
            }));
  }
  Append("promotion_id", sessions_.recorded.promotions,
         OfCodes(rows_, sessions_.promotions,
                 [&](std::size_t row) { return sessions_.promotion[row]; }));
  AppendActions();
  AppendDimensions(sessions_.dimensions);
}

void ColumnLister::ListLines() {
  const bool is_recorded = sessions_.recorded.lines;
  Begin("lines", sessions_.line_begin.back());
  Append("product", is_recorded, OfCodes(rows_, sessions_.products, [&](std::size_t line) {
           return sessions_.LineProduct(line);
         }));
  Append("category", is_recorded, OfCodes(rows_, sessions_.categories, [&](std::size_t line) {
           return sessions_.LineCategory(line);
         }));
  Append("price", is_recorded,
         OfNumbers(
             rows_, kMissingAmount, [&](std::size_t line) { return sessions_.line_price[line]; },
             [&](std::int64_t scaled) {
               std::string text;
               AppendDecimal(text, scaled, tables_.currency_exponent + kUnitPriceExtraDecimals);
               return text;
             }));
  Append("quantity", is_recorded,
         OfNumbers(
             rows_, kMissingAmount,
             [&](std::size_t line) { return std::int64_t{sessions_.line_quantity[line]}; },
             [](std::int64_t quantity) { return std::to_string(quantity); }));
}

void ColumnLister::ListCustomers() {
  const CustomerTable& customers = tables_.customers;
  Begin("customers", customers.size());
  Append("client", true,
         OfCodes(rows_, tables_.clients, [&](std::size_t row) { return customers.client[row]; }));
  AppendInstants("download_date", sessions_.recorded.downloads, customers.download);
  AppendInstants("signup_date", sessions_.recorded.signups, customers.signup);
  AppendDimensions(customers.dimensions);
}

Report ColumnsReport(const ShopTables& tables) {
  Report report = StartReport(tables, "columns",
                              {{"table_name", ColumnType::kText},
                               {"column_name", ColumnType::kText},
                               {"is_recorded", ColumnType::kBoolean},
                               {"rows", ColumnType::kInteger},
                               {"present", ColumnType::kInteger},
                               {"missing", ColumnType::kInteger},
                               {"missing_share", ColumnType::kReal},
                               {"distinct_values", ColumnType::kInteger},
                               {"lowest", ColumnType::kText},
                               {"highest", ColumnType::kText}});
  ColumnLister lister(tables, report.table);
  lister.ListSessions();
  lister.ListLines();
  lister.ListCustomers();
  return report;
}

}  // namespace

std::span<const Field<DataOverviewOptions>> DataOverviewOptionFields() { return {}; }

Result<std::vector<Report>> ComputeDataOverview(const ShopTables& tables,
                                                const ShopCalendar& calendar,
                                                const DataOverviewOptions& /*options*/) {
  std::vector<Report> reports;
  reports.push_back(TablesReport(tables, calendar));
  reports.push_back(ColumnsReport(tables));
  return reports;
}

}  // namespace cartwright
