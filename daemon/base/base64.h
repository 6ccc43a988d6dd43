#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cartwright {

/// The bytes as base64 with padding (RFC 4648).
std::string EncodeBase64(std::string_view bytes);

/// The bytes of a base64 text with padding; nothing when it is not one.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace cartwright
