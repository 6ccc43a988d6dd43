#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/elastic/answer.h"
#include "daemon/elastic/transport.h"

namespace cartwright {

/// By what the documents of an index are counted.
struct TallyFields {
  std::string date;                  ///< Months (UTC) are those of this field; empty = none.
  std::vector<std::string> amounts;  ///< Numbers that are summed a month, exact, in minor units.
  int exponent = 2;                  ///< Their decimals; 0 for counts.
};

/// What an index must hold: the number of its documents, documents and sums a month, and a
/// sample of whole documents with their versions. Made from the documents on their way into the
/// index and compared with what the server then says about it.
///
/// The sample holds the documents whose ids hash lowest, so it does not depend on their order.
class ContentTally {
 public:
  explicit ContentTally(TallyFields fields);

  /// Counts a document, given as one JSON object. Errors: kData when it is none, or when an amount
  /// is no number of at most the declared decimals.
  Status Add(std::string_view id, std::int64_t version, std::string_view source);
  /// Takes back a document that the server refused.
  Status Remove(std::string_view id, std::string_view source);

  std::int64_t documents() const { return documents_; }

  /// For the journal.
  std::string ToJson() const;
  static Result<ContentTally> FromJson(std::string_view json, TallyFields fields);

  /// Asks the server whether a refreshed index holds exactly this. Errors: kPermanent naming what
  /// differs first, with both values; kUnavailable when the answers are not whole.
  Status Verify(Transport& transport, const std::string& index) const;

 private:
  struct Month {
    std::int64_t documents = 0;
    std::vector<std::int64_t> sums;  ///< In the order of TallyFields::amounts.
    friend bool operator==(const Month&, const Month&) = default;
  };
  struct Sample {
    std::string id;
    std::int64_t version = 0;
    std::string source;  ///< The document, or the hash of a large one.
  };
  using Months = std::map<std::string, Month>;

  Status Count(std::string_view source, int sign);
  Status VerifyMonths(Transport& transport, const std::string& index) const;
  Status CompareMonths(const std::string& index, const Months& there) const;
  Status VerifySample(Transport& transport, const std::string& index) const;

  TallyFields fields_;
  std::int64_t documents_ = 0;
  Months months_;                           ///< By "2024-01".
  std::map<std::uint64_t, Sample> sample_;  ///< By hash of the id, lowest first.
  std::shared_ptr<AnswerParser> parser_;    ///< Scratch; copies share it. One thread.
};

}  // namespace cartwright
