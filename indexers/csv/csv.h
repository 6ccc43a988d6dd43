#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "daemon/base/result.h"
#include "daemon/config/config.h"
#include "indexers/record/row_source.h"

namespace cartwright {

/// Opens a CSV file (RFC 4180; gzip where the bytes say so) and reads its header.
///
/// Rows stream through a block of a few hundred KiB that grows to `max_record_bytes` at most.
/// Rows that cannot be cut into fields come out with a RowFault; they never stop their neighbours.
/// `source_index` goes into every SourcePosition.
/// Errors: kData for a file that is empty, UTF-16, not gzip despite its name, or whose header is
/// unusable; kPermission for a file that may not be read.
Result<std::unique_ptr<RowSource>> OpenCsv(const CsvConfig& config, std::uint32_t source_index);

/// Reads `text` as OpenCsv would read a file of this content. The file `config.path` is not touched
/// and only gives its name. Errors: as OpenCsv.
Result<std::unique_ptr<RowSource>> OpenCsvText(const CsvConfig& config, std::uint32_t source_index,
                                               std::string text);

}  // namespace cartwright
