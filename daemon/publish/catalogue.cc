#include "daemon/publish/catalogue.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "mappings/mappings.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

std::optional<ColumnType> TypeFromName(std::string_view name) {
  for (const ColumnType type : {ColumnType::kText, ColumnType::kInteger, ColumnType::kReal,
                                ColumnType::kMoney, ColumnType::kInstant, ColumnType::kBoolean}) {
    if (ColumnTypeName(type) == name) {
      return type;
    }
  }
  return std::nullopt;
}

Json FieldMapping(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
      return {{"type", "keyword"}, {"ignore_above", 8000}};
    case ColumnType::kInteger:
      return {{"type", "long"}, {"coerce", false}};
    case ColumnType::kReal:
    case ColumnType::kMoney:
      return {{"type", "double"}, {"coerce", false}};
    case ColumnType::kInstant:
      return {{"type", "date"}, {"format", "strict_date_time"}};
    case ColumnType::kBoolean:
      return {{"type", "boolean"}};
  }
  return {};
}

std::string WithColumns(std::string_view header, const std::set<std::string>& names,
                        const std::map<std::string, CatalogueColumn>& columns) {
  Json mapping = Json::parse(MappingText(header));
  for (const std::string& name : names) {
    mapping["properties"][name] = FieldMapping(columns.at(name).type);
  }
  return mapping.dump();
}

CatalogueReport ReadReport(const Json& entry) {
  CatalogueReport report;
  report.report_name = entry.at("report_name").get<std::string>();
  report.type = entry.at("type").get<std::string>();
  report.time_periods = entry.value("time_periods", std::vector<std::string>{});
  report.grain =
      entry.at("grain").get<std::string>() == "customer" ? Grain::kCustomer : Grain::kAggregate;
  report.sentence = entry.at("sentence").get<std::string>();
  report.columns = entry.at("columns").get<std::vector<std::string>>();
  report.customer_columns = entry.value("customer_columns", std::vector<std::string>{});
  return report;
}

/// A customer column has one report that writes it.
Status CheckOwners(const std::vector<CatalogueReport>& reports) {
  std::map<std::string, std::string> owner;
  for (const CatalogueReport& report : reports) {
    for (const std::string& name : report.customer_columns) {
      const auto [other, is_new] = owner.emplace(name, report.report_name);
      if (!is_new && name != "client") {
        return Error{ErrorKind::kInternal,
                     fmt::format("catalogue: {} and {} both write the customer column {}",
                                 other->second, report.report_name, name)};
      }
    }
  }
  return {};
}

}  // namespace

Result<Catalogue> Catalogue::Parse(std::string_view text) {
  Catalogue catalogue;
  try {
    const Json json = Json::parse(text);
    for (const auto& [name, entry] : json.at("columns").items()) {
      const std::optional<ColumnType> type = TypeFromName(entry.at("type").get<std::string>());
      if (!type) {
        return Error{ErrorKind::kInternal, fmt::format("catalogue: column {} has no type", name)};
      }
      catalogue.columns_[name] = {*type, entry.value("unit", ""), entry.value("format", ""),
                                  entry.at("sentence").get<std::string>()};
    }
    for (const Json& entry : json.at("reports")) {
      catalogue.reports_.push_back(ReadReport(entry));
    }
  } catch (const Json::exception& exception) {
    return Error{ErrorKind::kInternal, fmt::format("catalogue: {}", exception.what())};
  }
  CARTWRIGHT_TRY(CheckOwners(catalogue.reports_));
  for (const CatalogueReport& report : catalogue.reports_) {
    for (const auto* names : {&report.columns, &report.customer_columns}) {
      for (const std::string& name : *names) {
        if (!catalogue.columns_.contains(name)) {
          return Error{ErrorKind::kInternal,
                       fmt::format("catalogue: {}/{} lists the unknown column {}",
                                   report.report_name, report.type, name)};
        }
      }
    }
  }
  return catalogue;
}

Result<Catalogue> Catalogue::Load() { return Parse(MappingText("catalogue")); }

Status Catalogue::CheckTable(const Report& report, const ReportTable& table,
                             const std::vector<std::string>& listed) const {
  std::vector<std::string> emitted;
  for (const ColumnSpec& column : table.columns()) {
    emitted.push_back(column.name);
    const auto known = columns_.find(column.name);
    if (known == columns_.end() || known->second.type != column.type) {
      return Error{ErrorKind::kInternal,
                   fmt::format("report {}/{}: column {} of type {} is not in the catalogue",
                               report.key.report_name, report.key.type, column.name,
                               ColumnTypeName(column.type))};
    }
  }
  if (emitted != listed) {
    return Error{ErrorKind::kInternal,
                 fmt::format("report {}/{} emits the columns [{}], the catalogue lists [{}]",
                             report.key.report_name, report.key.type, fmt::join(emitted, ", "),
                             fmt::join(listed, ", "))};
  }
  return {};
}

Status Catalogue::Check(const Report& report) const {
  const auto found =
      std::find_if(reports_.begin(), reports_.end(), [&report](const CatalogueReport& entry) {
        const auto& periods = entry.time_periods;
        return entry.report_name == report.key.report_name && entry.type == report.key.type &&
               (periods.empty() ? report.key.time_period.empty()
                                : std::find(periods.begin(), periods.end(),
                                            report.key.time_period) != periods.end());
      });
  if (found == reports_.end()) {
    return Error{ErrorKind::kInternal,
                 fmt::format("report {}/{} (time period \"{}\") is not in the catalogue",
                             report.key.report_name, report.key.type, report.key.time_period)};
  }
  CARTWRIGHT_TRY(CheckTable(report, report.table, found->columns));
  if (report.customers.columns().empty()) {
    return {};
  }
  return CheckTable(report, report.customers, found->customer_columns);
}

std::string Catalogue::RowMapping() const {
  std::set<std::string> names{"bucket"};
  for (const CatalogueReport& report : reports_) {
    names.insert(report.columns.begin(), report.columns.end());
  }
  return WithColumns("report-rows", names, columns_);
}

std::string Catalogue::CustomerValuesMapping() const {
  std::set<std::string> names;
  for (const CatalogueReport& report : reports_) {
    names.insert(report.customer_columns.begin(), report.customer_columns.end());
  }
  return WithColumns("customer-values", names, columns_);
}

}  // namespace cartwright
