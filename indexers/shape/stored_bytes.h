#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/byte_buffer.h"
#include "daemon/base/check.h"

namespace cartwright {

/// The most bytes that StoredWriter::Unsigned() writes.
inline constexpr std::size_t kStoredNumberBytes = 10;

/// Appends values in a compact form that StoredReader reads back in the same order.
class StoredWriter {
 public:
  explicit StoredWriter(ByteBuffer& out) : out_(out) {}

  void Unsigned(std::uint64_t value) {
    char* at = out_.Room(kStoredNumberBytes);
    while (value >= 0x80) {
      *at++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *at++ = static_cast<char>(value);
    out_.AdvanceTo(at);
  }
  /// Small for values near zero on either side.
  void Signed(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    Unsigned(bits << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0));
  }
  void Text(std::string_view text) {
    Unsigned(text.size());
    out_.Append(text);
  }
  void Optional(const std::optional<std::int64_t>& value) {
    out_.Append(value.has_value() ? '\1' : '\0');
    if (value.has_value()) {
      Signed(*value);
    }
  }
  void Optional(const std::optional<std::string>& text) {
    Unsigned(text.has_value() ? text->size() + 1 : 0);
    if (text.has_value()) {
      out_.Append(std::string_view(*text));
    }
  }
  template <class T>
  void OptionalList(const std::vector<std::optional<T>>& values) {
    Unsigned(values.size());
    for (const std::optional<T>& value : values) {
      Optional(value);
    }
  }
  void Texts(const std::vector<std::string>& texts) {
    Unsigned(texts.size());
    for (const std::string& text : texts) {
      Text(text);
    }
  }

 private:
  ByteBuffer& out_;
};

/// Reads what StoredWriter wrote. What has memory already is filled anew instead of made anew.
class StoredReader {
 public:
  explicit StoredReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t Unsigned() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(Take(1)[0]);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) {
        return value;
      }
    }
  }
  std::int64_t Signed() {
    const std::uint64_t bits = Unsigned();
    return static_cast<std::int64_t>(bits >> 1 ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0));
  }
  std::string_view Text() { return Take(Unsigned()); }
  std::optional<std::int64_t> OptionalSigned() {
    return Take(1)[0] != '\0' ? std::optional(Signed()) : std::nullopt;
  }
  void OptionalText(std::optional<std::string>& text) {
    const std::uint64_t size = Unsigned();
    if (size == 0) {
      text.reset();
    } else if (text.has_value()) {
      *text = Take(size - 1);
    } else {
      text.emplace(Take(size - 1));
    }
  }
  void OptionalTexts(std::vector<std::optional<std::string>>& texts) {
    texts.resize(Unsigned());
    for (std::optional<std::string>& text : texts) {
      OptionalText(text);
    }
  }
  void OptionalNumbers(std::vector<std::optional<std::int64_t>>& numbers) {
    numbers.resize(Unsigned());
    for (std::optional<std::int64_t>& number : numbers) {
      number = OptionalSigned();
    }
  }
  void Texts(std::vector<std::string>& texts) {
    texts.resize(Unsigned());
    for (std::string& text : texts) {
      text = Text();
    }
  }
  /// What was not read yet.
  std::string_view rest() const { return rest_; }

 private:
  std::string_view Take(std::size_t size) {
    CARTWRIGHT_CHECK(size <= rest_.size(), "a stored row ends before its values do");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
};

}  // namespace cartwright
