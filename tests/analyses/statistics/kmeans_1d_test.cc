#include "analyses/statistics/kmeans_1d.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "analyses/statistics/quantile_classes.h"

namespace cartwright {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::Pointwise;

MATCHER(NearlyEqual, "") { return std::abs(std::get<0>(arg) - std::get<1>(arg)) < 1e-9; }

struct Published {
  const char* name;
  std::vector<double> values;
  int k;
  std::vector<double> centre;
  std::vector<std::int64_t> size;
  double inertia;
};

// Centres, sizes and within sums of squares from the tests of the R package Ckmeans.1d.dp 4.3.
const std::vector<Published>& PublishedClusters() {
  static const std::vector<Published> kPublished = {
      {"three of ten", {-1, 2, -1, 2, 4, 5, 6, -1, 2, -1}, 3, {-1, 2, 5}, {4, 3, 3}, 2},
      {"as many as values", {3, 2, -5.4, .1}, 4, {-5.4, .1, 2, 3}, {1, 1, 1, 1}, 0},
      {"two of ten", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 2, {3, 8}, {5, 5}, 20},
      {"one", {-2.5, -2.5, -2.5, -2.5}, 1, {-2.5}, {4}, 0},
      {"ties", {3, 3, 3, 3, 1, 1, 1, 2, 2, 2}, 3, {1, 2, 3}, {3, 3, 4}, 0},
      {"eight of fourteen",
       {-3, 2.2, -6, 7, 9, 11, -6.3, 75, 82.6, 32.3, -9.5, 62.5, 7, 95.2},
       8,
       {-21.8 / 3, -.4, 8.5, 32.3, 62.5, 75, 82.6, 95.2},
       {3, 2, 4, 1, 1, 1, 1, 1},
       7.526666666666667 + 13.52 + 11},
      {"three groups",
       {3.5, 3.6, 3.7, 3.1, 1.1, .9, .8, 2.2, 1.9, 2.1},
       3,
       {2.8 / 3, 6.2 / 3, 3.475},
       {3, 3, 4},
       .0466666666667 + .0466666666667 + .2075}};
  return kPublished;
}

TEST(KMeans1dTest, ReproducesThePublishedClusters) {
  for (const Published& published : PublishedClusters()) {
    SCOPED_TRACE(published.name);
    const LineClusters clusters = ClusterOnLine(published.values, published.k);
    EXPECT_THAT(clusters.centre, Pointwise(NearlyEqual(), published.centre));
    EXPECT_THAT(clusters.size, ElementsAreArray(published.size));
    EXPECT_NEAR(clusters.inertia, published.inertia, 1e-9);
  }
}

TEST(KMeans1dTest, TheCosinesOfThePackage) {
  std::vector<double> values;
  for (int i = -10; i <= 10; ++i) {
    values.push_back(std::cos(i));
  }
  const LineClusters clusters = ClusterOnLine(values, 2);
  EXPECT_THAT(clusters.centre,
              ElementsAre(DoubleNear(-.6592474631, 1e-10), DoubleNear(.6751193405, 1e-10)));
  EXPECT_THAT(clusters.size, ElementsAre(12, 9));
  EXPECT_NEAR(clusters.inertia, 1.0564793100 + .6232976959, 1e-9);
}

TEST(KMeans1dTest, CutsLieBetweenTheCentres) {
  EXPECT_THAT(ClusterOnLine({1, 1, 2, 10, 12}, 2).cuts,
              ElementsAre(DoubleNear((4.0 / 3 + 11) / 2, 1e-12)));
  EXPECT_TRUE(ClusterOnLine({4, 4}, 5).cuts.empty());
  EXPECT_THAT(ClusterOnLine({4, 5, 4}, 5).size, ElementsAre(2, 1));
  EXPECT_TRUE(ClusterOnLine({}, 5).centre.empty());
}

/// Inertia of sorted values [first, end).
double Inertia(const std::vector<double>& sorted, std::size_t first, std::size_t end) {
  double mean = 0;
  for (std::size_t i = first; i < end; ++i) {
    mean += sorted[i] / static_cast<double>(end - first);
  }
  double inertia = 0;
  for (std::size_t i = first; i < end; ++i) {
    inertia += (sorted[i] - mean) * (sorted[i] - mean);
  }
  return inertia;
}

/// The least inertia by trying every place for every cluster.
double LeastInertia(const std::vector<double>& sorted, std::size_t first, int k) {
  if (k == 1) {
    return Inertia(sorted, first, sorted.size());
  }
  double least = first < sorted.size() ? Inertia(sorted, first, sorted.size()) : 0;
  for (std::size_t end = first + 1; end < sorted.size(); ++end) {
    least = std::min(least, Inertia(sorted, first, end) + LeastInertia(sorted, end, k - 1));
  }
  return least;
}

TEST(KMeans1dTest, AgreesWithEveryOtherPartition) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> values;
    const std::size_t n = 1 + random() % 12;
    for (std::size_t i = 0; i < n; ++i) {
      const double value = static_cast<double>(random() % 30) / 4;
      values.push_back(random() % 8 == 0 ? value * -1000 : value);
    }
    const int k = 1 + static_cast<int>(random() % 5);
    const LineClusters clusters = ClusterOnLine(values, k);
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const double least = LeastInertia(sorted, 0, k);
    EXPECT_NEAR(clusters.inertia, least, 1e-9 * (1 + least));
    std::shuffle(values.begin(), values.end(), random);
    const LineClusters again = ClusterOnLine(values, k);
    EXPECT_EQ(again.cuts, clusters.cuts);
    // Every value is in the class of its cluster.
    std::vector<std::int64_t> size(clusters.size.size(), 0);
    for (const double value : values) {
      ++size[static_cast<std::size_t>(ClassOf(value, clusters.cuts)) - 1];
    }
    EXPECT_EQ(size, clusters.size);
  }
}

TEST(KMeans1dTest, ManyDistinctValuesStayExact) {
  // A ladder of 10,000 steps is parted into equal fifths: inertia of n steps is n (n^2 - 1) / 12.
  std::vector<double> values;
  for (int i = 0; i < 10'000; ++i) {
    values.push_back(1e9 + i);
  }
  const LineClusters clusters = ClusterOnLine(values, 5);
  EXPECT_THAT(clusters.size, ElementsAre(2000, 2000, 2000, 2000, 2000));
  EXPECT_NEAR(clusters.inertia, 5 * 2000.0 * (2000.0 * 2000.0 - 1) / 12, 1e-3);
}

}  // namespace
}  // namespace cartwright
