#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/config/config.h"
#include "indexers/csv/byte_source.h"
#include "indexers/csv/long_row.h"
#include "indexers/csv/row_cutter.h"
#include "indexers/record/row_source.h"

namespace cartwright {

/// The rows of one CSV text. OpenCsv makes one for a file.
class CsvSource final : public RowSource {
 public:
  CsvSource(CsvConfig config, std::uint32_t source_index, char separator,
            std::unique_ptr<ByteSource> bytes);

  /// Passes over a byte-order mark and reads the header. Errors: as OpenCsv.
  Status Open();

  Result<const RawRow*> Next() override;
  const std::vector<std::string>& columns() const override { return columns_; }
  const std::string& name() const override { return config_.path; }
  std::int64_t rows_read() const override { return rows_read_; }
  std::optional<double> share_read() const override { return bytes_->share_read(); }
  std::vector<std::string> notes() const override;

 private:
  Status Refill();
  Status PassMark();
  Status ReadHeader();
  Result<CutRow> CutNext();
  Result<const RawRow*> PassLongRow();
  const RawRow* GiveBlankLine();
  const RawRow* GiveRow(const CutRow& cut);
  /// Gives out fault_, or fields_ when its code is empty.
  const RawRow* Give(std::string_view raw, std::uint64_t line);
  bool IsBlank(const CutRow& cut) const;
  void BlameCut(const CutRow& cut);
  bool FindFault(const CutRow& cut);
  void BlameFieldCount(std::size_t found);
  bool BlameUtf8();
  bool BlameFieldLength();
  void ViewFields(const CutRow& cut);
  std::string_view Unescape(std::string_view quoted);
  void Advance(const CutRow& cut);
  std::string ColumnName(std::size_t field) const;
  std::string_view Raw(const CutRow& cut) const;

  CsvConfig config_;
  std::uint32_t source_index_;
  char separator_;
  std::unique_ptr<ByteSource> bytes_;
  RowCutter cutter_;

  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< Of what is not given out yet.
  std::size_t end_ = 0;    ///< Of what was read.
  bool at_end_ = false;    ///< Nothing follows behind end_.

  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
  std::string unescaped_;  ///< Fields of the row that held doubled quotes; never grows mid-row.
  RawRow row_;
  RowFault fault_;
  std::string long_beginning_;

  std::uint64_t line_ = 1;            ///< Of the byte at begin_.
  std::uint64_t pending_blanks_ = 0;  ///< Blank lines passed; they count only when a row follows.
  std::int64_t rows_read_ = 0;
  bool had_mark_ = false;
  unsigned line_ends_ = 0;  ///< Bits: 1 LF, 2 CRLF, 4 CR.
};

}  // namespace cartwright
