#include "daemon/ingest/books.h"

#include <fmt/core.h>

namespace cartwright {
namespace {

Status CheckSource(const SourceBook& book) {
  const std::int64_t placed = book.used + book.superseded + book.set_aside + book.filtered;
  if (book.read == placed) {
    return {};
  }
  return Error{ErrorKind::kInternal,
               fmt::format("the books do not balance: source {}: {} rows read, but {} used + {} "
                           "superseded + {} set aside + {} filtered = {}",
                           book.name, book.read, book.used, book.superseded, book.set_aside,
                           book.filtered, placed)};
}

Status CheckIndex(const IndexBook& book) {
  const std::int64_t judged = book.created + book.replaced + book.conflicted + book.rejected;
  if (book.built != judged) {
    return Error{ErrorKind::kInternal,
                 fmt::format("the books do not balance: index {}: {} documents built, but {} "
                             "created + {} replaced + {} conflicted + {} rejected = {}",
                             book.name, book.built, book.created, book.replaced, book.conflicted,
                             book.rejected, judged)};
  }
  if (!book.count_before || !book.count_after) {
    return {};
  }
  const std::int64_t grown = *book.count_after - *book.count_before;
  if (grown < book.created || grown > book.created + book.ambiguous) {
    return Error{ErrorKind::kInternal,
                 fmt::format("the books do not balance: index {}: {} documents before, {} created, "
                             "but {} after; is something else writing to it?",
                             book.name, *book.count_before, book.created, *book.count_after)};
  }
  return {};
}

}  // namespace

Status Books::Check() const {
  for (const SourceBook& source : sources) {
    CARTWRIGHT_TRY(CheckSource(source));
  }
  for (const IndexBook& index : indices) {
    CARTWRIGHT_TRY(CheckIndex(index));
  }
  return {};
}

}  // namespace cartwright
