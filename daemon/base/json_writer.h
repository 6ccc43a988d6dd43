#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/clock.h"

namespace cartwright {

/// Appends one compact JSON value to a string: no tree, no spaces, no newlines.
///
/// Text handed in must be valid UTF-8; it is escaped, not checked. Values inside an object follow a
/// Key(). The target string must outlive the writer. One thread.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }

  /// Writes `"name":`; the next call writes its value.
  void Key(std::string_view name);

  void String(std::string_view text);
  void Integer(std::int64_t value);
  /// Shortest text that reads back as the same double: 0.1, 12, 1e-07. `value` must be finite.
  void Real(double value);
  /// `scaled` / 10^decimals in plain digits: 1230 with 2 decimals is 12.30.
  void Decimal(std::int64_t scaled, int decimals);
  /// A UTC instant as text, as FormatInstant() gives it.
  void Instant(EpochMillis value);
  void Bool(bool value);
  void Null();
  /// A value that is JSON already.
  void Raw(std::string_view json);

  /// `"name":value`; nothing at all when the value is missing.
  void StringMember(std::string_view name, std::optional<std::string_view> text);
  void IntegerMember(std::string_view name, std::optional<std::int64_t> value);
  void RealMember(std::string_view name, std::optional<double> value);
  /// `"name":"text"`; nothing at all when the text is empty.
  void NonEmptyMember(std::string_view name, std::string_view text);

 private:
  void Open(char bracket);
  void Close(char bracket);
  void Separate();

  std::string& out_;
  bool needs_comma_ = false;
};

/// Appends `text` as a JSON string with its quotes. `text` must be valid UTF-8.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace cartwright
