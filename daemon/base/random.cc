#include "daemon/base/random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

/// Poisson means are drawn in pieces of at most this, so that exp(-piece) stays far from underflow.
constexpr double kPoissonPiece = 16.0;

std::uint64_t SplitMix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
  return mixed ^ (mixed >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed) : state_{} {
  for (std::uint64_t& word : state_) {
    word = SplitMix64(seed);
  }
}

std::uint64_t Random::Next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

std::uint64_t Random::Below(std::uint64_t n) {
  CARTWRIGHT_CHECK(n > 0, "a draw needs at least one outcome");
  // Values from `limit` on would make the low remainders likelier; they are drawn again.
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / n * n;
  std::uint64_t bits = Next();
  while (bits >= limit) {
    bits = Next();
  }
  return bits % n;
}

double Random::Normal() {
  // Marsaglia's polar method; the second value is dropped so that no call depends on the one
  // before.
  while (true) {
    const double x = 2.0 * Uniform() - 1.0;
    const double y = 2.0 * Uniform() - 1.0;
    const double square = x * x + y * y;
    if (square > 0.0 && square < 1.0) {
      return x * std::sqrt(-2.0 * std::log(square) / square);
    }
  }
}

double Random::Exponential(double rate) { return -std::log(UniformAboveZero()) / rate; }

double Random::GammaOfShapeAtLeastOne(double shape) {
  // Marsaglia & Tsang (2000), "A simple method for generating gamma variables".
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double normal = Normal();
    const double root = 1.0 + c * normal;
    if (root <= 0.0) {
      continue;
    }
    const double cube = root * root * root;
    const double bound = 0.5 * normal * normal + d - d * cube + d * std::log(cube);
    if (std::log(UniformAboveZero()) < bound) {
      return d * cube;
    }
  }
}

double Random::Gamma(double shape, double rate) {
  if (shape >= 1.0) {
    return GammaOfShapeAtLeastOne(shape) / rate;
  }
  const double boosted = GammaOfShapeAtLeastOne(shape + 1.0);
  return boosted * std::pow(UniformAboveZero(), 1.0 / shape) / rate;
}

double Random::Beta(double a, double b) {
  const double x = Gamma(a, 1.0);
  const double y = Gamma(b, 1.0);
  if (x + y > 0.0) {
    return x / (x + y);
  }
  // Both underflowed, which tiny shapes do: the distribution then sits on its two ends.
  return Uniform() * (a + b) < a ? 1.0 : 0.0;
}

std::int64_t Random::Poisson(double mean) {
  std::int64_t count = 0;
  while (mean > 0.0) {
    const double piece = std::min(mean, kPoissonPiece);
    mean -= piece;
    const double floor = std::exp(-piece);
    double product = Uniform();
    while (product > floor) {
      product *= Uniform();
      ++count;
    }
  }
  return count;
}

}  // namespace cartwright
