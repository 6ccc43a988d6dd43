#include "indexers/shape/document_key.h"

namespace cartwright {
namespace {

bool NeedsEscape(char c, bool is_numbered) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || c == '%' || c == kKeySeparator ||
         (is_numbered && c == kOccurrenceMark);
}

}  // namespace

void AppendKeyPart(std::string& key, std::string_view column, bool is_numbered) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : column) {
    if (!NeedsEscape(c, is_numbered)) {
      key.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    key.push_back('%');
    key.push_back(kDigits[byte >> 4]);
    key.push_back(kDigits[byte & 0xF]);
  }
}

bool IsBlankKey(std::string_view column) {
  return column.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace cartwright
