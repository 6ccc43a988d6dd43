#include "daemon/app/receipt.h"

#include <fmt/core.h>

#include "daemon/base/calendar.h"
#include "daemon/base/json_writer.h"

namespace cartwright {
namespace {

void WriteBooks(JsonWriter& json, const Books& books) {
  json.Key("sources");
  json.BeginArray();
  for (const SourceBook& source : books.sources) {
    json.BeginObject();
    json.NonEmptyMember("name", source.name);
    json.IntegerMember("rows_read", source.read);
    json.IntegerMember("used", source.used);
    json.IntegerMember("superseded", source.superseded);
    json.IntegerMember("set_aside", source.set_aside);
    json.IntegerMember("filtered", source.filtered);
    json.EndObject();
  }
  json.EndArray();
  json.Key("indices");
  json.BeginArray();
  for (const IndexBook& index : books.indices) {
    json.BeginObject();
    json.NonEmptyMember("name", index.name);
    json.IntegerMember("built", index.built);
    json.IntegerMember("created", index.created);
    json.IntegerMember("replaced", index.replaced);
    json.IntegerMember("conflicted", index.conflicted);
    json.IntegerMember("rejected", index.rejected);
    json.IntegerMember("count_before", index.count_before);
    json.IntegerMember("count_after", index.count_after);
    json.EndObject();
  }
  json.EndArray();
}

std::string Seconds(std::int64_t millis) {
  return fmt::format("{:.1f} s", static_cast<double>(millis) / 1000.0);
}

std::string Mebibytes(std::size_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / 1024.0 / 1024.0);
}

}  // namespace

std::string ReceiptJson(const Receipt& receipt) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.NonEmptyMember("run_id", receipt.run_id);
  json.NonEmptyMember("kind", receipt.kind);
  json.NonEmptyMember("status", receipt.status);
  json.NonEmptyMember("error", receipt.error);
  json.NonEmptyMember("generator", receipt.generator);
  json.NonEmptyMember("started_at", FormatInstant(receipt.started_at));
  json.NonEmptyMember("finished_at", FormatInstant(receipt.finished_at));
  json.IntegerMember("duration_ms", receipt.finished_at - receipt.started_at);
  json.IntegerMember("load_sequence", receipt.load_sequence);
  if (receipt.books.closed) {
    json.Key("books_balance");
    json.Bool(receipt.books.Check().has_value());
  }
  if (receipt.read_back) {
    json.IntegerMember("documents_read_back", receipt.read_back->read);
    json.IntegerMember("documents_left_out_deleted", receipt.read_back->deleted);
  }
  json.IntegerMember("reports_published", receipt.published.reports);
  json.IntegerMember("report_rows_published", receipt.published.rows);
  WriteBooks(json, receipt.books);
  json.EndObject();
  return out;
}

std::string ReceiptText(const Receipt& receipt) {
  std::string out = fmt::format("run {}: {}\n", receipt.run_id, receipt.status);
  if (!receipt.error.empty()) {
    out += fmt::format("  {}\n", receipt.error);
  }
  if (!receipt.books.sources.empty()) {
    out += fmt::format("\n{:<24} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "rows of source", "read",
                       "used", "superseded", "set aside", "filtered");
    for (const SourceBook& book : receipt.books.sources) {
      out += fmt::format("{:<24} {:>10} {:>10} {:>10} {:>10} {:>10}\n", book.name, book.read,
                         book.used, book.superseded, book.set_aside, book.filtered);
    }
  }
  if (!receipt.books.indices.empty()) {
    out += fmt::format("\n{:<24} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "documents of index",
                       "built", "created", "replaced", "conflicted", "rejected", "now there");
    for (const IndexBook& book : receipt.books.indices) {
      out += fmt::format("{:<24} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}\n", book.name,
                         book.built, book.created, book.replaced, book.conflicted, book.rejected,
                         book.count_after.value_or(0));
    }
  }
  if (receipt.books.closed) {
    out += receipt.books.Check() ? "\nThe books balance.\n" : "\nTHE BOOKS DO NOT BALANCE.\n";
  } else if (!receipt.books.sources.empty()) {
    out += "\nThe load did not come to its end; this is how far it came.\n";
  }
  if (receipt.read_back) {
    out += fmt::format("read back: {} documents, {} of them deleted and left out\n",
                       receipt.read_back->read, receipt.read_back->deleted);
  }
  out += fmt::format("published: {} reports with {} rows, {} customers", receipt.published.reports,
                     receipt.published.rows, receipt.published.customer_values);
  if (receipt.published.stale_deleted > 0) {
    out += fmt::format("; {} outdated rows removed", receipt.published.stale_deleted);
  }
  out += fmt::format("\ntimes: load {}, read back {}, analyse {}, publish {}, total {}\n",
                     Seconds(receipt.load_ms), Seconds(receipt.read_back_ms),
                     Seconds(receipt.analyse_ms), Seconds(receipt.publish_ms),
                     Seconds(receipt.finished_at - receipt.started_at));
  if (receipt.tables) {
    const TableMemory& tables = *receipt.tables;
    out += fmt::format("tables in memory: sessions {}, lines {}, customers {}, texts {}\n",
                       Mebibytes(tables.sessions), Mebibytes(tables.lines),
                       Mebibytes(tables.customers), Mebibytes(tables.dictionaries));
  }
  return out;
}

}  // namespace cartwright
