#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "indexers/csv/mark_scanner.h"

namespace cartwright {

/// Where a field stands in the text, without its quotes.
struct CutField {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool has_doubled_quotes = false;
};

enum class CutFault { kNone, kNul, kQuoteInside, kTextAfterQuote, kQuoteOpen };

/// One row as cut out of the text.
struct CutRow {
  bool complete = false;    ///< False: the text ends before the row does.
  std::size_t end = 0;      ///< Offset behind the row's last byte.
  std::size_t next = 0;     ///< Offset behind its line end.
  std::size_t fields = 0;   ///< How many it has; at most `kept` of them are in RowCutter::fields.
  std::uint64_t lines = 0;  ///< Physical lines it spans, its own line end included.
  CutFault fault = CutFault::kNone;  ///< The first one.
  std::size_t fault_at = 0;          ///< Offset of the faulty byte.
  std::size_t fault_field = 0;
  std::uint64_t fault_line = 0;  ///< Lines between the row's first and the fault.
  bool may_have_high_bytes = false;
};

/// The text that rows are cut from. kSlackBytes behind `end` must be readable.
struct CutText {
  const char* data = nullptr;
  std::size_t end = 0;
  bool is_last = false;  ///< Nothing follows behind `end`.
};

/// Cuts rows out of a text by RFC 4180: quoted fields may hold separators, line ends and doubled
/// quotes; a line ends with LF, CRLF or CR. Keeps no text. One thread.
class RowCutter {
 public:
  /// As a separator: fields are parted by any run of blanks and tabs, and quotes mean nothing.
  static constexpr char kBlanks = '\0';

  /// Keeps the places of the first `kept` fields of a row and only counts the others.
  RowCutter(char separator, std::size_t kept)
      : separator_(separator), marks_(separator), kept_(kept) {}

  /// Must be called when the bytes of the text changed or moved.
  void Reset() { marks_.Reset(); }
  void KeepFields(std::size_t kept) { kept_ = kept; }

  /// Cuts the row that starts at `begin` < text.end.
  CutRow Cut(const CutText& text, std::size_t begin);

  /// The fields of the last row.
  const std::vector<CutField>& fields() const { return fields_; }

 private:
  enum class Step { kNextField, kEndOfRow, kNeedMore };

  CutRow CutBlanks(const CutText& text, std::size_t begin);
  bool CutPlain(const CutText& text, std::size_t begin, CutRow& row);
  Step CutQuoted(const CutText& text, std::size_t& at, CutField& field, CutRow& row);
  static Step EndInsideQuote(const CutText& text, std::size_t opening, CutRow& row);
  Step CutRest(const CutText& text, std::size_t& at, CutRow& row);
  Step EndLine(const CutText& text, std::size_t at, CutRow& row);
  static std::size_t EndOfWord(const CutText& text, std::size_t at, CutRow& row);
  static void Blame(CutRow& row, CutFault fault, std::size_t at);

  char separator_;
  MarkScanner marks_;
  std::size_t kept_;
  std::vector<CutField> fields_;
};

}  // namespace cartwright
