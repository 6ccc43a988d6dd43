#pragma once

#include <algorithm>
#include <cstddef>

namespace cartwright {

/// How much may be on its way at once: requests, and bytes of one body. Halved when the server
/// pushes back, grown step by step by clean answers (additive increase, multiplicative decrease).
class SendWindow {
 public:
  /// Both as they are while all is well; `requests` and `bytes` at least 1.
  SendWindow(std::size_t requests, std::size_t bytes)
      : most_requests_(requests), most_bytes_(bytes), requests_(requests), bytes_(bytes) {}

  std::size_t requests() const { return requests_; }
  std::size_t bytes() const { return bytes_; }

  /// Fewer requests; with one left, smaller bodies: a server may count more memory for one large
  /// body than it has at all.
  void Shrink() {
    if (requests_ > 1) {
      requests_ /= 2;
    } else {
      bytes_ = std::max(bytes_ / 2, std::min(kLeastBytes, most_bytes_));
    }
  }

  void Grow() {
    if (bytes_ < most_bytes_) {
      bytes_ = std::min(most_bytes_, bytes_ + std::max<std::size_t>(1, most_bytes_ / 8));
    } else {
      requests_ = std::min(most_requests_, requests_ + 1);
    }
  }

 private:
  static constexpr std::size_t kLeastBytes = std::size_t{256} << 10;

  std::size_t most_requests_;
  std::size_t most_bytes_;
  std::size_t requests_;
  std::size_t bytes_;
};

}  // namespace cartwright
