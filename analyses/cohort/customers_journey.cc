#include "analyses/cohort/customers_journey.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "analyses/statistics/quantile.h"

namespace cartwright {
namespace {

constexpr double kMillisPerHour = 3'600'000.0;

/// Everyone who has come to one order number.
struct Stage {
  std::int64_t customers = 0;
  std::int64_t net = 0;       ///< Minor units.
  std::vector<double> hours;  ///< Since the event before, of those who have one.
  std::vector<double> nets;   ///< Of each order, minor units.

  std::optional<double> AverageHours() const {
    if (hours.empty()) {
      return std::nullopt;
    }
    double sum = 0;
    for (const double value : hours) {
      sum += value;
    }
    return sum / static_cast<double>(hours.size());
  }
};

/// The download instant of each client, or kMissingInstant.
std::vector<EpochMillis> Downloads(const ShopTables& tables, EpochMillis as_of) {
  std::vector<EpochMillis> downloads(tables.clients.size(), kMissingInstant);
  for (std::size_t row = 0; row < tables.customers.size(); ++row) {
    if (tables.customers.download[row] < as_of) {
      downloads[tables.customers.client[row]] = tables.customers.download[row];
    }
  }
  return downloads;
}

void AddCustomer(std::vector<Stage>& stages, const SessionTable& sessions, EpochMillis download,
                 std::span<const std::uint32_t> orders) {
  stages[0].customers += download == kMissingInstant ? 0 : 1;
  EpochMillis before = download;
  const std::size_t count = std::min(orders.size(), kJourneyOrders);
  for (std::size_t i = 0; i < count; ++i) {
    const EpochMillis start = sessions.start[orders[i]];
    Stage& stage = stages[i + 1];
    ++stage.customers;
    stage.net += sessions.Net(orders[i]);
    stage.nets.push_back(static_cast<double>(sessions.Net(orders[i])));
    // A first order before the download has no gap to it.
    if (before != kMissingInstant && before <= start) {
      stage.hours.push_back(static_cast<double>(start - before) / kMillisPerHour);
    }
    before = start;
  }
}

}  // namespace

ReportTable CustomersJourney(const ShopTables& tables, const ShopCalendar& calendar,
                             const ClientOrders& orders) {
  ReportTable table({{"order_number", ColumnType::kInteger},
                     {"customers", ColumnType::kInteger},
                     {"median_hours_since_previous", ColumnType::kReal},
                     {"average_hours_since_previous", ColumnType::kReal},
                     {"median_order_value", ColumnType::kReal},
                     {"average_order_value", ColumnType::kReal}});
  std::vector<Stage> stages(kJourneyOrders + 1);
  const std::vector<EpochMillis> downloads = Downloads(tables, calendar.as_of);
  for (std::uint32_t client = 0; client < orders.clients(); ++client) {
    AddCustomer(stages, tables.sessions, downloads[client], orders.Of(client));
  }
  const double minor_units = std::pow(10.0, tables.currency_exponent);
  for (std::size_t number = 0; number < stages.size(); ++number) {
    Stage& stage = stages[number];
    if (number > 0 && stage.customers == 0) {
      break;
    }
    const Cell average = number == 0 ? Cell()
                                     : Cell(static_cast<double>(stage.net) /
                                            static_cast<double>(stage.customers) / minor_units);
    const std::optional<double> mean = stage.AverageHours();
    std::optional<double> median = Median(std::move(stage.nets));
    if (median) {
      *median /= minor_units;
    }
    table.Append({static_cast<std::int64_t>(number), stage.customers,
                  Median(std::move(stage.hours)), mean, median, average});
  }
  return table;
}

}  // namespace cartwright
