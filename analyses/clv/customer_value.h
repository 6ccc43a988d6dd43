#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyses/clv/clv.h"
#include "analyses/clv/purchase_fit.h"
#include "analyses/clv/purchase_history.h"
#include "analyses/clv/purchase_model.h"
#include "analyses/clv/spend_model.h"

namespace cartwright {

/// Average length of a Gregorian month.
inline constexpr double kDaysPerMonth = 365.2425 / 12;

/// Purchases expected of a living customer over months of `month` units of time, the purchases of
/// the k-th month divided by (1 + monthly_discount)^k.
double DiscountedPurchasesIfAlive(const PurchaseModel& model, const PurchaseSummary& customer,
                                  double month, std::int64_t months, double monthly_discount);

/// The models of one shop and how far to trust them.
struct ClvModels {
  std::optional<PurchaseFit> bg_nbd;
  std::optional<PurchaseFit> nbd;
  std::optional<SpendFit> spend;
  bool dropout_found = false;  ///< BG/NBD is used, not NBD.
  bool spend_usable = false;
  ReportStatus status = ReportStatus::kOk;
  std::string status_reason;
  std::vector<std::string> warnings;

  /// The purchase model in use; null when there is none.
  const PurchaseFit* purchases() const {
    return dropout_found ? &*bg_nbd : (nbd ? &*nbd : nullptr);
  }
};

/// Time from first to last purchase and to the end, in periods of `period_days`.
PurchaseSummary SummaryOf(const CustomerHistory& customer, DayNumber end_day,
                          std::int64_t period_days);

/// Mean net of the repeats that had one, in major units; nothing without any.
std::optional<double> MeanRepeatValue(const CustomerHistory& customer, double minor_per_major);

/// Fits what the data allows. Spend is in major units: minor / `minor_per_major`.
ClvModels FitClvModels(const PurchaseHistories& histories, const ClvOptions& options,
                       double minor_per_major);

/// What the models say of one customer; missing where there is no model for it.
struct CustomerValue {
  std::optional<double> alive;
  std::optional<double> purchases;  ///< Expected over the horizon.
  std::optional<double> value;      ///< Expected mean value of a purchase, major units.
  std::optional<double> clv;        ///< Discounted, times margin, major units.
};

/// Expected repeat purchases, and what they bring, between consecutive days.
struct ExpectedSpan {
  double purchases = 0;
  double revenue = 0;  ///< Major units; 0 without a spend model.
};

struct ClvForecast {
  std::vector<CustomerValue> customers;  ///< Parallel to PurchaseHistories::customers.
  std::vector<ExpectedSpan> spans;       ///< One less than the days asked for.
};

/// Evaluates the models for every customer, and summed over customers between the `days`
/// (ascending, from end_day + 1 on: the days on which the spans begin; the last ends the last
/// span). Customers with equal age and repeats share one curve, so that the cost is that of
/// distinct pairs.
ClvForecast Forecast(const PurchaseHistories& histories, const ClvModels& models,
                     const ClvOptions& options, std::span<const DayNumber> days,
                     double minor_per_major);

}  // namespace cartwright
