#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/result.h"

namespace cartwright {

struct DemoOptions {
  std::int64_t sessions = 50'000;  ///< Rows of sessions.csv, exactly; 1 to 1,000,000,000.
  std::uint64_t seed = 1;
  std::string start_day = "2024-01-01";  ///< First day (UTC), YYYY-MM-DD.
  std::int64_t weeks = 104;              ///< How long the shop is watched; 1 to 520.
  /// Called now and then with the sessions written so far; may be empty.
  std::function<void(std::int64_t)> progress;
};

/// Each session is an independent draw with these chances. Steps are nested, except for express
/// purchases, which set neither has_basket nor order_screen.
struct DemoFunnelTruth {
  double express = 0.004;      ///< Purchases at once.
  double basket = 0.30;        ///< Of the sessions that are not express.
  double order_screen = 0.50;  ///< Of the sessions with a basket.
  double purchase = 0.55;      ///< Of the sessions with an order screen.
  double Conversion() const { return express + (1.0 - express) * basket * order_screen * purchase; }
};

/// The BG/NBD process (Fader, Hardie & Lee 2005) of every named buyer's purchases. The first
/// purchase starts the clock; rates are per day.
struct DemoPurchaseTruth {
  double r = 0.45;
  double alpha = 40.0;  ///< Days.
  double a = 0.9;
  double b = 2.4;
};

/// What a promotion does. Its sessions buy with `odds_ratio` times the odds of sessions without
/// one.
struct DemoPromotionTruth {
  std::string id;
  double odds_ratio = 1.0;
  std::int64_t discount_percent = 0;
  double share_of_visits = 0.0;     ///< Of the sessions that do not buy.
  double share_of_purchases = 0.0;  ///< Of the sessions that buy.
  double conversion_rate = 0.0;     ///< Of the sessions with this promotion.
};

/// Exact counts of what was written.
struct DemoCounts {
  std::int64_t sessions = 0;
  std::int64_t baskets = 0;        ///< Sessions with has_basket.
  std::int64_t order_screens = 0;  ///< Sessions with order_screen.
  std::int64_t orders = 0;         ///< Sessions with purchased, express ones included.
  std::int64_t express_orders = 0;
  std::int64_t guest_sessions = 0;
  std::int64_t guest_orders = 0;
  std::int64_t customers = 0;        ///< Rows of customers.csv.
  std::int64_t idle_customers = 0;   ///< Customers without a session.
  std::int64_t buyers = 0;           ///< Customers with a purchase.
  std::int64_t one_time_buyers = 0;  ///< Customers with exactly one.
  std::int64_t lines = 0;
  std::int64_t units = 0;
  std::int64_t revenue_cents = 0;   ///< Sum of `amount`.
  std::int64_t discount_cents = 0;  ///< Sum of `discount`.
};

/// What is true of the shop that was written.
struct DemoTruth {
  DemoFunnelTruth funnel;
  DemoPurchaseTruth purchases;
  std::vector<DemoPromotionTruth> promotions;  ///< The first is no promotion (empty id).
  DemoCounts counts;
  EpochMillis observed_from = 0;
  EpochMillis observed_to = 0;  ///< Exclusive.
};

/// Writes a synthetic shop into `directory` (made where missing; files of these names are
/// replaced): sessions.csv, lines.csv, customers.csv, shop.yaml (a configuration that loads them)
/// and truth.json (what this function gives back).
///
/// The same options give the same bytes. Rows come customer by customer, not by time. Every instant
/// is UTC. Per order: sum of quantity × unit_price = amount + discount, to the cent; lines exist
/// for purchases only, and amount and discount are empty where nothing was bought. Memory does not
/// grow with the number of sessions.
///
/// Errors: kUsage for options out of range; kOutput when a file cannot be written.
Result<DemoTruth> WriteDemoShop(const DemoOptions& options, const std::string& directory);

}  // namespace cartwright
