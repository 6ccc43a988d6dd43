#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cartwright {

/// Walks over a row that is too long to hold, a block at a time, and keeps its beginning.
class LongRow {
 public:
  /// `separator` as RowCutter takes it; keeps the first `kept_bytes` of the row.
  LongRow(char separator, std::size_t kept_bytes) : separator_(separator), kept_(kept_bytes) {}

  /// Walks on; returns how many bytes belong to the row and its line end. The rest is the next row.
  std::size_t Walk(std::string_view bytes);

  /// The row's line end was met. Without it the file ended.
  bool ended() const { return state_ == State::kEnded; }
  /// A quoted field is open where the walk stands.
  bool in_quotes() const { return state_ == State::kQuoted; }
  const std::string& beginning() const { return beginning_; }
  /// Line ends walked over.
  std::uint64_t lines() const { return lines_; }
  /// Line ends before the last opening quote.
  std::uint64_t opening_line() const { return opening_line_; }
  /// Lines that the open quote holds, the unfinished last one included.
  std::uint64_t quoted_lines() const { return lines_ - opening_line_ + (at_line_start_ ? 0 : 1); }

 private:
  enum class State { kFieldStart, kUnquoted, kQuoted, kQuoteInQuoted, kCarriageReturn, kEnded };

  void Step(char byte);
  void StepQuoted(char byte);

  char separator_;
  std::size_t kept_;
  State state_ = State::kFieldStart;
  bool after_return_ = false;   ///< The last byte inside quotes was CR.
  bool at_line_start_ = false;  ///< The last byte inside quotes ended a line.
  std::string beginning_;
  std::uint64_t lines_ = 0;
  std::uint64_t opening_line_ = 0;
};

}  // namespace cartwright
