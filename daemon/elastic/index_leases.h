#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/base/result.h"
#include "daemon/elastic/transport.h"

namespace cartwright {

/// What somebody does with the indices of a lease.
enum class LeaseKind {
  kLoad,     ///< Writes through the alias; any number at a time.
  kReindex,  ///< Rebuilds and swaps: nobody else may write or rebuild meanwhile.
};

/// A right to write to some indices until a moment that its holder keeps moving on.
struct Lease {
  std::string run_id;
  LeaseKind kind = LeaseKind::kLoad;
  std::string holder;                ///< For people: host and process.
  std::vector<std::string> indices;  ///< Aliases.
  EpochMillis taken_at = 0;
  EpochMillis expires_at = 0;  ///< By the holder's clock.
  friend bool operator==(const Lease&, const Lease&) = default;
};

/// "run 2024-…-1f (host:123) since 2024-…, until 2024-… unless renewed".
std::string DescribeLease(const Lease& lease);

/// The leases of one shop: one small document, changed only from the version that was read, so that
/// of two who want the same thing one fails. The clocks of all holders must agree to well within
/// the lease's time.
///
/// Errors of all: those of the server; kTransient when too many others change the leases at once.
class IndexLeases {
 public:
  /// `index` is made when it is first written to.
  IndexLeases(Transport& transport, std::string index, const Clock& clock)
      : transport_(transport), index_(std::move(index)), clock_(clock) {}

  /// All leases, expired ones too, in the order in which they were taken.
  Result<std::vector<Lease>> List();

  /// Takes a lease, or takes it up again when the run has one. Returns who is in the way (then
  /// nothing has changed): another run's reindex of one of the indices that has not expired. A
  /// reindex does not wait here for loads: see LoadsBefore().
  Result<std::vector<Lease>> TryTake(const Lease& lease);

  /// Loads of these indices that have not expired: those that a reindex must let end. New ones
  /// cannot begin once it holds its lease.
  Result<std::vector<Lease>> LoadsBefore(const Lease& reindex);

  /// Moves the end of a lease. False when the run has none any more: it had expired and somebody
  /// else took one of its indices.
  Result<bool> Renew(const std::string& run_id, EpochMillis expires_at);

  /// Nothing happens when the run has none.
  Status Release(const std::string& run_id);

  /// The lease of a run, expired or not. While it is there nobody else has taken its indices since,
  /// because whoever does removes it.
  Result<std::optional<Lease>> Find(const std::string& run_id);

 private:
  struct Stored {
    std::vector<Lease> leases;
    std::int64_t seq_no = -1;  ///< -1: the document is not there.
    std::int64_t primary_term = 0;
  };
  template <class Change>
  Status Update(Change change);
  Result<Stored> Read();
  Result<bool> Write(const Stored& before, const std::vector<Lease>& leases);
  Status MakeIndex();

  Transport& transport_;
  std::string index_;
  const Clock& clock_;
};

}  // namespace cartwright
