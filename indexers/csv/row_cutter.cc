#include "indexers/csv/row_cutter.h"

namespace cartwright {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }
bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

}  // namespace

void RowCutter::Blame(CutRow& row, CutFault fault, std::size_t at) {
  if (row.fault == CutFault::kNone) {
    row.fault = fault;
    row.fault_at = at;
    row.fault_field = row.fields;
    row.fault_line = row.lines;
  }
}

CutRow RowCutter::Cut(const CutText& text, std::size_t begin) {
  if (separator_ == kBlanks) {
    return CutBlanks(text, begin);
  }
  CutRow row;
  marks_.WatchForHighBytes();
  if (CutPlain(text, begin, row)) {
    row.may_have_high_bytes = marks_.saw_high();
    return row;
  }
  row = CutRow{};
  fields_.clear();
  std::size_t at = begin;
  for (;;) {
    CutField field{at, at, false};
    Step step = Step::kNextField;
    const bool quoted = at < text.end && text.data[at] == '"';
    if (quoted) {
      step = CutQuoted(text, at, field, row);
    }
    if (quoted && step == Step::kNextField && at < text.end && text.data[at] != separator_ &&
        text.data[at] != '\n' && text.data[at] != '\r') {
      Blame(row, CutFault::kTextAfterQuote, at);
    }
    if (step == Step::kNextField) {
      step = CutRest(text, at, row);
      field.end = quoted ? field.end : at;
    }
    if (step == Step::kNeedMore) {
      return CutRow{};
    }
    if (row.fields < kept_) {
      fields_.push_back(field);
    }
    ++row.fields;
    if (step == Step::kEndOfRow) {
      row.complete = true;
      row.may_have_high_bytes = marks_.saw_high();
      return row;
    }
    ++at;  // Over the separator.
  }
}

// Cuts a row whose marks are separators and the line end alone, as most rows are. False for any
// other.
bool RowCutter::CutPlain(const CutText& text, std::size_t begin, CutRow& row) {
  fields_.clear();
  std::size_t field = begin;
  for (std::size_t at = begin;; field = ++at) {
    at = marks_.Find(text.data, at, text.end);
    const bool is_separator = at < text.end && text.data[at] == separator_;
    const bool is_pair = at + 1 < text.end && text.data[at] == '\r' && text.data[at + 1] == '\n';
    const bool is_end = is_pair || (at < text.end && text.data[at] == '\n');
    if (!is_separator && !is_end) {
      return false;
    }
    if (row.fields < kept_) {
      fields_.push_back({field, at, false});
    }
    ++row.fields;
    if (is_end) {
      row.complete = true;
      row.end = at;
      row.next = at + (is_pair ? 2 : 1);
      row.lines = 1;
      return true;
    }
  }
}

RowCutter::Step RowCutter::CutQuoted(const CutText& text, std::size_t& at, CutField& field,
                                     CutRow& row) {
  const std::size_t opening = at;
  const std::uint64_t opening_line = row.lines;
  field.begin = ++at;
  for (;; ++at) {
    at = marks_.Find(text.data, at, text.end);
    const bool at_last = at + 1 >= text.end;
    if (at_last && !text.is_last) {
      return Step::kNeedMore;
    }
    if (at == text.end) {
      row.fault_line = opening_line;
      field.end = text.end;
      return EndInsideQuote(text, opening, row);
    }
    const char mark = text.data[at];
    const char next = at_last ? '\0' : text.data[at + 1];
    if (mark == '"' && next != '"') {
      field.end = at++;
      return Step::kNextField;
    }
    if (mark == '"') {
      field.has_doubled_quotes = true;
      ++at;
    } else if (mark == '\n' || (mark == '\r' && next != '\n')) {
      ++row.lines;
    } else if (mark == '\0') {
      Blame(row, CutFault::kNul, at);
    }
  }
}

RowCutter::Step RowCutter::EndInsideQuote(const CutText& text, std::size_t opening, CutRow& row) {
  // Blamed above any earlier fault: everything up to the end hangs on this quote.
  row.fault = CutFault::kQuoteOpen;
  row.fault_at = opening;
  row.fault_field = row.fields;
  row.end = row.next = text.end;
  const char last = text.data[text.end - 1];
  row.lines += last == '\n' || last == '\r' ? 0 : 1;
  return Step::kEndOfRow;
}

RowCutter::Step RowCutter::CutRest(const CutText& text, std::size_t& at, CutRow& row) {
  for (;; ++at) {
    at = marks_.Find(text.data, at, text.end);
    if (at == text.end || text.data[at] == '\n' || text.data[at] == '\r') {
      return EndLine(text, at, row);
    }
    const char mark = text.data[at];
    if (mark == '\0') {
      Blame(row, CutFault::kNul, at);
    } else if (mark == '"') {
      Blame(row, CutFault::kQuoteInside, at);
    } else {
      return Step::kNextField;
    }
  }
}

RowCutter::Step RowCutter::EndLine(const CutText& text, std::size_t at, CutRow& row) {
  const bool may_go_on = at == text.end || (text.data[at] == '\r' && at + 1 == text.end);
  if (may_go_on && !text.is_last) {
    return Step::kNeedMore;
  }
  row.end = at;
  row.next = at;
  if (at < text.end) {
    const bool is_pair = text.data[at] == '\r' && at + 1 < text.end && text.data[at + 1] == '\n';
    row.next += is_pair ? 2 : 1;
  }
  ++row.lines;
  return Step::kEndOfRow;
}

std::size_t RowCutter::EndOfWord(const CutText& text, std::size_t at, CutRow& row) {
  for (; at < text.end && !IsBlank(text.data[at]) && !IsLineEnd(text.data[at]); ++at) {
    if (text.data[at] == '\0') {
      Blame(row, CutFault::kNul, at);
    }
    row.may_have_high_bytes = row.may_have_high_bytes || (text.data[at] & 0x80) != 0;
  }
  return at;
}

CutRow RowCutter::CutBlanks(const CutText& text, std::size_t begin) {
  CutRow row;
  fields_.clear();
  std::size_t at = begin;
  for (;;) {
    while (at < text.end && IsBlank(text.data[at])) {
      ++at;
    }
    if (at == text.end || IsLineEnd(text.data[at])) {
      row.complete = EndLine(text, at, row) == Step::kEndOfRow;
      return row.complete ? row : CutRow{};
    }
    const CutField field{at, EndOfWord(text, at, row), false};
    at = field.end;
    if (row.fields++ < kept_) {
      fields_.push_back(field);
    }
  }
}

}  // namespace cartwright
