#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/base/random.h"

namespace cartwright {

/// What the demo shop sells. Names hold commas, quotes and umlauts on purpose.
struct DemoProduct {
  std::string id;          ///< "P0001".
  std::string csv_fields;  ///< `name,category,brand`, quoted where needed.
  std::int64_t cents = 0;  ///< Unit price in cents; it never changes.
};

/// 240 products, ordered by popularity: the k-th (from 1) is bought in proportion to 1 / k (Zipf).
class Assortment {
 public:
  /// Which products are popular and what they cost depends on the draws.
  explicit Assortment(Random& random);
  /// The index of a product, drawn by popularity.
  std::size_t Draw(Random& random) const;
  const DemoProduct& product(std::size_t index) const { return products_[index]; }
  std::size_t size() const { return products_.size(); }

 private:
  std::vector<DemoProduct> products_;
  std::vector<double> cumulative_;  ///< Ends at 1.
};

}  // namespace cartwright
