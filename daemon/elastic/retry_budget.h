#pragma once

#include <algorithm>
#include <cstdint>

namespace cartwright {

/// Limits what is sent again to a share of what is sent for the first time, so that a server in
/// trouble does not get several times its usual load. Some may be sent again without that: there is
/// always a first failure. Counts documents.
class RetryBudget {
 public:
  RetryBudget(double share, std::int64_t reserve)
      : share_(share), most_(static_cast<double>(reserve)), left_(most_) {}

  void Sent(std::int64_t documents) {
    left_ = std::min(most_, left_ + share_ * static_cast<double>(documents));
  }

  /// False when the budget does not allow it: then it must wait as long as may be.
  bool Take(std::int64_t documents) {
    const bool allowed = left_ >= static_cast<double>(documents);
    left_ -= allowed ? static_cast<double>(documents) : 0.0;
    return allowed;
  }

 private:
  double share_;
  double most_;
  double left_;
};

}  // namespace cartwright
