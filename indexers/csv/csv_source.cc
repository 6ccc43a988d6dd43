#include "indexers/csv/csv_source.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "daemon/base/utf8.h"
#include "indexers/csv/csv.h"
#include "indexers/csv/csv_header.h"

namespace cartwright {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} * 1024;
/// One more than a dead letter keeps, so that it can tell that it was cut.
constexpr std::size_t kKeptOfLongRow = std::size_t{64} * 1024 + 1;
constexpr std::size_t kMaxColumns = 10'000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

RowFault OpenQuote(const std::string& column, std::uint64_t lines, std::size_t bytes) {
  return {"quote_open",
          column,
          {},
          fmt::format("a quote opens here and is never closed; {}{} up to the end of the file {} "
                      "kept as one row",
                      bytes >= kKeptOfLongRow ? "the first 64 KiB of " : "",
                      lines == 1 ? "the line" : fmt::format("the {} lines", lines),
                      lines == 1 ? "was" : "were"),
          "close the quote and load those lines again"};
}

}  // namespace

CsvSource::CsvSource(CsvConfig config, std::uint32_t source_index, char separator,
                     std::unique_ptr<ByteSource> bytes)
    : config_(std::move(config)),
      source_index_(source_index),
      separator_(separator),
      bytes_(std::move(bytes)),
      cutter_(separator, kMaxColumns + 1),
      buffer_(2 * kBlockBytes + MarkScanner::kSlackBytes) {}

Status CsvSource::Open() {
  CARTWRIGHT_TRY(PassMark());
  if (config_.header) {
    CARTWRIGHT_TRY(ReadHeader());
  } else {
    columns_ = config_.names;
  }
  CARTWRIGHT_TRY(CheckHeader(config_, columns_));
  cutter_.KeepFields(columns_.size());
  fields_.resize(columns_.size());
  return {};
}

Status CsvSource::PassMark() {
  CARTWRIGHT_TRY(Refill());
  if (end_ == 0) {
    return Error{ErrorKind::kData, fmt::format("{}: the file is empty", config_.path)};
  }
  const std::string_view head(buffer_.data(), end_);
  CARTWRIGHT_TRY(RefuseWideText(config_.path, head));
  had_mark_ = head.starts_with(kByteOrderMark);
  begin_ = had_mark_ ? kByteOrderMark.size() : 0;
  return {};
}

Status CsvSource::ReadHeader() {
  for (;;) {
    CARTWRIGHT_ASSIGN(const CutRow cut, CutNext());
    if (!cut.complete) {
      return Error{ErrorKind::kData,
                   fmt::format("{}: no header; the file has no line with text", config_.path)};
    }
    if (IsBlank(cut)) {
      Advance(cut);
      continue;
    }
    if (cut.fault != CutFault::kNone) {
      BlameCut(cut);
      return Error{ErrorKind::kData,
                   fmt::format("{}:{}: the header cannot be read: {}; {}", config_.path,
                               line_ + cut.fault_line, fault_.reason, fault_.remedy)};
    }
    if (cut.fields > kMaxColumns) {
      return Error{ErrorKind::kData,
                   fmt::format("{}: the header has {} columns, at most {} are read", config_.path,
                               cut.fields, kMaxColumns)};
    }
    fields_.resize(cut.fields);
    ViewFields(cut);
    columns_.assign(fields_.begin(), fields_.end());
    Advance(cut);
    return {};
  }
}

Status CsvSource::Refill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < kBlockBytes + MarkScanner::kSlackBytes) {
    buffer_.resize(buffer_.size() * 2);
  }
  const std::size_t room = buffer_.size() - end_ - MarkScanner::kSlackBytes;
  CARTWRIGHT_ASSIGN(const std::size_t got, bytes_->Read(buffer_.data() + end_, room));
  end_ += got;
  at_end_ = got == 0;
  cutter_.Reset();
  return {};
}

Result<CutRow> CsvSource::CutNext() {
  for (;;) {
    if (begin_ < end_) {
      CutRow cut = cutter_.Cut({buffer_.data(), end_, at_end_}, begin_);
      const bool too_long = end_ - begin_ > static_cast<std::size_t>(config_.max_record_bytes);
      if (cut.complete || too_long) {
        return cut;
      }
    } else if (at_end_) {
      return CutRow{};
    }
    CARTWRIGHT_TRY(Refill());
  }
}

Result<const RawRow*> CsvSource::Next() {
  for (;;) {
    CARTWRIGHT_ASSIGN(const CutRow cut, CutNext());
    if (!cut.complete && begin_ == end_) {
      return nullptr;
    }
    if (cut.complete && IsBlank(cut)) {
      ++pending_blanks_;
      Advance(cut);
      continue;
    }
    if (pending_blanks_ > 0) {
      return GiveBlankLine();
    }
    return cut.complete ? GiveRow(cut) : PassLongRow();
  }
}

bool CsvSource::IsBlank(const CutRow& cut) const { return cut.end == begin_ || cut.fields == 0; }

std::string_view CsvSource::Raw(const CutRow& cut) const {
  return {buffer_.data() + begin_, cut.end - begin_};
}

void CsvSource::Advance(const CutRow& cut) {
  const std::size_t line_end = cut.next - cut.end;
  if (line_end > 0) {
    const bool is_return = buffer_[cut.end] == '\r';
    line_ends_ |= line_end == 2 ? 2U : (is_return ? 4U : 1U);
  }
  begin_ = cut.next;
  line_ += cut.lines;
}

const RawRow* CsvSource::GiveBlankLine() {
  const std::uint64_t line = line_ - pending_blanks_--;
  if (columns_.size() == 1 && separator_ != RowCutter::kBlanks) {
    fields_[0] = {};
    fault_.code.clear();
  } else {
    fault_ = {"field_count",
              {},
              {},
              fmt::format("expected {} fields, found a blank line", columns_.size()),
              "remove the line"};
  }
  return Give({}, line);
}

const RawRow* CsvSource::Give(std::string_view raw, std::uint64_t line) {
  const bool is_sound = fault_.code.empty();
  row_.fields =
      is_sound ? std::span<const std::string_view>(fields_) : std::span<const std::string_view>();
  row_.position = {source_index_, line, static_cast<std::uint64_t>(rows_read_++)};
  row_.raw = raw;
  row_.fault = is_sound ? nullptr : &fault_;
  return &row_;
}

const RawRow* CsvSource::GiveRow(const CutRow& cut) {
  const std::uint64_t line = line_ + (cut.fault == CutFault::kQuoteOpen ? cut.fault_line : 0);
  const std::string_view raw = Raw(cut);
  if (FindFault(cut)) {
    fault_.lines = std::max<std::uint64_t>(1, cut.lines);
  } else {
    fault_.code.clear();
  }
  Advance(cut);
  return Give(raw, line);
}

bool CsvSource::FindFault(const CutRow& cut) {
  if (cut.fault != CutFault::kNone) {
    BlameCut(cut);
    return true;
  }
  if (cut.end - begin_ > static_cast<std::size_t>(config_.max_record_bytes)) {
    fault_ = {"record_too_long",
              {},
              {},
              fmt::format("the row has {} bytes, at most {} are read", cut.end - begin_,
                          config_.max_record_bytes),
              "raise csv.max_record_bytes or mend the row"};
    return true;
  }
  if (cut.fields != columns_.size()) {
    BlameFieldCount(cut.fields);
    return true;
  }
  ViewFields(cut);
  if (cut.may_have_high_bytes && !IsValidUtf8(Raw(cut))) {
    return BlameUtf8();
  }
  return Raw(cut).size() > static_cast<std::size_t>(config_.max_field_bytes) && BlameFieldLength();
}

void CsvSource::BlameFieldCount(std::size_t found) {
  std::string remedy = "quote fields that hold the separator or a line end";
  if (found == 1) {
    remedy = "check csv.separator";
  } else if (found < columns_.size()) {
    remedy = "add the missing fields, empty where there is no value";
  }
  fault_ = {"field_count",
            {},
            {},
            fmt::format("expected {} fields, found {}", columns_.size(), found),
            remedy};
}

void CsvSource::BlameCut(const CutRow& cut) {
  const std::string column = ColumnName(cut.fault_field);
  const std::size_t byte = cut.fault_at - begin_ + 1;
  switch (cut.fault) {
    case CutFault::kNone:
      return;
    case CutFault::kNul:
      fault_ = {"nul_byte",
                column,
                {},
                fmt::format("NUL at byte {} of the row", byte),
                "remove it; many programs would cut the text there"};
      return;
    case CutFault::kQuoteInside:
      fault_ = {"quote_inside",
                column,
                {},
                fmt::format("a quote inside an unquoted field, at byte {} of the row", byte),
                "quote the whole field and double the quotes in it"};
      return;
    case CutFault::kTextAfterQuote:
      fault_ = {"text_after_quote",
                column,
                {},
                fmt::format("text after the closing quote, at byte {} of the row", byte),
                "double the quotes inside a quoted field"};
      return;
    case CutFault::kQuoteOpen:
      fault_ = OpenQuote(column, cut.lines - cut.fault_line, cut.end - begin_);
      return;
  }
}

bool CsvSource::BlameUtf8() {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const std::optional<std::size_t> at = FindInvalidUtf8(fields_[i]);
    if (at.has_value()) {
      fault_ = {"invalid_utf8", ColumnName(i), std::string(fields_[i]),
                fmt::format("0x{:02X} at byte {} of the field is not UTF-8",
                            static_cast<unsigned char>(fields_[i][*at]), *at + 1),
                "convert the file with iconv -f WINDOWS-1252 -t UTF-8"};
      return true;
    }
  }
  // A sequence that only joins over a separator or quote is bad in some field, so one was found.
  return false;
}

bool CsvSource::BlameFieldLength() {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].size() > static_cast<std::size_t>(config_.max_field_bytes)) {
      fault_ = {"field_too_long", ColumnName(i), std::string(fields_[i].substr(0, 256)),
                fmt::format("the field has {} bytes, at most {} are read", fields_[i].size(),
                            config_.max_field_bytes),
                "raise csv.max_field_bytes or shorten the field"};
      return true;
    }
  }
  return false;
}

std::string CsvSource::ColumnName(std::size_t field) const {
  return field < columns_.size() ? columns_[field] : std::string();
}

void CsvSource::ViewFields(const CutRow& cut) {
  unescaped_.clear();
  unescaped_.reserve(cut.end - begin_);
  const std::vector<CutField>& places = cutter_.fields();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const CutField& place = places[i];
    const std::string_view text(buffer_.data() + place.begin, place.end - place.begin);
    fields_[i] = place.has_doubled_quotes ? Unescape(text) : text;
  }
}

std::string_view CsvSource::Unescape(std::string_view quoted) {
  const std::size_t start = unescaped_.size();
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    unescaped_.push_back(quoted[i]);
    i += quoted[i] == '"' ? 1 : 0;
  }
  return {unescaped_.data() + start, unescaped_.size() - start};
}

Result<const RawRow*> CsvSource::PassLongRow() {
  LongRow row(separator_, kKeptOfLongRow);
  while (!row.ended() && begin_ < end_) {
    begin_ += row.Walk({buffer_.data() + begin_, end_ - begin_});
    if (begin_ == end_ && !row.ended()) {
      CARTWRIGHT_TRY(Refill());
    }
  }
  cutter_.Reset();
  const std::uint64_t first_line = line_;
  line_ += row.lines();
  long_beginning_ = row.beginning();
  if (row.in_quotes()) {
    fault_ = OpenQuote({}, row.quoted_lines(), long_beginning_.size());
    fault_.lines = row.quoted_lines();
    return Give(long_beginning_, first_line + row.opening_line());
  }
  fault_ = {"record_too_long",
            {},
            {},
            fmt::format("the row has more than {} bytes", config_.max_record_bytes),
            "raise csv.max_record_bytes or mend the row"};
  fault_.lines = std::max<std::uint64_t>(1, row.lines());
  return Give(long_beginning_, first_line);
}

std::vector<std::string> CsvSource::notes() const {
  std::vector<std::string> notes;
  if (had_mark_) {
    notes.emplace_back("a byte-order mark was passed over");
  }
  if ((line_ends_ & (line_ends_ - 1)) != 0) {
    notes.emplace_back("lines end in more than one way (LF, CRLF, CR)");
  }
  if (at_end_ && begin_ == end_ && rows_read_ == 0) {
    notes.emplace_back("there is a header and no row");
  }
  return notes;
}

namespace {

/// A text as a file that is read once.
class TextBytes final : public ByteSource {
 public:
  explicit TextBytes(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> Read(char* out, std::size_t capacity) override {
    const std::size_t got = text_.copy(out, capacity, read_);
    read_ += got;
    return got;
  }
  double share_read() const override {
    return text_.empty() ? 1.0 : static_cast<double>(read_) / static_cast<double>(text_.size());
  }

 private:
  std::string text_;
  std::size_t read_ = 0;
};

Result<std::unique_ptr<RowSource>> Open(const CsvConfig& config, std::uint32_t source_index,
                                        std::unique_ptr<ByteSource> bytes) {
  CARTWRIGHT_ASSIGN(const char separator, SeparatorByte(config));
  auto source = std::make_unique<CsvSource>(config, source_index, separator, std::move(bytes));
  CARTWRIGHT_TRY(source->Open());
  return std::unique_ptr<RowSource>(std::move(source));
}

}  // namespace

Result<std::unique_ptr<RowSource>> OpenCsv(const CsvConfig& config, std::uint32_t source_index) {
  CARTWRIGHT_ASSIGN(std::unique_ptr<ByteSource> bytes, OpenBytes(config.path));
  return Open(config, source_index, std::move(bytes));
}

Result<std::unique_ptr<RowSource>> OpenCsvText(const CsvConfig& config, std::uint32_t source_index,
                                               std::string text) {
  return Open(config, source_index, std::make_unique<TextBytes>(std::move(text)));
}

}  // namespace cartwright
