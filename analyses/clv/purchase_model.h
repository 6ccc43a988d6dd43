#pragma once

#include <cstdint>
#include <optional>

namespace cartwright {

/// What a purchase model knows of a customer, times in one unit. `last` and `age` count from the
/// first purchase: to the last one, and to the end of the observation. 0 <= last <= age, and
/// last > 0 exactly when repeats > 0.
struct PurchaseSummary {
  std::int64_t repeats = 0;  ///< Distinct days with a purchase after the first.
  double last = 0;
  double age = 0;
};

/// Beta distribution of the chance to leave after a purchase, over customers.
struct DropoutShape {
  double a = 1;
  double b = 1;
};

/// How often customers buy and whether they stay. Purchase rates are gamma distributed over
/// customers with shape `r` and rate `alpha` (in units of time). With `dropout` it is the BG/NBD
/// model of Fader, Hardie & Lee (2005), without it the NBD model of Ehrenberg, in which nobody ever
/// leaves.
struct PurchaseModel {
  double r = 1;
  double alpha = 1;
  std::optional<DropoutShape> dropout = {};
};

/// Probability that the customer still buys at the end of the observation; 1 without repeats.
double AliveProbability(const PurchaseModel& model, const PurchaseSummary& customer);

/// Expected purchases in the `horizon` after an observation of length `age` with `repeats`, for a
/// customer who is alive at its end. All times in the model's unit. The expectation of an observed
/// customer is this times AliveProbability; with repeats = 0 and age = 0 it is E[X(horizon)] of a
/// customer just won. Takes about (purchases expected + 36 (age + alpha + horizon)/(age + alpha))
/// steps.
double ExpectedPurchasesIfAlive(const PurchaseModel& model, std::int64_t repeats, double age,
                                double horizon);

/// Probability of exactly `count` repeat purchases in `duration` after the first purchase.
double CountProbability(const PurchaseModel& model, std::int64_t count, double duration);

}  // namespace cartwright
