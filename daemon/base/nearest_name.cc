#include "daemon/base/nearest_name.h"

#include <algorithm>
#include <vector>

namespace cartwright {
namespace {

// Longer texts are no typing errors of a name, and the distance costs the product of both lengths.
constexpr std::size_t kLongestName = 256;

std::size_t AllowedEdits(std::string_view a, std::string_view b) {
  const std::size_t longer = std::max(a.size(), b.size());
  return longer < 3 ? 0 : longer / 3;
}

}  // namespace

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    above[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

std::optional<std::string_view> NearestName(std::string_view written,
                                            std::span<const std::string_view> names) {
  if (written.size() > kLongestName) {
    return std::nullopt;
  }
  std::optional<std::string_view> nearest;
  std::size_t least = 0;
  for (const std::string_view name : names) {
    const std::size_t distance = EditDistance(written, name);
    if (distance <= AllowedEdits(written, name) && (!nearest || distance < least)) {
      nearest = name;
      least = distance;
    }
  }
  return nearest;
}

}  // namespace cartwright
