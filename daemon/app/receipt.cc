#include "daemon/app/receipt.h"

#include <fmt/core.h>

#include "daemon/base/calendar.h"
#include "daemon/base/json_writer.h"

namespace cartwright {
namespace {

void WriteText(JsonWriter& json, std::string_view name, std::string_view value) {
  if (!value.empty()) {
    json.Key(name);
    json.String(value);
  }
}

void WriteInteger(JsonWriter& json, std::string_view name, std::optional<std::int64_t> value) {
  if (value) {
    json.Key(name);
    json.Integer(*value);
  }
}

void WriteBooks(JsonWriter& json, const Books& books) {
  json.Key("sources");
  json.BeginArray();
  for (const SourceBook& source : books.sources) {
    json.BeginObject();
    WriteText(json, "name", source.name);
    WriteInteger(json, "rows_read", source.read);
    WriteInteger(json, "used", source.used);
    WriteInteger(json, "superseded", source.superseded);
    WriteInteger(json, "set_aside", source.set_aside);
    WriteInteger(json, "filtered", source.filtered);
    json.EndObject();
  }
  json.EndArray();
  json.Key("indices");
  json.BeginArray();
  for (const IndexBook& index : books.indices) {
    json.BeginObject();
    WriteText(json, "name", index.name);
    WriteInteger(json, "built", index.built);
    WriteInteger(json, "created", index.created);
    WriteInteger(json, "replaced", index.replaced);
    WriteInteger(json, "conflicted", index.conflicted);
    WriteInteger(json, "rejected", index.rejected);
    WriteInteger(json, "count_before", index.count_before);
    WriteInteger(json, "count_after", index.count_after);
    json.EndObject();
  }
  json.EndArray();
}

std::string Seconds(std::int64_t millis) {
  return fmt::format("{:.1f} s", static_cast<double>(millis) / 1000.0);
}

}  // namespace

std::string ReceiptJson(const Receipt& receipt) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  WriteText(json, "run_id", receipt.run_id);
  WriteText(json, "kind", receipt.kind);
  WriteText(json, "status", receipt.status);
  WriteText(json, "error", receipt.error);
  WriteText(json, "generator", receipt.generator);
  WriteText(json, "started_at", FormatInstant(receipt.started_at));
  WriteText(json, "finished_at", FormatInstant(receipt.finished_at));
  WriteInteger(json, "duration_ms", receipt.finished_at - receipt.started_at);
  WriteInteger(json, "load_sequence", receipt.load_sequence);
  json.Key("books_balance");
  json.Bool(receipt.books.Check().has_value());
  WriteInteger(json, "reports_published", receipt.published.reports);
  WriteInteger(json, "report_rows_published", receipt.published.rows);
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
  const bool balances = receipt.books.Check().has_value();
  if (!receipt.books.sources.empty()) {
    out += balances ? "\nThe books balance.\n" : "\nTHE BOOKS DO NOT BALANCE.\n";
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
  return out;
}

}  // namespace cartwright
