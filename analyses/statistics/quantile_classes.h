#pragma once

#include <span>
#include <vector>

namespace cartwright {

/// The classes - 1 inner cuts that part `values` into equally full classes: quantiles of type 7 at
/// 1/classes, 2/classes, …, ascending. Ties make cuts coincide. Empty for no values. The ranks are
/// whole-number arithmetic, so that a cut that falls on a value is that value exactly.
std::vector<double> QuantileCuts(std::vector<double> values, int classes);

/// The class of a value, from 1: one more than the number of cuts below it. A value on a cut stays
/// in the lower class; between coinciding cuts no value lies, so their class stays empty.
int ClassOf(double value, std::span<const double> ascending_cuts);

}  // namespace cartwright
