#include "daemon/elastic/copy_index.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "daemon/elastic/hit_page.h"
#include "daemon/elastic/point_in_time.h"

namespace cartwright {
namespace {

/// As stored, which is several times smaller than as sent.
constexpr std::int64_t kPageBytes = std::int64_t{4} << 20;

int PageSize(const CopyRequest& request) {
  const std::int64_t a_document =
      std::max<std::int64_t>(request.bytes / std::max<std::int64_t>(request.documents, 1), 1);
  return static_cast<int>(std::clamp<std::int64_t>(kPageBytes / a_document, 10, 10'000));
}

}  // namespace

Result<BulkCounts> CopyIndex(Transport& transport, const BulkOptions& bulk,
                             const CopyRequest& request) {
  Status refused;
  BulkEvents events;
  events.rejected = [&](const BulkRejection& rejection) {
    if (refused) {
      refused = Error{
          ErrorKind::kData,
          fmt::format("{} refuses the document \"{}\" of {}: {}: {}; make the mapping "
                      "fit it, or rebuild from the sources",
                      request.to, rejection.id, request.from, rejection.type, rejection.reason)};
    }
  };
  BulkWriter writer(transport, bulk, std::move(events));
  ReadRequest read;
  read.index = request.from;
  read.versions = true;
  read.slices = request.slices;
  read.page_size = PageSize(request);
  // The writer may hold the reader up until it gives up: the view must outlast that.
  const auto held_up = std::chrono::ceil<std::chrono::seconds>(bulk.retry_total);
  read.keep_alive = fmt::format("{}s", held_up.count() + 60);
  // While a page is on its way the writer need not wait for it.
  read.waiting = [&writer] { return writer.SendDue(); };
  std::int64_t copied = 0;
  std::string source;
  CARTWRIGHT_TRY(ReadPointInTime(transport, read, [&](const HitPage& page) -> Status {
    CARTWRIGHT_TRY(page.Each([&](const Hit& hit) -> Status {
      if (hit.version < 0) {
        return Error{ErrorKind::kUnavailable,
                     fmt::format("the document \"{}\" of {} came without its version", hit.id,
                                 request.from)};
      }
      source = simdjson::minify(hit.source);
      CARTWRIGHT_TRY(request.copied(hit.id, hit.version, source));
      return writer.Add({BulkOperation::kIndex, request.to, hit.id, hit.version, source, 0});
    }));
    copied += static_cast<std::int64_t>(page.size());
    request.progress(
        {"copying " + request.from, copied,
         static_cast<double>(copied) / static_cast<double>(std::max(copied, request.documents))});
    return refused;
  }));
  CARTWRIGHT_TRY(writer.Finish());
  CARTWRIGHT_TRY(refused);
  return writer.counts();
}

}  // namespace cartwright
