#include "daemon/publish/report_document.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "daemon/base/check.h"
#include "daemon/base/hash.h"
#include "daemon/base/json_writer.h"

namespace cartwright {
namespace {

constexpr std::string_view kSchemaVersion = "1";

void WriteCell(JsonWriter& json, const ReportTable& table, std::size_t row, std::size_t column,
               int exponent) {
  const Cell::Value value = table.At(row, column);
  if (std::holds_alternative<std::monostate>(value)) {
    json.Null();
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    json.String(*text);
  } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    json.Integer(*whole);
  } else if (const auto* real = std::get_if<double>(&value)) {
    json.Real(*real);
  } else if (const auto* money = std::get_if<Money>(&value)) {
    json.Decimal(money->minor, exponent);
  } else if (const auto* instant = std::get_if<Instant>(&value)) {
    json.String(FormatInstant(instant->millis));
  } else {
    json.Bool(std::get<bool>(value));
  }
}

void WriteRowMembers(JsonWriter& json, const ReportTable& table, std::size_t row, int exponent) {
  for (std::size_t column = 0; column < table.columns().size(); ++column) {
    json.Key(table.columns()[column].name);
    WriteCell(json, table, row, column, exponent);
  }
}

void WriteTypes(JsonWriter& json, const ReportKey& key) {
  json.NonEmptyMember("type", key.type);
  json.NonEmptyMember("time_period", key.time_period);
  json.IntegerMember("from", key.from);
  json.IntegerMember("to", key.to);
  json.IntegerMember("partition", key.partition);
  json.NonEmptyMember("abtest_type", key.abtest_type);
}

template <class Pairs, class WriteValue>
void WriteObject(JsonWriter& json, std::string_view name, const Pairs& pairs, WriteValue write) {
  json.Key(name);
  json.BeginObject();
  for (const auto& [key, value] : pairs) {
    json.Key(key);
    write(value);
  }
  json.EndObject();
}

void WriteIdentity(JsonWriter& json, const Report& report, const PublishContext& context) {
  const ReportKey& key = report.key;
  const DayNumber date = context.calendar.AsOfDay();
  json.NonEmptyMember("report_id", ReportId(key, date));
  json.NonEmptyMember("report_name", key.report_name);
  json.Key("report_types");
  json.BeginObject();
  WriteTypes(json, key);
  json.EndObject();
  json.NonEmptyMember("index", key.dimension_value.empty() ? "main" : key.dimension_value);
  json.NonEmptyMember("report_date", FormatDay(date));
  json.NonEmptyMember("dimension_name", key.dimension_name);
  json.NonEmptyMember("dimension_value", key.dimension_value);
  json.NonEmptyMember("variant", key.variant);
}

void WriteProvenance(JsonWriter& json, const Report& report, const PublishContext& context) {
  json.NonEmptyMember("run_id", context.run_id);
  json.NonEmptyMember("schema_version", kSchemaVersion);
  json.NonEmptyMember("generator", context.generator);
  if (report.period_from) {
    json.NonEmptyMember("period_from", FormatInstant(*report.period_from));
  }
  if (report.period_to) {
    json.NonEmptyMember("period_to", FormatInstant(*report.period_to));
  }
  json.NonEmptyMember("as_of", FormatInstant(context.calendar.as_of));
  json.NonEmptyMember("generated_at", FormatInstant(context.generated_at));
  json.NonEmptyMember("time_zone", context.calendar.zone.name());
  json.NonEmptyMember("currency", context.currency);
}

void WriteAccount(JsonWriter& json, const Report& report, const PublishContext& context) {
  const auto rows = static_cast<std::int64_t>(report.table.rows());
  json.IntegerMember("rows_read", report.rows_read);
  json.IntegerMember("rows_used", report.rows_used);
  WriteObject(json, "rows_dropped", report.rows_dropped,
              [&json](std::int64_t count) { json.Integer(count); });
  json.IntegerMember("row_count", rows);
  json.Key("truncated");
  json.Bool(rows > context.max_rows);
  json.NonEmptyMember("status", ReportStatusName(report.status));
  json.NonEmptyMember("status_reason", report.status_reason);
  json.Key("warnings");
  json.BeginArray();
  for (const std::string& warning : report.warnings) {
    json.String(warning);
  }
  json.EndArray();
  WriteObject(json, "params", report.params,
              [&json](const std::string& value) { json.String(value); });
}

/// The header that every row of a report repeats, without the row's own number.
std::string RowHeader(const Report& report, const PublishContext& context) {
  const ReportKey& key = report.key;
  const DayNumber date = context.calendar.AsOfDay();
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.NonEmptyMember("report_id", ReportId(key, date));
  json.NonEmptyMember("report_key", HashHex(ReportKeyText(key)));
  json.NonEmptyMember("report_name", key.report_name);
  WriteTypes(json, key);
  json.NonEmptyMember("report_dimension_name", key.dimension_name);
  json.NonEmptyMember("report_dimension_value", key.dimension_value);
  json.NonEmptyMember("variant", key.variant);
  json.NonEmptyMember("report_date", FormatDay(date));
  json.NonEmptyMember("run_id", context.run_id);
  if (!report.table.Find("bucket")) {
    json.NonEmptyMember("bucket", FormatInstant(context.calendar.zone.StartOfDay(date)));
  }
  json.EndObject();
  out.pop_back();
  return out;
}

/// Where a customer stands: a row of one of the tables of customer grain.
struct Place {
  std::size_t table;
  std::size_t row;
};

std::string CellJson(const ReportTable& table, std::size_t row, std::size_t column, int exponent) {
  std::string text;
  JsonWriter json(text);
  WriteCell(json, table, row, column, exponent);
  return text;
}

/// The columns of one customer from all tables, each once.
Status WriteCustomerColumns(JsonWriter& json, std::string_view client,
                            const std::vector<const ReportTable*>& tables,
                            const std::vector<Place>& places, int exponent) {
  struct Written {
    std::string_view name;
    Place place;
    std::size_t column;
  };
  std::vector<Written> written;
  for (const Place& place : places) {
    const ReportTable& table = *tables[place.table];
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
      const std::string& name = table.columns()[column].name;
      const auto before = std::find_if(written.begin(), written.end(),
                                       [&name](const Written& one) { return one.name == name; });
      if (before == written.end()) {
        written.push_back({name, place, column});
        if (name != "client") {
          json.Key(name);
          WriteCell(json, table, place.row, column, exponent);
        }
        continue;
      }
      const std::string first =
          CellJson(*tables[before->place.table], before->place.row, before->column, exponent);
      const std::string second = CellJson(table, place.row, column, exponent);
      if (first != second) {
        return Error{ErrorKind::kInternal,
                     fmt::format("customer-values: two analyses give the client \"{}\" the column "
                                 "{}, once as {}, once as {}",
                                 client, name, first, second)};
      }
    }
  }
  return {};
}

}  // namespace

std::string ReportKeyText(const ReportKey& key) {
  const auto number = [](std::optional<std::int64_t> value) {
    return value ? std::to_string(*value) : std::string();
  };
  std::string text;
  for (const std::string& part : {key.report_name, key.type, key.time_period, number(key.from),
                                  number(key.to), number(key.partition), key.abtest_type,
                                  key.variant, key.dimension_name, key.dimension_value}) {
    text += fmt::format("{}:{};", part.size(), part);
  }
  return text;
}

std::string ReportId(const ReportKey& key, DayNumber report_date) {
  return HashHex(ReportKeyText(key) + FormatDay(report_date));
}

std::string ReportDocument(const Report& report, const PublishContext& context,
                           std::int64_t duration_ms) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  WriteIdentity(json, report, context);
  WriteProvenance(json, report, context);
  WriteAccount(json, report, context);
  json.IntegerMember("duration_ms", duration_ms);
  json.Key("data");
  json.BeginArray();
  const std::size_t shown =
      std::min(report.table.rows(), static_cast<std::size_t>(context.max_rows));
  for (std::size_t row = 0; row < shown; ++row) {
    json.BeginObject();
    WriteRowMembers(json, report.table, row, context.currency_exponent);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return out;
}

Status ForEachRowDocument(const Report& report, const PublishContext& context,
                          const std::function<Status(const RowDocument&)>& visit) {
  const std::string header = RowHeader(report, context);
  const std::string key_text = ReportKeyText(report.key);
  const std::string report_id = ReportId(report.key, context.calendar.AsOfDay());
  std::string members;
  std::string line;
  for (std::size_t row = 0; row < report.table.rows(); ++row) {
    members.clear();
    JsonWriter json(members);
    json.BeginObject();
    json.Key("row_index");
    json.Integer(static_cast<std::int64_t>(row));
    WriteRowMembers(json, report.table, row, context.currency_exponent);
    json.EndObject();
    line.assign(header).append(",").append(members, 1);
    const std::string number = std::to_string(row);
    CARTWRIGHT_TRY(
        visit({HashHex(key_text + "row " + number), HashHex(report_id + "row " + number), line}));
  }
  return {};
}

Status ForEachCustomerValue(
    std::span<const Report> reports, const PublishContext& context,
    const std::function<Status(std::string_view client, std::string_view json)>& visit) {
  std::vector<const ReportTable*> tables;
  std::map<std::string_view, std::vector<Place>> clients;
  for (const Report& report : reports) {
    if (!report.key.dimension_name.empty() || !report.key.variant.empty() ||
        report.customers.rows() == 0) {
      continue;
    }
    const std::optional<std::size_t> client = report.customers.Find("client");
    CARTWRIGHT_CHECK(client.has_value(), "a customer table has the column client");
    for (std::size_t row = 0; row < report.customers.rows(); ++row) {
      clients[std::get<std::string_view>(report.customers.At(row, *client))].push_back(
          {tables.size(), row});
    }
    tables.push_back(&report.customers);
  }
  std::string line;
  for (const auto& [client, places] : clients) {
    line.clear();
    JsonWriter json(line);
    json.BeginObject();
    json.NonEmptyMember("client", client);
    json.NonEmptyMember("report_date", FormatDay(context.calendar.AsOfDay()));
    json.NonEmptyMember("as_of", FormatInstant(context.calendar.as_of));
    json.NonEmptyMember("run_id", context.run_id);
    json.NonEmptyMember("generated_at", FormatInstant(context.generated_at));
    CARTWRIGHT_TRY(WriteCustomerColumns(json, client, tables, places, context.currency_exponent));
    json.EndObject();
    CARTWRIGHT_TRY(visit(client, line));
  }
  return {};
}

}  // namespace cartwright
