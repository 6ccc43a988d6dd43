#include "analyses/statistics/kmeans_1d.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

namespace cartwright {
namespace {

/// Distinct values with how often they occur, and sums from which the inertia of any run of them
/// follows. Sums are of distances from a value in the middle, in long double: they lose no digits
/// where a few values are huge.
class Line {
 public:
  explicit Line(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    for (const double value : values) {
      if (value_.empty() || value != value_.back()) {
        value_.push_back(value);
        count_.push_back(0);
      }
      ++count_.back();
    }
    origin_ = values[values.size() / 2];
    weight_.resize(value_.size() + 1);
    sum_.resize(value_.size() + 1);
    squares_.resize(value_.size() + 1);
    for (std::size_t i = 0; i < value_.size(); ++i) {
      const long double weight = static_cast<long double>(count_[i]);
      const long double distance = static_cast<long double>(value_[i]) - origin_;
      weight_[i + 1] = weight_[i] + weight;
      sum_[i + 1] = sum_[i] + weight * distance;
      squares_[i + 1] = squares_[i] + weight * distance * distance;
    }
  }

  std::size_t size() const { return value_.size(); }
  double value(std::size_t i) const { return value_[i]; }
  std::int64_t count(std::size_t i) const { return count_[i]; }

  /// Of the values [first, end), at least one.
  long double Inertia(std::size_t first, std::size_t end) const {
    if (end - first == 1) {
      return 0;
    }
    const long double sum = sum_[end] - sum_[first];
    const long double inertia =
        squares_[end] - squares_[first] - sum * sum / (weight_[end] - weight_[first]);
    return std::max(inertia, 0.0L);
  }
  double Mean(std::size_t first, std::size_t end) const {
    if (end - first == 1) {
      return value_[first];
    }
    return static_cast<double>(origin_ +
                               (sum_[end] - sum_[first]) / (weight_[end] - weight_[first]));
  }

 private:
  std::vector<double> value_;
  std::vector<std::int64_t> count_;
  long double origin_ = 0;
  // Of the first i values.
  std::vector<long double> weight_;
  std::vector<long double> sum_;
  std::vector<long double> squares_;
};

/// Least inertia of the values [0, i] in one more cluster than `before` has, and where that
/// cluster begins.
struct Layer {
  std::vector<long double> least;
  std::vector<std::uint32_t> begin;
};

/// Finds a layer from the one before: where the last cluster begins never falls as i grows, so the
/// middle entry bounds the search of both halves.
class LayerFinder {
 public:
  LayerFinder(const Line& line, std::span<const long double> before, std::size_t clusters)
      : line_(line), before_(before), clusters_(clusters) {
    layer_.least.assign(line.size(), std::numeric_limits<long double>::infinity());
    layer_.begin.assign(line.size(), 0);
  }

  Layer Find() {
    // Each cluster has a value: fewer values cannot be parted into so many.
    Search({clusters_ - 1, line_.size()}, {clusters_ - 1, line_.size() - 1});
    return std::move(layer_);
  }

 private:
  struct Range {
    std::size_t from;
    std::size_t to;
  };

  /// Entries [rows.from, rows.to), whose last cluster begins within [begins.from, begins.to].
  void Search(Range rows, Range begins) {
    if (rows.from >= rows.to) {
      return;
    }
    const std::size_t i = rows.from + (rows.to - rows.from) / 2;
    for (std::size_t j = begins.from; j <= std::min(i, begins.to); ++j) {
      const long double inertia = before_[j - 1] + line_.Inertia(j, i + 1);
      if (inertia < layer_.least[i]) {
        layer_.least[i] = inertia;
        layer_.begin[i] = static_cast<std::uint32_t>(j);
      }
    }
    const std::size_t begin = layer_.begin[i];
    Search({rows.from, i}, {begins.from, begin});
    Search({i + 1, rows.to}, {begin, begins.to});
  }

  const Line& line_;
  std::span<const long double> before_;
  std::size_t clusters_;
  Layer layer_;
};

/// Where the clusters begin, ascending.
std::vector<std::size_t> FindBegins(const Line& line, std::size_t clusters) {
  std::vector<long double> least(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    least[i] = line.Inertia(0, i + 1);
  }
  std::vector<std::vector<std::uint32_t>> layers;
  for (std::size_t made = 2; made <= clusters; ++made) {
    Layer layer = LayerFinder(line, least, made).Find();
    least = std::move(layer.least);
    layers.push_back(std::move(layer.begin));
  }
  std::vector<std::size_t> begins(clusters, 0);
  std::size_t last = line.size() - 1;
  for (std::size_t cluster = clusters; cluster-- > 1;) {
    begins[cluster] = layers[cluster - 1][last];
    last = begins[cluster] - 1;
  }
  return begins;
}

}  // namespace

LineClusters ClusterOnLine(std::vector<double> values, int k) {
  LineClusters clusters;
  if (values.empty()) {
    return clusters;
  }
  const Line line(std::move(values));
  const std::vector<std::size_t> begins =
      FindBegins(line, std::min(static_cast<std::size_t>(k), line.size()));
  long double inertia = 0;
  for (std::size_t cluster = 0; cluster < begins.size(); ++cluster) {
    const std::size_t begin = begins[cluster];
    const std::size_t end = cluster + 1 < begins.size() ? begins[cluster + 1] : line.size();
    std::int64_t size = 0;
    for (std::size_t i = begin; i < end; ++i) {
      size += line.count(i);
    }
    clusters.size.push_back(size);
    clusters.centre.push_back(line.Mean(begin, end));
    inertia += line.Inertia(begin, end);
    if (cluster > 0) {
      const double below = clusters.centre[cluster - 1];
      // Between the last value below and the first above, whatever the rounding of the middle.
      const double middle = below + (clusters.centre[cluster] - below) / 2;
      const double first_above = line.value(begin);
      const double last_below = line.value(begin - 1);
      clusters.cuts.push_back(middle < first_above ? std::max(middle, last_below) : last_below);
    }
  }
  clusters.inertia = static_cast<double>(inertia);
  return clusters;
}

}  // namespace cartwright
