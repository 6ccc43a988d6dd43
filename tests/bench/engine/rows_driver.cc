// Typed rows in memory as bulk bodies: into a discarded buffer, to a server, or into files for the
// peers. Everything before the measured section (reading the shop's files) is left out.

#include <fmt/core.h>

#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "daemon/app/shop.h"
#include "daemon/elastic/bulk_body.h"
#include "daemon/elastic/bulk_writer.h"
#include "daemon/elastic/index_admin.h"
#include "daemon/elastic/transport.h"
#include "daemon/ingest/documents.h"
#include "indexers/shape/shape.h"
#include "tests/bench/engine/measured_section.h"

namespace cartwright {
namespace {

constexpr std::string_view kUsage =
    "Usage: bench_rows SHOP_YAML discard\n"
    "       bench_rows SHOP_YAML write URL\n"
    "       bench_rows SHOP_YAML bodies DIRECTORY\n";
/// Any instant: the documents must not differ from run to run.
constexpr EpochMillis kIngestedAt = 1'764'000'000'000;
constexpr std::int64_t kVersion = 1;

/// The orders of a shop in memory, as the shaper hands them to a load.
struct TypedRows {
  Shop shop;
  std::string index;
  std::vector<SessionRecord> records;
};

Result<TypedRows> ReadRows(const std::string& config_file) {
  TypedRows rows;
  CARTWRIGHT_ASSIGN(rows.shop, OpenShop(config_file, {}, [](const std::string&) {}));
  rows.index = rows.shop.Alias("orders");
  const Config& config = rows.shop.config;
  CARTWRIGHT_ASSIGN(ShopShaper shaper,
                    ShopShaper::Make(config, config.state.directory, [](const SetAside&) {}));
  const OpenSource open = SourceOpener(config);
  for (std::size_t i = 0; i < config.sources.size(); ++i) {
    if (config.sources[i].feeds != FeedKind::kCustomers) {
      CARTWRIGHT_ASSIGN(const std::unique_ptr<RowSource> source,
                        open(static_cast<std::uint32_t>(i)));
      CARTWRIGHT_TRY(shaper.Read(i, *source));
    }
  }
  CARTWRIGHT_TRY(
      shaper.EmitSessions([&rows](const SessionRecord& record, std::span<const RowRef>) -> Status {
        rows.records.push_back(record);
        return {};
      }));
  return rows;
}

/// Calls `take(const BulkDocument&)`, which returns a Status, for the document of each row.
template <class Take>
Status EachDocument(const TypedRows& rows, Take take) {
  DocumentWriter documents(rows.shop.layout, kIngestedAt);
  std::uint64_t tag = 0;
  for (const SessionRecord& record : rows.records) {
    BulkDocument document;
    document.index = rows.index;
    document.id = record.key;
    document.version = record.version.value_or(kVersion);
    document.source = documents.Order(record);
    document.tag = tag++;
    CARTWRIGHT_TRY(take(document));
  }
  return {};
}

/// Fills bodies up to the limits of `options` and hands the text of each to `emit`.
template <class Emit>
Status EachBody(const TypedRows& rows, const BulkOptions& options, Emit emit) {
  BulkBody body;
  const auto finish_body = [&]() -> Status {
    std::string text = body.Lend();
    CARTWRIGHT_TRY(emit(text));
    body.GiveBack(std::move(text));
    body.Clear();
    return {};
  };
  CARTWRIGHT_TRY(EachDocument(rows, [&](const BulkDocument& document) -> Status {
    body.Append(document, document.tag);
    const bool full = body.bytes() + 2 * document.source.size() > options.batch_bytes ||
                      body.documents() == options.batch_documents;
    return full ? finish_body() : Status{};
  }));
  return body.documents() > 0 ? finish_body() : Status{};
}

Result<std::int64_t> Discard(const TypedRows& rows) {
  std::int64_t bytes = 0;
  CARTWRIGHT_TRY(EachBody(rows, rows.shop.Bulk(), [&bytes](const std::string& text) -> Status {
    bytes += std::ssize(text);
    return {};
  }));
  return bytes;
}

Result<std::int64_t> WriteBodies(const TypedRows& rows, const std::string& directory) {
  std::int64_t bytes = 0;
  int number = 0;
  BulkOptions options = rows.shop.Bulk();
  // The peer does best with bodies as large as the bytes allow.
  options.batch_documents = rows.records.size();
  CARTWRIGHT_TRY(EachBody(rows, options, [&](const std::string& text) -> Status {
    bytes += std::ssize(text);
    const std::string path = fmt::format("{}/{:05}", directory, number++);
    std::ofstream file(path, std::ios::binary);
    file << text << std::flush;
    return file ? Status{} : Error{ErrorKind::kOutput, fmt::format("cannot write {}", path)};
  }));
  return bytes;
}

/// As a load does: every document through the bulk writer, then a refresh.
Result<std::int64_t> WriteToServer(const TypedRows& rows, Transport& transport) {
  BulkWriter writer(transport, rows.shop.Bulk(), {});
  CARTWRIGHT_TRY(
      EachDocument(rows, [&writer](const BulkDocument& document) { return writer.Add(document); }));
  CARTWRIGHT_TRY(writer.Finish());
  CARTWRIGHT_TRY(IndexAdmin(transport).Refresh(rows.index));
  const BulkCounts& counts = writer.counts();
  if (counts.created != std::ssize(rows.records)) {
    return Error{ErrorKind::kInternal, fmt::format("{} documents were created, not {}",
                                                   counts.created, rows.records.size())};
  }
  return counts.bytes;
}

Result<std::string> Run(const std::vector<std::string>& arguments) {
  CARTWRIGHT_ASSIGN(TypedRows rows, ReadRows(arguments[0]));
  std::unique_ptr<Transport> transport;
  if (arguments[1] == "write") {
    rows.shop.config.elasticsearch.hosts = {arguments[2]};
    CARTWRIGHT_ASSIGN(transport, Transport::Create(rows.shop.Elastic("bench")));
  }
  const MeasuredSection section;
  Result<std::int64_t> bytes = arguments[1] == "discard" ? Discard(rows)
                               : arguments[1] == "write" ? WriteToServer(rows, *transport)
                                                         : WriteBodies(rows, arguments[2]);
  CARTWRIGHT_TRY(bytes);
  return section.Report(std::ssize(rows.records), *bytes);
}

}  // namespace
}  // namespace cartwright

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool discard = arguments.size() == 2 && arguments[1] == "discard";
  const bool other = arguments.size() == 3 && (arguments[1] == "write" || arguments[1] == "bodies");
  if (!discard && !other) {
    fmt::print(stderr, "{}", cartwright::kUsage);
    return 64;
  }
  const cartwright::Result<std::string> report = cartwright::Run(arguments);
  if (!report) {
    fmt::print(stderr, "bench_rows: {}\n", report.error().message);
    return 1;
  }
  fmt::print("{}\n", *report);
  return 0;
}
