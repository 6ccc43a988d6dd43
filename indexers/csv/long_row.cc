#include "indexers/csv/long_row.h"

#include <algorithm>

#include "indexers/csv/row_cutter.h"

namespace cartwright {

std::size_t LongRow::Walk(std::string_view bytes) {
  std::size_t at = 0;
  for (; at < bytes.size() && !ended(); ++at) {
    if (state_ == State::kCarriageReturn && bytes[at] != '\n') {
      state_ = State::kEnded;
      break;
    }
    Step(bytes[at]);
  }
  const std::size_t room = kept_ - std::min(kept_, beginning_.size());
  beginning_.append(bytes.substr(0, std::min(at, room)));
  return at;
}

void LongRow::Step(char byte) {
  if (state_ == State::kQuoted) {
    StepQuoted(byte);
    return;
  }
  const bool opens = byte == '"' && separator_ != RowCutter::kBlanks &&
                     (state_ == State::kFieldStart || state_ == State::kQuoteInQuoted);
  if (opens) {
    opening_line_ = state_ == State::kFieldStart ? lines_ : opening_line_;
    state_ = State::kQuoted;
  } else if (byte == '\n') {
    lines_ += state_ == State::kCarriageReturn ? 0 : 1;
    state_ = State::kEnded;
  } else if (byte == '\r') {
    ++lines_;
    state_ = State::kCarriageReturn;
  } else {
    state_ = byte == separator_ ? State::kFieldStart : State::kUnquoted;
  }
}

void LongRow::StepQuoted(char byte) {
  if (byte == '"') {
    state_ = State::kQuoteInQuoted;
  }
  if (byte == '\r' || (byte == '\n' && !after_return_)) {
    ++lines_;
  }
  after_return_ = byte == '\r';
  at_line_start_ = byte == '\r' || byte == '\n';
}

}  // namespace cartwright
