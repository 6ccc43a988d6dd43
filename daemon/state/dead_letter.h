#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/base/clock.h"

namespace cartwright {

/// A row or document that was set aside, with all that a person needs to mend and replay it.
struct DeadLetter {
  std::int64_t id = 0;  ///< Filled in when read back.
  std::string run_id;
  EpochMillis at = 0;

  std::string source;  ///< Name in the configuration.
  std::string file;
  std::uint64_t line = 0;
  std::string fingerprint;  ///< `SIZE bytes, modified TIME` of the file when it was opened.
  std::vector<std::string> columns;  ///< Of the row, in order; empty for a document.

  std::string column;  ///< Empty when the row as a whole is bad.
  std::string value;   ///< Shortened and escaped.
  std::string code;    ///< `too_many_decimals`, `rejected_by_elasticsearch`, …
  std::string reason;
  std::string remedy;

  std::string document_of;   ///< orders or downloads, when `raw` is a document; else empty.
  std::string document_key;  ///< `_id` of its document, as far as it is known.
  /// Of a document: what it was sent with. Of a row: the load sequence of its load.
  std::int64_t version = 0;
  int server_status = 0;  ///< Of the item in the bulk answer; 0 when the server did not judge.
  std::string server_type;
  std::string server_reason;

  std::string raw;  ///< The row's bytes (base64 where they are not UTF-8), or the document.
  bool raw_is_base64 = false;
  bool raw_is_cut = false;  ///< Only the beginning was kept.

  std::int64_t attempts = 1;  ///< How often it was set aside: once by its load, then by replays.
  std::string outcome;        ///< Empty while open; replayed, superseded or filtered.
  std::string outcome_run;    ///< The run that settled it.
  std::int64_t written_version = 0;  ///< Of the document that a replay wrote.

  bool is_document() const { return !document_of.empty(); }
  bool is_open() const { return outcome.empty(); }
};

/// Which dead letters; an empty member leaves all in.
struct LetterFilter {
  std::vector<std::int64_t> ids;
  std::string run_id;
  std::string source;
  std::string code;
  bool open_only = false;
};

/// How many dead letters of a source have a code.
struct LetterCount {
  std::string source;
  std::string code;
  std::int64_t open = 0;
  std::int64_t settled = 0;
};

}  // namespace cartwright
