#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/base/result.h"

namespace cartwright {

/// Writes one CSV file (RFC 4180, LF line ends) through a buffer of about a megabyte.
///
/// A write error is kept and given back by Close(). One thread.
class CsvFile {
 public:
  /// Creates or replaces the file and writes `header`. Errors: kOutput.
  static Result<CsvFile> Create(const std::string& path, std::string_view header);

  /// Ends the field in hand and begins the next.
  void Next() { buffer_.push_back(','); }
  /// Ends the row; writes the buffer out when it is full.
  void EndRow();

  /// Text that needs no quoting: no comma, quote or line break.
  void Plain(std::string_view text) { buffer_.append(text); }
  /// `prefix` and at least `digits` digits, zeros first.
  void Numbered(char prefix, std::int64_t number, int digits);
  void Integer(std::int64_t value);
  void Flag(bool value) { buffer_.append(value ? "true" : "false"); }
  /// Hundredths as a decimal: 1230 is "12.30". Not negative.
  void Cents(std::int64_t cents);

  std::int64_t rows() const { return rows_; }
  /// Writes what is left and closes. Errors: kOutput, with the path and the system's reason.
  Status Close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  CsvFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}
  void Flush();

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::string buffer_;
  std::int64_t rows_ = 0;
  int fault_ = 0;  ///< The first errno of a failed write.
};

/// `text` as a CSV field: in quotes, quotes doubled, when it holds a comma, quote or line break.
std::string QuotedCsvField(std::string_view text);

}  // namespace cartwright
