#pragma once

#include <string>
#include <string_view>

#include "indexers/record/record.h"

namespace cartwright {

/// Bytes of a row that a dead letter keeps at most.
inline constexpr std::size_t kMaxRawBytes = std::size_t{64} * 1024;

/// A row that could not be used, with all that a person needs to mend it.
struct SetAside {
  SourcePosition position;
  std::string file;
  std::string key;     ///< Of its document, as far as it could be read.
  std::string column;  ///< Empty when the whole row is bad.
  std::string value;   ///< Shortened, control bytes and bad UTF-8 escaped.
  std::string code;    ///< Stable name: too_many_decimals, empty_key, no_such_order …
  std::string reason;
  std::string remedy;
  std::string raw;  ///< The row's bytes, at most kMaxRawBytes of them; base64 when not UTF-8.
  bool raw_is_base64 = false;
  bool raw_is_cut = false;

  /// `file:line: column: reason (value "…"); remedy`, one line.
  std::string Text() const;
};

/// The bytes as printable text on one line: control bytes and bytes that are not UTF-8 as \xNN,
/// quotes and backslashes with a backslash.
std::string EscapeBytes(std::string_view bytes);

/// The value as messages show it: escaped, at most 80 bytes of it, cut between characters.
std::string EscapeForMessage(std::string_view value);

/// Sets `raw`, `raw_is_base64` and `raw_is_cut` from the row's bytes.
void KeepRaw(SetAside& row, std::string_view bytes);

}  // namespace cartwright
