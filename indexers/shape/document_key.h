#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cartwright {

/// Elasticsearch's own limit for `_id`.
inline constexpr std::size_t kMaxKeyBytes = 512;

/// What parts the columns of a key, and a source's prefix from it.
inline constexpr char kKeySeparator = ':';

/// What numbered keys end with: `#2`, `#3` …
inline constexpr char kOccurrenceMark = '#';

/// Bytes that a numbered key's ending may take.
inline constexpr std::size_t kOccurrenceBytes = 20;

/// Appends one column of a key, percent-escaped so that different columns never make equal keys:
/// `%`, `:` and control bytes; also `#` where keys are numbered. Other bytes stay as they are.
void AppendKeyPart(std::string& key, std::string_view column, bool is_numbered);

/// Whether a key column identifies nothing: empty or only blanks.
bool IsBlankKey(std::string_view column);

}  // namespace cartwright
