#include "daemon/publish/text_grid.h"

#include <algorithm>
#include <utility>

#include "daemon/base/check.h"
#include "daemon/publish/terminal_text.h"

namespace cartwright {
namespace {

constexpr std::size_t kGap = 2;

/// Whether a text is a drawing: bars and shades are coloured, words are not.
bool IsDrawing(std::string_view text) {
  constexpr std::string_view kBlockElements = "\xE2\x96";  // U+2580 to U+25BF
  return text.starts_with(kBlockElements);
}

void TrimRight(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

void TextGrid::AddRow(std::vector<std::string> cells) {
  CARTWRIGHT_CHECK(cells.size() == columns_.size(), "a row has one text a column");
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> TextGrid::Widths(std::size_t most) const {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    std::size_t widest = DisplayWidth(columns_[column].title);
    for (const auto& row : rows_) {
      widest = std::max(widest, DisplayWidth(row[column]));
    }
    widths.push_back(std::min(widest, most));
  }
  return widths;
}

std::string TextGrid::Line(const std::vector<std::string>& cells,
                           std::span<const std::size_t> widths, bool colour) const {
  std::string line;
  for (std::size_t column = 0; column < widths.size(); ++column) {
    const std::string text = Clip(cells[column], widths[column]);
    const std::string padded =
        columns_[column].right ? PadLeft(text, widths[column]) : PadRight(text, widths[column]);
    line += column > 0 ? std::string(kGap, ' ') : "";
    line += Coloured(padded, kCyan, colour && IsDrawing(text));
  }
  TrimRight(line);
  return line;
}

std::string TextGrid::Draw(std::size_t width, bool colour) const {
  const std::vector<std::size_t> widths = Widths(std::max<std::size_t>(width / 2, 1));
  std::size_t fitting = 0;
  for (std::size_t used = 0; fitting < widths.size(); ++fitting) {
    used += widths[fitting] + (fitting > 0 ? kGap : 0);
    if (used > width) {
      break;
    }
  }
  const auto drawn = std::span(widths).first(fitting);
  std::vector<std::string> titles;
  std::string left_out;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const std::string& title = columns_[column].title;
    titles.push_back(title);
    if (column >= fitting && !title.empty()) {
      left_out += (left_out.empty() ? "… not wide enough for: " : ", ") + title;
    }
  }
  std::string out = Coloured(Line(titles, drawn, false), kBold, colour) + "\n";
  for (const auto& row : rows_) {
    out += Line(row, drawn, colour) + "\n";
  }
  return left_out.empty() ? out : out + left_out + "\n";
}

std::string Coloured(std::string_view text, std::string_view code, bool colour) {
  if (!colour) {
    return std::string(text);
  }
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace cartwright
