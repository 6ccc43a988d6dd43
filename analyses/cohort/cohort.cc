#include "analyses/cohort/cohort.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "analyses/cohort/cohort_orders.h"
#include "analyses/cohort/cohort_triangle.h"
#include "analyses/cohort/customers_journey.h"
#include "analyses/report/option_texts.h"
#include "analyses/report/period_option.h"
#include "analyses/tables/day_range.h"

namespace cartwright {
namespace {

constexpr std::array<Field<CohortOptions>, 7> kFields = {{
    {.name = "periods",
     .member = &CohortOptions::periods,
     .sentence = "Which of daily, weekly and monthly to cut download and order cohorts by."},
    {.name = "retention_periods",
     .member = &CohortOptions::retention_periods,
     .sentence = "Which of daily, weekly and monthly to cut retention by."},
    {.name = "max_order",
     .member = &CohortOptions::max_order,
     .sentence = "The last order number n whose cohorts look for order n + 1.",
     .min = 1,
     .max = 50},
    {.name = "max_offset",
     .member = &CohortOptions::max_offset,
     .sentence = "The last offset of weekly and monthly cohorts.",
     .min = 0,
     .max = 240},
    {.name = "max_daily_offset",
     .member = &CohortOptions::max_daily_offset,
     .sentence = "The last offset of daily cohorts.",
     .min = 0,
     .max = 400},
    {.name = "max_cohorts",
     .member = &CohortOptions::max_cohorts,
     .sentence = "How many cohorts a report holds, the latest ones.",
     .min = 1,
     .max = 10'000},
    {.name = "minimum_cohort_size",
     .member = &CohortOptions::minimum_cohort_size,
     .sentence = "Cohorts with fewer customers show no share.",
     .min = 1,
     .max = 1e9},
}};

class CohortReports {
 public:
  CohortReports(const ShopTables& tables, const ShopCalendar& calendar,
                const CohortOptions& options)
      : tables_(tables),
        calendar_(calendar),
        options_(options),
        minor_units_(std::pow(10.0, tables.currency_exponent)),
        orders_(FindCohortOrders(tables, calendar.as_of)) {}

  void AddDownloads(const std::vector<Period>& periods) {
    const DownloadPairs found = FindDownloadPairs(tables_, calendar_, orders_);
    AddPairs("downloads", 0, found.pairs, {found.books, periods});
  }

  void AddOrders(const std::vector<Period>& periods) {
    for (std::int64_t n = 1; n <= options_.max_order; ++n) {
      AddPairs("orders", n,
               OrderPairs(tables_.sessions, orders_.by_client, static_cast<std::size_t>(n)),
               {orders_.books, periods});
    }
  }

  void AddRetention(const std::vector<Period>& periods) {
    const std::vector<EventPair> firsts = OrderPairs(tables_.sessions, orders_.by_client, 1);
    for (const Period period : periods) {
      Report report = Start("retention", TimePeriodName(period), orders_.books);
      const TriangleFrame frame = Frame(period, firsts, report);
      report.table =
          TriangleTable(TriangleOfRetention(tables_.sessions, orders_.by_client, calendar_, frame),
                        TriangleKind::kRetention, calendar_, minor_units_);
      Finish(std::move(report), firsts.empty(), "no known customer has ordered");
    }
  }

  void AddJourney() {
    Report report = Start("customers_journey", TimePeriodName(Period::kHour), orders_.books);
    report.key.from = 0;
    report.key.to = static_cast<std::int64_t>(kJourneyOrders);
    report.table = CustomersJourney(tables_, calendar_, orders_.by_client);
    Finish(std::move(report), orders_.by_client.row.empty(), "no known customer has ordered");
  }

  std::vector<Report> Take() { return std::move(reports_); }

 private:
  struct PairSource {
    const CohortBooks& books;
    const std::vector<Period>& periods;
  };

  void AddPairs(std::string_view type, std::int64_t from, const std::vector<EventPair>& pairs,
                const PairSource& source) {
    for (const Period period : source.periods) {
      Report report = Start(type, TimePeriodName(period), source.books);
      report.key.from = from;
      report.key.to = from + 1;
      const TriangleFrame frame = Frame(period, pairs, report);
      report.table = TriangleTable(TriangleOfPairs(pairs, calendar_, frame), TriangleKind::kPairs,
                                   calendar_, minor_units_);
      Finish(std::move(report), pairs.empty(),
             from == 0 ? std::string("no customer has a known download")
                       : fmt::format("no known customer has {} orders", from));
    }
  }

  Report Start(std::string_view type, std::string_view time_period,
               const CohortBooks& books) const {
    Report report;
    report.key.report_name = "cohort";
    report.key.type = type;
    report.key.time_period = time_period;
    report.rows_read = books.rows_read;
    report.rows_used = books.rows_used;
    report.rows_dropped = books.rows_dropped;
    report.period_from = books.first_event;
    report.params = OptionTexts(options_, CohortOptionFields());
    return report;
  }

  /// From the period of the first pair to as_of's, or the latest max_cohorts of them.
  TriangleFrame Frame(Period period, const std::vector<EventPair>& pairs, Report& report) const {
    TriangleFrame frame{.period = period, .minimum_size = options_.minimum_cohort_size};
    frame.offsets = 1 + static_cast<std::size_t>(period == Period::kDay ? options_.max_daily_offset
                                                                        : options_.max_offset);
    if (pairs.empty()) {
      return frame;
    }
    DayRange days(calendar_);
    for (const EventPair& pair : pairs) {
      days.Add(pair.start);
    }
    const std::int32_t first = calendar_.PeriodOf(days.first(), period);
    const std::int32_t last = calendar_.PeriodOf(days.last(), period);
    const auto most = static_cast<std::int32_t>(options_.max_cohorts);
    frame.first = std::max(first, last - most + 1);
    frame.cohorts = static_cast<std::size_t>(last - frame.first) + 1;
    if (frame.first > first) {
      report.warnings.push_back(
          fmt::format("the {} earliest cohorts are left out (max_cohorts)", frame.first - first));
    }
    return frame;
  }

  void Finish(Report report, bool empty, std::string_view reason) {
    if (report.key.type == "downloads" && !tables_.sessions.recorded.downloads) {
      report.status = ReportStatus::kNotAvailable;
      report.status_reason = "no source gives download dates";
    } else if (empty) {
      report.status = ReportStatus::kInsufficientData;
      report.status_reason = reason;
    }
    if (report.period_from) {
      report.period_to = calendar_.as_of;
    }
    if (!tables_.sessions.recorded.amount(AmountKind::kPayment)) {
      HideRevenue(report);
    }
    reports_.push_back(std::move(report));
  }

  static void HideRevenue(Report& report) {
    for (const char* name : {"net_revenue", "cumulative_revenue", "revenue_per_customer",
                             "average_order_value", "median_order_value"}) {
      if (const auto column = report.table.Find(name)) {
        report.table.ClearColumn(*column);
      }
    }
    report.warnings.emplace_back("no source gives payments; revenue is not available");
  }

  const ShopTables& tables_;
  const ShopCalendar& calendar_;
  const CohortOptions& options_;
  double minor_units_;  ///< Of a major one.
  CohortOrders orders_;
  std::vector<Report> reports_;
};

}  // namespace

std::span<const Field<CohortOptions>> CohortOptionFields() { return kFields; }

std::vector<OptionFault> CohortOptionFaults(const CohortOptions& options,
                                            const ShopTablesLayout& /*shop*/) {
  const std::vector<Period> allowed = {Period::kDay, Period::kWeek, Period::kMonth};
  std::vector<OptionFault> faults = PeriodFaults("periods", options.periods, allowed);
  for (OptionFault& fault : PeriodFaults("retention_periods", options.retention_periods, allowed)) {
    faults.push_back(std::move(fault));
  }
  return faults;
}

Result<std::vector<Report>> ComputeCohort(const ShopTables& tables, const ShopCalendar& calendar,
                                          const CohortOptions& options) {
  CARTWRIGHT_TRY(FirstFault("cohort", CohortOptionFaults(options, {})));
  CohortReports reports(tables, calendar, options);
  reports.AddDownloads(ReadPeriods(options.periods));
  reports.AddOrders(ReadPeriods(options.periods));
  reports.AddRetention(ReadPeriods(options.retention_periods));
  reports.AddJourney();
  return reports.Take();
}

}  // namespace cartwright
