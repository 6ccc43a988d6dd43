#include "daemon/publish/text_curve.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/publish/cell_text.h"
#include "daemon/publish/drawn_table.h"
#include "daemon/publish/terminal_text.h"
#include "daemon/publish/text_grid.h"

namespace cartwright {
namespace {

constexpr std::size_t kBarColumns = 30;

std::string BarOf(double value, double highest) {
  return PadRight(Bar(highest > 0 ? value / highest : 0.0, kBarColumns), kBarColumns);
}

/// The smallest of the usual steps that takes at most `rows` of them to `last`.
std::int64_t StepOfDays(std::int64_t last, std::size_t rows) {
  for (const std::int64_t step : {1, 2, 7, 14, 30, 60, 90, 180}) {
    if (last / step < static_cast<std::int64_t>(rows)) {
      return step;
    }
  }
  return last / static_cast<std::int64_t>(rows) + 1;
}

/// One kind of customers in a bar.
struct Part {
  std::string_view column;
  std::string_view block;
};

constexpr std::array<Part, 3> kActive = {
    {{"new_customers", "█"}, {"returning_customers", "▓"}, {"resurrected_customers", "▒"}}};
constexpr Part kDormant = {"dormant_customers", "░"};

std::string Repeated(std::string_view block, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) {
    text += block;
  }
  return text;
}

/// Whole columns, so that parts can stand side by side; whoever is there shows at least once.
std::size_t Columns(double value, double per_column) {
  return value > 0 ? static_cast<std::size_t>(std::max(1.0, std::round(value / per_column))) : 0;
}

struct LifecycleScale {
  double per_column = 1;  ///< Customers.
  std::size_t left = 0;
  std::size_t right = 0;
};

LifecycleScale ScaleOf(const ReportTable& table, std::size_t first, std::size_t columns) {
  double most_dormant = 0;
  double most_active = 0;
  for (std::size_t row = first; row < table.rows(); ++row) {
    double active = 0;
    for (const Part& part : kActive) {
      active += NumberOf(table, row, part.column).value_or(0);
    }
    most_active = std::max(most_active, active);
    most_dormant = std::max(most_dormant, NumberOf(table, row, kDormant.column).value_or(0));
  }
  LifecycleScale scale;
  scale.per_column = std::max(1.0, (most_dormant + most_active) / static_cast<double>(columns));
  scale.left = Columns(most_dormant, scale.per_column);
  // Each part may be rounded up.
  scale.right = Columns(most_active, scale.per_column) + kActive.size();
  return scale;
}

}  // namespace

std::string DrawRetention(const Report& report, const DrawOptions& options) {
  const ReportTable& table = report.table;
  if (!HasColumns(table, {"period_offset", "share"}) || table.rows() == 0) {
    return DrawTable(report, options);
  }
  const std::size_t rows = std::min(table.rows(), options.max_rows);
  double highest = 0;
  for (std::size_t row = rows > 1 ? 1 : 0; row < rows; ++row) {
    highest = std::max(highest, NumberOf(table, row, "share").value_or(0));
  }
  TextGrid grid({{"after", true},
                 {"customers", true},
                 {"of", true},
                 {"share", true},
                 {"", false},
                 {"or later", true},
                 {"revenue a customer", true}});
  for (std::size_t row = 0; row < rows; ++row) {
    grid.AddRow({TextOf(table, row, "period_offset", options),
                 TextOf(table, row, "customers", options),
                 TextOf(table, row, "cohort_size", options), TextOf(table, row, "share", options),
                 BarOf(NumberOf(table, row, "share").value_or(0), highest),
                 TextOf(table, row, "share_on_or_after", options),
                 TextOf(table, row, "revenue_per_customer", options)});
  }
  return grid.Draw(options.width, options.colour) +
         LeftOutNote(rows, table.rows(), "first", "periods");
}

std::string DrawSurvival(const Report& report, const DrawOptions& options) {
  const ReportTable& table = report.table;
  if (!HasColumns(table, {"days", "survival", "returned_share"}) || table.rows() == 0) {
    return DrawTable(report, options);
  }
  const auto day_of = [&table](std::size_t row) {
    return static_cast<std::int64_t>(NumberOf(table, row, "days").value_or(0));
  };
  const std::int64_t last = day_of(table.rows() - 1);
  const std::int64_t step = StepOfDays(last, options.max_rows);
  TextGrid grid({{"days", true}, {"back by then", true}, {"", false}, {"away", true}});
  std::size_t row = 0;
  for (std::int64_t day = 0; day <= last; day += step) {
    // The estimate stays until the next day that is listed.
    while (row + 1 < table.rows() && day_of(row + 1) <= day) {
      ++row;
    }
    if (day_of(row) > day) {
      continue;
    }
    grid.AddRow({GroupedText(day), TextOf(table, row, "returned_share", options),
                 BarOf(NumberOf(table, row, "returned_share").value_or(0), 1),
                 TextOf(table, row, "survival_lower", options) + " to " +
                     TextOf(table, row, "survival_upper", options)});
  }
  return grid.Draw(options.width, options.colour) + "away: 95 % interval of the share not back\n";
}

std::string DrawLifecycle(const Report& report, const DrawOptions& options) {
  const ReportTable& table = report.table;
  if (!HasColumns(table, {"bucket_local", kDormant.column}) || table.rows() == 0) {
    return DrawTable(report, options);
  }
  const std::size_t drawn = std::min(table.rows(), options.max_rows);
  const std::size_t first = table.rows() - drawn;
  constexpr std::size_t kNumberColumns = 66;
  const std::size_t room =
      options.width > kNumberColumns + 12 ? options.width - kNumberColumns : 12;
  const LifecycleScale scale = ScaleOf(table, first, room);
  TextGrid grid({{"period", false},
                 {"", false},
                 {"new █", true},
                 {"returning ▓", true},
                 {"resurrected ▒", true},
                 {"dormant ░", true}});
  bool any_open = false;
  for (std::size_t row = first; row < table.rows(); ++row) {
    const bool open = IsOpen(table, row);
    any_open = any_open || open;
    std::string bar = PadLeft(
        Repeated(kDormant.block,
                 Columns(NumberOf(table, row, kDormant.column).value_or(0), scale.per_column)),
        scale.left);
    std::string active;
    for (const Part& part : kActive) {
      active += Repeated(part.block,
                         Columns(NumberOf(table, row, part.column).value_or(0), scale.per_column));
    }
    bar += "│" + PadRight(active, scale.right);
    grid.AddRow({TextOf(table, row, "bucket_local", options) + (open ? "~" : ""), std::move(bar),
                 TextOf(table, row, kActive[0].column, options),
                 TextOf(table, row, kActive[1].column, options),
                 TextOf(table, row, kActive[2].column, options),
                 TextOf(table, row, kDormant.column, options)});
  }
  return grid.Draw(options.width, options.colour) + std::string(any_open ? kOpenNote : "") +
         LeftOutNote(drawn, table.rows(), "last", "periods");
}

}  // namespace cartwright
