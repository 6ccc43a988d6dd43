#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "daemon/config/section_fields.h"
#include "daemon/config/sections.h"

namespace cartwright {
namespace {

using NamedColumns = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kFeedNames[] = {"sessions", "lines", "customers", "events"};

constexpr std::string_view kSessionFields[] = {"id",
                                               "client",
                                               "session_start_date",
                                               "date",
                                               "has_purchased",
                                               "payment_amount",
                                               "discount_amount",
                                               "tax_amount",
                                               "shipping_amount",
                                               "refund_amount",
                                               "promotion_id",
                                               "delivery_date",
                                               "prepare_date",
                                               "return_date",
                                               "updated_at"};
constexpr std::string_view kLineFields[] = {
    "order_id", "product", "category",           "name",         "brand",     "price",
    "quantity", "client",  "session_start_date", "promotion_id", "updated_at"};
constexpr std::string_view kCustomerFields[] = {"client", "download_date", "signup_date",
                                                "updated_at"};

constexpr std::string_view kEventFields[] = {
    "event_time", "event_type", "product_id", "category_id",  "category_code", "name",      "brand",
    "price",      "quantity",   "user_id",    "user_session", "promotion_id",  "updated_at"};

std::string FormatColumns(const NamedColumns& columns) {
  std::string text = "{";
  for (const auto& [name, column] : columns) {
    text += fmt::format("{}{}: {}", text.size() > 1 ? ", " : "", name, column);
  }
  return text + "}";
}

// The column that a node names; nothing after an error.
std::optional<std::string> ReadColumn(const ConfigNode& node, DecodeContext& context) {
  auto column = ReadValue<std::string>(node, {}, context);
  if (column && column->empty()) {
    context.Refuse(node, "the name of a column must not be empty");
    return std::nullopt;
  }
  return column;
}

NamedColumns DecodeColumns(const ConfigNode& source, FeedKind feeds, DecodeContext& context) {
  NamedColumns columns;
  const ConfigNode node = source.Section("columns");
  if (CheckMap(node, RecordFields(feeds), context)) {
    for (const auto& [field, value] : node.members) {
      if (auto column = ReadColumn(value, context)) {
        columns.emplace_back(field, std::move(*column));
      }
    }
  }
  context.Record(source, "columns", FormatColumns(columns));
  return columns;
}

void AddNamed(const ConfigNode& node, const std::string& name, std::string column,
              NamedColumns& columns, DecodeContext& context) {
  if (!IsSimpleName(name)) {
    context.Refuse(node, fmt::format("the name must be lower-case letters, digits and _, beginning "
                                     "with a letter, found \"{}\"; write it as {{name: column}}",
                                     name));
    return;
  }
  const auto same = [&](const auto& entry) { return entry.first == name; };
  if (std::any_of(columns.begin(), columns.end(), same)) {
    context.Refuse(node, fmt::format("\"{}\" is named a second time", name));
    return;
  }
  columns.emplace_back(name, std::move(column));
}

// `[city, device]` (columns of the same names) or `{city: ship_city}`.
NamedColumns DecodeNamedColumns(const ConfigNode& source, std::string_view key,
                                DecodeContext& context) {
  NamedColumns columns;
  const ConfigNode node = source.Section(key);
  if (node.kind == ConfigNode::Kind::kScalar) {
    context.Refuse(node, fmt::format("expected a list of columns or a map of name: column, {}",
                                     DescribeFound(node)));
  }
  for (const ConfigNode& item : node.items) {
    if (auto column = ReadColumn(item, context)) {
      AddNamed(item, *column, *column, columns, context);
    }
  }
  for (const auto& [name, value] : node.members) {
    if (auto column = ReadColumn(value, context)) {
      AddNamed(value, name, std::move(*column), columns, context);
    }
  }
  context.Record(source, key, FormatColumns(columns));
  return columns;
}

FeedKind DecodeFeeds(const ConfigNode& source, DecodeContext& context) {
  const ConfigNode node = source.Section("feeds");
  if (node.kind == ConfigNode::Kind::kMissing) {
    context.RefuseKey(source, "the key \"feeds\" is missing; sessions, lines, customers or events");
    return FeedKind::kSessions;
  }
  const auto name = ReadValue<std::string>(node, {.choices = kFeedNames}, context);
  context.Record(source, "feeds", name.value_or(""));
  const auto found = std::find(std::begin(kFeedNames), std::end(kFeedNames), name.value_or(""));
  return name ? static_cast<FeedKind>(found - std::begin(kFeedNames)) : FeedKind::kSessions;
}

void CheckSeparator(const ConfigNode& node, const std::string& separator, DecodeContext& context) {
  const bool named = separator == "tab" || separator == "whitespace";
  const bool one_byte = separator.size() == 1 && static_cast<unsigned char>(separator[0]) < 0x80 &&
                        separator.find_first_of("\"\r\n") == std::string::npos;
  if (!named && !one_byte) {
    context.Refuse(node, fmt::format("expected one ASCII character, tab or whitespace, {}",
                                     DescribeFound(node)));
  }
}

CsvConfig DecodeCsv(const ConfigNode& source, const ConfigSurroundings& surroundings,
                    DecodeContext& context) {
  CsvConfig csv;
  const ConfigNode node = source.Section("csv");
  if (!node.present()) {
    context.RefuseKey(source,
                      "the key \"csv\" is missing; say where the rows are: "
                      "csv: {path: FILE}");
    return csv;
  }
  DecodeFields(node, CsvFields(), csv, context);
  csv.path = surroundings.Absolute(csv.path);
  CheckSeparator(node.Section("separator"), csv.separator, context);
  if (csv.header && !csv.names.empty()) {
    context.RefuseKey(node.Section("names"), "names is only for files with header: false");
  } else if (!csv.header && csv.names.empty()) {
    context.RefuseKey(node, "header: false needs names: [the columns in order]");
  }
  if (csv.max_field_bytes > csv.max_record_bytes) {
    context.RefuseKey(node.Section("max_field_bytes"),
                      "max_field_bytes must not be above max_record_bytes");
  }
  return csv;
}

std::vector<SkipRule> DecodeSkip(const ConfigNode& source, DecodeContext& context) {
  std::vector<SkipRule> rules;
  const ConfigNode node = source.Section("skip");
  if (node.present() && node.kind != ConfigNode::Kind::kSequence) {
    context.Refuse(node, fmt::format("expected a list of rules such as {{column: status, equals: "
                                     "test}}, {}",
                                     DescribeFound(node)));
  }
  if (node.items.empty()) {
    context.Record(source, "skip", "[]");
  }
  for (const ConfigNode& item : node.items) {
    SkipRule rule;
    DecodeFields(item, SkipFields(), rule, context);
    if (!rule.equals && !rule.prefix && !rule.empty && !rule.not_positive) {
      context.Refuse(item, "the rule never holds; give equals, prefix, empty or not_positive");
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

SourceConfig DecodeSource(const ConfigNode& node, const ConfigSurroundings& surroundings,
                          DecodeContext& context) {
  SourceConfig source;
  source.line = node.line;
  if (node.kind != ConfigNode::Kind::kMap) {
    context.Refuse(node,
                   fmt::format("expected a map that describes a source, {}", DescribeFound(node)));
    return source;
  }
  DecodeFields(node, SourceFields(), source, context, NamesOf(SourceKeys()));
  source.feeds = DecodeFeeds(node, context);
  source.csv = DecodeCsv(node, surroundings, context);
  source.columns = DecodeColumns(node, source.feeds, context);
  source.actions = DecodeNamedColumns(node, "actions", context);
  source.dimensions = DecodeNamedColumns(node, "dimensions", context);
  DecodeFields(node.Section("dates"), DateFields(), source.dates, context);
  DecodeFields(node.Section("returns"), ReturnsFields(), source.returns, context);
  DecodeFields(node.Section("events"), EventsFields(), source.events, context);
  source.skip = DecodeSkip(node, context);
  return source;
}

}  // namespace

std::span<const std::string_view> RecordFields(FeedKind feeds) {
  switch (feeds) {
    case FeedKind::kSessions:
      return kSessionFields;
    case FeedKind::kLines:
      return kLineFields;
    case FeedKind::kCustomers:
      return kCustomerFields;
    case FeedKind::kEvents:
      return kEventFields;
  }
  return {};
}

std::vector<SourceConfig> DecodeSources(const ConfigNode& root,
                                        const ConfigSurroundings& surroundings,
                                        DecodeContext& context) {
  std::vector<SourceConfig> sources;
  const ConfigNode node = root.Section("sources");
  if (node.present() && node.kind != ConfigNode::Kind::kSequence) {
    context.Refuse(node, fmt::format("expected a list of sources, {}; begin each with \"- name:\"",
                                     DescribeFound(node)));
    return sources;
  }
  if (node.items.empty()) {
    context.RefuseKey(node,
                      "no source is declared; say where the data is, see "
                      "configs/minimal.yaml");
  }
  for (const ConfigNode& item : node.items) {
    sources.push_back(DecodeSource(item, surroundings, context));
  }
  return sources;
}

}  // namespace cartwright
