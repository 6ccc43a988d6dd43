#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/result.h"

namespace cartwright {

/// How many rows of a source were set aside for one reason.
struct SetAsideReason {
  std::string code;    ///< As dead letters have it.
  std::string column;  ///< Empty when the whole row is bad.
  std::int64_t rows = 0;
};

/// The rows of one source. `read` is the reader's own count; the others are the shaper's, corrected
/// by what the writer learnt (rows of rejected documents move to set_aside, of conflicted ones to
/// superseded).
struct SourceBook {
  std::string name;
  std::int64_t read = 0;
  std::int64_t used = 0;
  std::int64_t superseded = 0;
  std::int64_t set_aside = 0;
  std::int64_t filtered = 0;
  std::vector<SetAsideReason> reasons{};  ///< Of the rows set aside, by code and column.
};

/// The documents of one index. `built` is counted where documents are made, the verdicts where the
/// server's answers are read, the counts are the server's.
struct IndexBook {
  std::string name;
  std::int64_t built = 0;
  std::int64_t created = 0;
  std::int64_t replaced = 0;
  std::int64_t conflicted = 0;
  std::int64_t rejected = 0;
  /// Documents sent again after an answer was lost: the first sending may have created them, so
  /// "created" may be short by at most this many.
  std::int64_t ambiguous = 0;
  std::optional<std::int64_t> count_before;  ///< Missing offline.
  std::optional<std::int64_t> count_after;
};

/// The account of one load. A load whose books are closed and do not balance has failed.
struct Books {
  std::vector<SourceBook> sources;
  std::vector<IndexBook> indices;
  /// The load came to its end. Until then the numbers say how far it came and need not balance.
  bool closed = false;

  /// Errors: kInternal naming the first balance that does not hold, with its numbers:
  /// read = used + superseded + set_aside + filtered a source; built = created + replaced +
  /// conflicted + rejected and count_after = count_before + created an index.
  Status Check() const;
};

}  // namespace cartwright
