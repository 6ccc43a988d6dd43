#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cartwright {

struct GridColumn {
  std::string title;
  bool right = false;  ///< Numbers stand right.
};

/// Rows of texts, drawn as aligned columns two blanks apart. Texts must be escaped already.
class TextGrid {
 public:
  explicit TextGrid(std::vector<GridColumn> columns) : columns_(std::move(columns)) {}
  /// Before the first row.
  void AddColumn(GridColumn column) { columns_.push_back(std::move(column)); }
  /// One text a column.
  void AddRow(std::vector<std::string> cells);

  /// A line of titles and a line a row. Texts are cut to half the width; columns that do not fit
  /// beside the first are left out from the right and named below.
  std::string Draw(std::size_t width, bool colour) const;

 private:
  /// Of each column, at most `most`.
  std::vector<std::size_t> Widths(std::size_t most) const;
  /// The first cells, one a width.
  std::string Line(const std::vector<std::string>& cells, std::span<const std::size_t> widths,
                   bool colour) const;

  std::vector<GridColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
};

inline constexpr std::string_view kBold = "1";
inline constexpr std::string_view kYellow = "33";
inline constexpr std::string_view kCyan = "36";

/// `text` between an ANSI code and its reset, or as it is without colour.
std::string Coloured(std::string_view text, std::string_view code, bool colour);

}  // namespace cartwright
