// Reads report documents back, for `reports show` and for tests.
#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "daemon/publish/report_document.h"

namespace cartwright {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t MinorUnits(const Json& value, int exponent) {
  return std::llround(value.get<double>() * std::pow(10.0, exponent));
}

/// Appends one row of `data`. `texts` keeps the strings alive until the row is appended.
Status AppendRow(ReportTable& table, const Json& row, int exponent) {
  std::vector<std::string> texts(table.columns().size());
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    const ColumnSpec& column = table.columns()[i];
    const Json& value = row.at(column.name);
    if (value.is_null()) {
      cells.emplace_back();
    } else if (column.type == ColumnType::kText) {
      texts[i] = value.get<std::string>();
      cells.emplace_back(texts[i]);
    } else if (column.type == ColumnType::kInteger) {
      cells.emplace_back(value.get<std::int64_t>());
    } else if (column.type == ColumnType::kReal) {
      cells.emplace_back(value.get<double>());
    } else if (column.type == ColumnType::kMoney) {
      cells.emplace_back(Money{MinorUnits(value, exponent)});
    } else if (column.type == ColumnType::kBoolean) {
      cells.emplace_back(value.get<bool>());
    } else {
      CARTWRIGHT_ASSIGN(const EpochMillis millis, ParseInstant(value.get<std::string>()));
      cells.emplace_back(Instant{millis});
    }
  }
  table.Append(cells);
  return {};
}

ReportKey ReadKey(const Json& json) {
  ReportKey key;
  const Json& types = json.at("report_types");
  const auto number = [&types](const char* name) -> std::optional<std::int64_t> {
    return types.contains(name) ? std::optional(types[name].get<std::int64_t>()) : std::nullopt;
  };
  key.report_name = json.at("report_name").get<std::string>();
  key.type = types.value("type", "");
  key.time_period = types.value("time_period", "");
  key.from = number("from");
  key.to = number("to");
  key.partition = number("partition");
  key.abtest_type = types.value("abtest_type", "");
  key.variant = json.value("variant", "");
  key.dimension_name = json.value("dimension_name", "");
  key.dimension_value = json.value("dimension_value", "");
  return key;
}

Result<std::vector<ColumnSpec>> ReadColumns(const Json& data, const Catalogue& catalogue) {
  std::vector<ColumnSpec> columns;
  if (data.empty()) {
    return columns;
  }
  for (const auto& [name, value] : data.front().items()) {
    const auto known = catalogue.columns().find(name);
    if (known == catalogue.columns().end()) {
      return Error{ErrorKind::kData,
                   fmt::format("the report has the column \"{}\", which this version of cartwright "
                               "does not know",
                               name)};
    }
    columns.push_back({name, known->second.type});
  }
  return columns;
}

void ReadAccount(const Json& json, Report& report) {
  const std::string status = json.at("status").get<std::string>();
  for (const ReportStatus candidate :
       {ReportStatus::kOk, ReportStatus::kDegenerate, ReportStatus::kInsufficientData,
        ReportStatus::kNotAvailable, ReportStatus::kFailed}) {
    if (ReportStatusName(candidate) == status) {
      report.status = candidate;
    }
  }
  report.status_reason = json.value("status_reason", "");
  report.warnings = json.value("warnings", std::vector<std::string>{});
  report.rows_read = json.value("rows_read", std::int64_t{0});
  report.rows_used = json.value("rows_used", std::int64_t{0});
  report.rows_dropped = json.value("rows_dropped", std::map<std::string, std::int64_t>{});
  for (const auto& [name, value] : json.at("params").items()) {
    report.params.emplace_back(name, value.get<std::string>());
  }
}

}  // namespace

Result<PublishedReport> ParseReportDocument(std::string_view text, const Catalogue& catalogue) {
  try {
    const Json json = Json::parse(text);
    PublishedReport published;
    published.report.key = ReadKey(json);
    ReadAccount(json, published.report);
    published.report_date = json.at("report_date").get<std::string>();
    published.run_id = json.value("run_id", "");
    published.generated_at = json.value("generated_at", "");
    published.time_zone = json.value("time_zone", "UTC");
    published.currency = json.value("currency", "EUR");
    published.row_count = json.at("row_count").get<std::int64_t>();
    for (const auto& [name, target] : {std::pair{"period_from", &published.report.period_from},
                                       std::pair{"period_to", &published.report.period_to}}) {
      if (json.contains(name)) {
        CARTWRIGHT_ASSIGN(*target, ParseInstant(json[name].get<std::string>()));
      }
    }
    CARTWRIGHT_ASSIGN(const int exponent, CurrencyExponent(published.currency));
    const Json& data = json.at("data");
    CARTWRIGHT_ASSIGN(std::vector<ColumnSpec> columns, ReadColumns(data, catalogue));
    published.report.table = ReportTable(std::move(columns));
    for (const Json& row : data) {
      CARTWRIGHT_TRY(AppendRow(published.report.table, row, exponent));
    }
    return published;
  } catch (const nlohmann::json::exception& exception) {
    return Error{ErrorKind::kData, fmt::format("not a report document: {}", exception.what())};
  }
}

}  // namespace cartwright
