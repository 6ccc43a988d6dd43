#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analyses/clv/purchase_model.h"
#include "analyses/clv/spend_model.h"
#include "daemon/base/calendar.h"
#include "tests/support/shop_tables_fixture.h"

namespace cartwright {

/// The cells of a reference file without its header; nothing where the file is absent.
inline std::optional<std::vector<std::vector<std::string>>> ReadCells(const std::string& name,
                                                                      char separator) {
  const char* folder = std::getenv("CARTWRIGHT_DATA");
  std::ifstream file((folder != nullptr ? std::string(folder) : "../shared/data") + "/" + name);
  if (!file) {
    return std::nullopt;
  }
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream text(line);
    std::vector<std::string> cells;
    for (std::string cell; std::getline(text, cell, separator);) {
      if (!cell.empty() && cell != "\r") {
        cells.push_back(cell);
      }
    }
    rows.push_back(cells);
  }
  return rows;
}

/// "19970118" as "1997-01-18".
inline std::string DashedDay(const std::string& compact) {
  return compact.substr(0, 4) + "-" + compact.substr(4, 2) + "-" + compact.substr(6, 2);
}

inline std::int64_t Cents(const std::string& dollars) {
  return std::llround(std::stod(dollars) * 100);
}

/// The 1-in-10 sample of CDNOW (Fader & Hardie 2001) as orders.
inline std::optional<ShopTables> CdnowSample() {
  const auto rows = ReadCells("cdnow/btyd_cdnowElog.csv", ',');
  if (!rows) {
    return std::nullopt;
  }
  ShopTablesFixture shop("UTC");
  for (const auto& row : *rows) {
    shop.Order(row[1], DashedDay(row[2]), Cents(row[4]));
  }
  return shop.Build();
}

/// The published summary of the same customers over 39 weeks, in weeks rounded to two decimals.
struct CdnowSummary {
  std::vector<PurchaseSummary> purchases;
  std::vector<double> mean_values;  ///< 0 without repeats.

  std::vector<SpendSummary> Spending() const {
    std::vector<SpendSummary> spending;
    for (std::size_t i = 0; i < purchases.size(); ++i) {
      if (purchases[i].repeats > 0) {
        spending.push_back({purchases[i].repeats, mean_values[i]});
      }
    }
    return spending;
  }
};

inline std::optional<CdnowSummary> ReadCdnowSummary() {
  const auto rows = ReadCells("cdnow/cdnow_customers_summary_with_transactions.csv", ',');
  if (!rows) {
    return std::nullopt;
  }
  CdnowSummary summary;
  for (const auto& row : *rows) {
    summary.purchases.push_back(
        {.repeats = std::stoll(row[1]), .last = std::stod(row[2]), .age = std::stod(row[3])});
    summary.mean_values.push_back(std::stod(row[4]));
  }
  return summary;
}

/// Summaries of a log of (client, day) by day, `period` days a unit, ending with `end`.
inline std::vector<PurchaseSummary> SummariesOf(
    const std::map<std::string, std::set<DayNumber>>& days, DayNumber end, double period) {
  std::vector<PurchaseSummary> summaries;
  for (const auto& [client, purchases] : days) {
    summaries.push_back({.repeats = static_cast<std::int64_t>(purchases.size()) - 1,
                         .last = (*purchases.rbegin() - *purchases.begin()) / period,
                         .age = (end - *purchases.begin()) / period});
  }
  return summaries;
}

#define CARTWRIGHT_REQUIRE_DATA(data) \
  if (!(data)) GTEST_SKIP() << "the reference data set is not there; set CARTWRIGHT_DATA"

}  // namespace cartwright
