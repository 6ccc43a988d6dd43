#include "analyses/tables/text_order.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "daemon/base/parallel.h"

namespace cartwright {
namespace {

using TextOf = std::function<std::string_view(std::uint32_t)>;

constexpr std::uint32_t kRowsWorthAThread = 20'000;

/// A text by eight of its bytes, so that most comparisons touch no text.
struct Entry {
  std::uint64_t start = 0;
  std::uint32_t number = 0;
};

/// The bytes behind `shared` as a number that orders like them.
std::uint64_t StartBehind(std::string_view text, std::size_t shared) {
  std::uint64_t start = 0;
  for (std::size_t i = shared; i < shared + sizeof(start); ++i) {
    start = start << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  }
  return start;
}

class Ordering {
 public:
  Ordering(std::uint32_t count, const TextOf& text) : count_(count), text_(text) {}

  std::vector<std::uint32_t> Run() {
    if (IsOrdered()) {
      std::vector<std::uint32_t> order(count_);
      std::iota(order.begin(), order.end(), 0U);
      return order;
    }
    shared_ = SharedBeginning();
    entries_.resize(count_);
    const std::uint32_t parts = std::max<std::uint32_t>(
        1, std::min<std::uint32_t>(static_cast<std::uint32_t>(ParallelThreads()),
                                   count_ / kRowsWorthAThread));
    RunParallel(parts,
                [&](std::size_t part) { SortPart(Begin(part, parts), Begin(part + 1, parts)); });
    for (std::uint32_t width = 1; width < parts; width *= 2) {
      Merge(width, parts);
    }
    std::vector<std::uint32_t> order(count_);
    std::transform(entries_.begin(), entries_.end(), order.begin(),
                   [](const Entry& entry) { return entry.number; });
    return order;
  }

 private:
  bool IsOrdered() const {
    for (std::uint32_t i = 1; i < count_; ++i) {
      if (text_(i) < text_(i - 1)) {
        return false;
      }
    }
    return true;
  }

  /// Bytes that all texts begin with: an order number's letters and zeros tell nothing.
  std::size_t SharedBeginning() const {
    const std::string_view first = text_(0);
    std::size_t shared = first.size();
    for (std::uint32_t i = 1; i < count_ && shared > 0; ++i) {
      const std::string_view other = text_(i);
      shared = std::min(shared, other.size());
      shared = static_cast<std::size_t>(
          std::mismatch(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(shared),
                        other.begin())
              .first -
          first.begin());
    }
    return shared;
  }

  std::ptrdiff_t Begin(std::size_t part, std::size_t parts) const {
    return static_cast<std::ptrdiff_t>(count_ * std::uint64_t{part} / parts);
  }

  bool Less(const Entry& a, const Entry& b) const {
    if (a.start != b.start) {
      return a.start < b.start;
    }
    const int texts = text_(a.number).compare(text_(b.number));
    return texts != 0 ? texts < 0 : a.number < b.number;
  }

  void SortPart(std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      const auto number = static_cast<std::uint32_t>(i);
      entries_[number] = {StartBehind(text_(number), shared_), number};
    }
    std::sort(entries_.begin() + begin, entries_.begin() + end,
              [this](const Entry& a, const Entry& b) { return Less(a, b); });
  }

  /// Merges neighbouring runs of `width` parts.
  void Merge(std::uint32_t width, std::uint32_t parts) {
    const std::uint32_t pairs = (parts + 2 * width - 1) / (2 * width);
    RunParallel(pairs, [&](std::size_t pair) {
      const std::size_t first = pair * 2 * width;
      const auto at = [&](std::size_t part) {
        return entries_.begin() + Begin(std::min<std::size_t>(part, parts), parts);
      };
      std::inplace_merge(at(first), at(first + width), at(first + std::size_t{2} * width),
                         [this](const Entry& a, const Entry& b) { return Less(a, b); });
    });
  }

  std::uint32_t count_;
  const TextOf& text_;
  std::size_t shared_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace

std::vector<std::uint32_t> OrderOfTexts(std::uint32_t count, const TextOf& text) {
  return Ordering(count, text).Run();
}

}  // namespace cartwright
