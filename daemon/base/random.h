#pragma once

#include <array>
#include <cstdint>

namespace cartwright {

/// A seeded source of random numbers: the same seed and the same calls give the same draws
/// everywhere, which the distributions of the standard library do not promise.
///
/// xoshiro256** (Blackman & Vigna 2018), its state filled by splitmix64. Not for secrets. One
/// thread. Parameters called rate, shape, mean, a and b must be finite and positive (mean may be
/// 0).
class Random {
 public:
  explicit Random(std::uint64_t seed);

  /// 64 random bits.
  std::uint64_t Next();
  /// Evenly from [0, 1), in steps of 2^-53.
  double Uniform();
  /// Evenly from 0 .. n - 1, without bias. `n` must be positive.
  std::uint64_t Below(std::uint64_t n);
  /// Mean 0, variance 1.
  double Normal();
  /// Mean 1 / rate.
  double Exponential(double rate);
  /// Mean shape / rate.
  double Gamma(double shape, double rate);
  /// Mean a / (a + b).
  double Beta(double a, double b);
  /// A count with this mean. Time grows with the mean.
  std::int64_t Poisson(double mean);

 private:
  /// Evenly from (0, 1]: safe under a logarithm.
  double UniformAboveZero() { return 1.0 - Uniform(); }
  double GammaOfShapeAtLeastOne(double shape);

  std::array<std::uint64_t, 4> state_;
};

}  // namespace cartwright
