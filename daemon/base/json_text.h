#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "daemon/base/byte_buffer.h"
#include "daemon/base/clock.h"
#include "daemon/base/json_escape.h"
#include "daemon/base/json_writer.h"
#include "daemon/base/write_text.h"

namespace cartwright {

/// JSON that is put together from ready pieces, for documents that are written a million times:
/// what their names and brackets are is known beforehand. For anything else there is JsonWriter.
///
/// Text handed in must be valid UTF-8. One thread.
class JsonText {
 public:
  void Clear() { bytes_.Clear(); }
  std::string_view view() const { return bytes_.view(); }

  /// A piece of JSON as it is.
  void Raw(std::string_view piece) { bytes_.Append(piece); }
  template <std::size_t kSize>
  void Raw(const char (&literal)[kSize]) {
    bytes_.Append(literal);
  }
  void Raw(char byte) { bytes_.Append(byte); }

  /// A text with its quotes, escaped where it must be.
  void String(std::string_view text) {
    if (!IsPlainJson(text)) {
      escaped_.clear();
      AppendJsonString(escaped_, text);
      Raw(std::string_view(escaped_));
      return;
    }
    char* at = bytes_.Room(text.size() + 2);
    *at++ = '"';
    std::memcpy(at, text.data(), text.size());
    at += text.size();
    *at++ = '"';
    bytes_.AdvanceTo(at);
  }
  void Integer(std::int64_t value) { Decimal(value, 0); }
  /// `scaled` / 10^decimals in plain digits.
  void Decimal(std::int64_t scaled, int decimals) {
    bytes_.AdvanceTo(WriteDecimal(bytes_.Room(kDecimalBytes), scaled, decimals));
  }
  /// A UTC instant with its quotes, as FormatInstant() gives it.
  void Instant(EpochMillis value) {
    char* at = bytes_.Room(kInstantBytes + 2);
    *at++ = '"';
    at = WriteInstant(at, value);
    *at++ = '"';
    bytes_.AdvanceTo(at);
  }

 private:
  ByteBuffer bytes_;
  std::string escaped_;  ///< Scratch.
};

}  // namespace cartwright
