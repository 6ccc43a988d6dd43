#include "indexers/csv/csv_header.h"

#include <fmt/core.h>

#include <algorithm>

#include "daemon/base/utf8.h"
#include "indexers/csv/row_cutter.h"

namespace cartwright {
namespace {

constexpr std::string_view kSeparators = ",;\t|";

std::string SeparatorText(char separator) {
  return separator == '\t' ? std::string("tab") : std::string(1, separator);
}

}  // namespace

Result<char> SeparatorByte(const CsvConfig& config) {
  if (config.separator == "tab") {
    return '\t';
  }
  if (config.separator == "whitespace") {
    return RowCutter::kBlanks;
  }
  constexpr std::string_view kUnusable("\"\r\n\0", 4);
  if (config.separator.size() != 1 || kUnusable.find(config.separator) != std::string_view::npos) {
    return Error{ErrorKind::kConfig,
                 fmt::format("csv.separator: must be one byte, tab or whitespace, not \"{}\"",
                             config.separator)};
  }
  return config.separator[0];
}

Status RefuseWideText(const std::string& path, std::string_view head) {
  using namespace std::string_view_literals;
  const bool is_32 = head.starts_with("\xFF\xFE\0\0"sv) || head.starts_with("\0\0\xFE\xFF"sv);
  const bool is_16 = head.starts_with("\xFF\xFE"sv) || head.starts_with("\xFE\xFF"sv);
  if (!is_32 && !is_16) {
    return {};
  }
  const std::string_view encoding = is_32 ? "UTF-32" : "UTF-16";
  return Error{ErrorKind::kData, fmt::format("{}: {}; convert it with iconv -f {} -t UTF-8", path,
                                             encoding, encoding)};
}

Status CheckHeader(const CsvConfig& config, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!IsValidUtf8(names[i])) {
      return Error{ErrorKind::kData,
                   fmt::format("{}: the name of column {} is not UTF-8; convert the file with "
                               "iconv -f WINDOWS-1252 -t UTF-8",
                               config.path, i + 1)};
    }
  }
  if (config.header && names.size() == 1) {
    const std::size_t found = names[0].find_first_of(kSeparators);
    if (found != std::string::npos) {
      return Error{ErrorKind::kData,
                   fmt::format("{}: only one column found; did you mean separator '{}'?",
                               config.path, SeparatorText(names[0][found]))};
    }
  }
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i] == sorted[i - 1] && !sorted[i].empty()) {
      return Error{ErrorKind::kData, fmt::format("{}: two columns are named \"{}\"; rename one",
                                                 config.path, sorted[i])};
    }
  }
  return {};
}

}  // namespace cartwright
