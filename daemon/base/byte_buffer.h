#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace cartwright {

/// Text or bytes that are put together anew for every row, in memory that is kept from row to row.
///
/// Unlike a string it does not end in a zero and can be written to in place: a string's append
/// keeps its size and its zero right at every step, which was half of what a document cost. One
/// thread.
class ByteBuffer {
 public:
  void Clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.get(), size_}; }

  /// Room for `count` bytes behind the last one; AdvanceTo() makes them part of the text.
  char* Room(std::size_t count) {
    if (capacity_ - size_ < count) {
      Grow(count);
    }
    return bytes_.get() + size_;
  }
  void AdvanceTo(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }

  void Append(std::string_view text) {
    char* const at = Room(text.size());
    std::memcpy(at, text.data(), text.size());
    size_ += text.size();
  }
  /// A literal: its length is known, so that the copy needs no call.
  template <std::size_t kSize>
  void Append(const char (&literal)[kSize]) {
    std::memcpy(Room(kSize - 1), literal, kSize - 1);
    size_ += kSize - 1;
  }
  void Append(char byte) {
    *Room(1) = byte;
    ++size_;
  }

 private:
  void Grow(std::size_t count) {
    constexpr std::size_t kFirst = 1024;
    const std::size_t capacity = std::max({kFirst, 2 * capacity_, size_ + count});
    auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) {
      std::memcpy(bytes.get(), bytes_.get(), size_);
    }
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace cartwright
