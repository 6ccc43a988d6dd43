#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cartwright {

/// `text` safe to print: control characters, bidirectional overrides and bytes that are not UTF-8
/// become visible escapes (`\n`, `\x1b`, `\u{202e}`), so that data cannot steer the terminal.
std::string EscapeForTerminal(std::string_view text);

/// Columns that escaped UTF-8 text takes: 0 for combining marks, 2 for wide East Asian letters and
/// emoji, else 1.
std::size_t DisplayWidth(std::string_view text);

/// `text` with blanks on its right or left, up to `width` columns; unchanged when it is wider.
std::string PadRight(std::string_view text, std::size_t width);
std::string PadLeft(std::string_view text, std::size_t width);

/// `text` cut to `width` columns (at least 1), its last one then being "…".
std::string Clip(std::string_view text, std::size_t width);

/// A bar of `share` (0..1, clamped) of `width` columns, in eighths of a column. Anything above zero
/// shows at least one eighth.
std::string Bar(double share, std::size_t width);

}  // namespace cartwright
