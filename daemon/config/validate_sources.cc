#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "daemon/base/calendar.h"
#include "daemon/config/sections.h"

namespace cartwright {
namespace {

// One source with the place of its entry.
struct SourceEntry {
  const SourceConfig& source;
  const ConfigNode& node;
  bool has_session_source = false;  // Some source of the shop feeds sessions.

  bool Maps(std::string_view field) const {
    return std::any_of(source.columns.begin(), source.columns.end(),
                       [&](const auto& entry) { return entry.first == field; });
  }
};

void CheckName(const SourceEntry& entry, std::set<std::string>& seen, DecodeContext& context) {
  const std::string& name = entry.source.name;
  if (name.empty()) {
    return;  // Refused as missing.
  }
  const ConfigNode place = entry.node.Section("name");
  if (!IsSimpleName(name)) {
    context.Refuse(place, fmt::format("the name of a source is lower-case letters, digits and _, "
                                      "beginning with a letter, {}",
                                      DescribeFound(place)));
  } else if (!seen.insert(name).second) {
    context.Refuse(place, fmt::format("another source is named \"{}\" already", name));
  }
}

std::vector<std::string_view> RequiredFields(const SourceEntry& entry) {
  switch (entry.source.feeds) {
    case FeedKind::kSessions:
      return {"session_start_date"};
    case FeedKind::kCustomers:
      return {"client"};
    case FeedKind::kEvents:
      return {"event_time", "event_type", "product_id"};
    case FeedKind::kLines:
      break;
  }
  if (entry.has_session_source) {
    return {"order_id", "product"};
  }
  return {"order_id", "product", "session_start_date", "price", "quantity"};
}

void CheckColumns(const SourceEntry& entry, DecodeContext& context) {
  const ConfigNode columns = entry.node.Section("columns");
  const bool made_orders = entry.source.feeds == FeedKind::kLines && !entry.has_session_source;
  for (const std::string_view field : RequiredFields(entry)) {
    if (columns.Find(field) == nullptr) {
      context.RefuseKey(
          columns.present() ? columns : entry.node,
          fmt::format("columns.{} is missing{}; write columns: {{{}: COLUMN}}", field,
                      made_orders ? ", which orders made from lines need" : "", field));
    }
  }
}

void CheckKey(const SourceEntry& entry, DecodeContext& context) {
  const SourceConfig& source = entry.source;
  const ConfigNode key = entry.node.Section("key");
  const bool needs_key = source.feeds != FeedKind::kLines && source.feeds != FeedKind::kEvents;
  if (source.key.empty() && needs_key &&
      (!key.present() || (key.kind == ConfigNode::Kind::kSequence && key.items.empty()))) {
    context.RefuseKey(key.present() ? key : entry.node,
                      "the key columns are missing; write key: [COLUMN, ...] naming what makes a "
                      "row unique");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < source.key.size(); ++i) {
    if (source.key[i].empty() || !seen.insert(source.key[i]).second) {
      context.Refuse(key.items[i], source.key[i].empty()
                                       ? "the name of a column must not be empty"
                                       : fmt::format("the column \"{}\" stands here a second time",
                                                     source.key[i]));
    }
  }
  if (source.repeated_keys == "number") {
    const ConfigNode repeated = entry.node.Section("repeated_keys");
    if (source.feeds != FeedKind::kSessions) {
      context.Refuse(repeated, "number is only for sources that feed sessions");
    } else if (!source.version_column.empty()) {
      context.Refuse(repeated,
                     "number and a version column exclude each other: equal keys are "
                     "either further rows or newer ones");
    }
  }
}

void CheckPurchases(const SourceEntry& entry, DecodeContext& context) {
  const SourceConfig& source = entry.source;
  if (source.orders_only) {
    const ConfigNode place = entry.node.Section("orders_only");
    if (source.feeds != FeedKind::kSessions) {
      context.Refuse(place, "orders_only is only for sources that feed sessions");
    } else if (entry.Maps("has_purchased")) {
      context.Refuse(place,
                     "orders_only says that every row is a purchase; remove "
                     "columns.has_purchased or this key");
    }
  } else if (source.feeds == FeedKind::kSessions && !entry.Maps("has_purchased")) {
    context.Warn(entry.node,
                 "no row counts as a purchase: neither columns.has_purchased nor "
                 "orders_only: true is given");
  }
}

void CheckActions(const SourceEntry& entry, DecodeContext& context) {
  const SourceConfig& source = entry.source;
  const ConfigNode place = entry.node.Section("actions");
  const bool has_none = source.feeds == FeedKind::kLines || source.feeds == FeedKind::kEvents;
  if (has_none && !source.actions.empty()) {
    context.RefuseKey(place, "actions belong to sources that feed sessions or customers");
  }
  if (source.feeds != FeedKind::kSessions) {
    return;
  }
  for (const auto& [name, column] : source.actions) {
    if (name == "has_sessions") {
      context.RefuseKey(place, "has_sessions is always true; remove it");
    } else if (name == "purchased") {
      context.RefuseKey(place, fmt::format("purchased follows has_purchased; write columns: "
                                           "{{has_purchased: {}}}",
                                           column));
    }
  }
}

void CheckReturns(const SourceEntry& entry, DecodeContext& context) {
  const SourceConfig& source = entry.source;
  const ConfigNode place = entry.node.Section("returns");
  if (source.returns.any() && source.feeds != FeedKind::kLines) {
    context.RefuseKey(place,
                      "returns is only for sources that feed lines; sessions have "
                      "columns.refund_amount");
  } else if (source.returns.negative_quantity && !entry.Maps("quantity")) {
    context.RefuseKey(place.Section("negative_quantity"),
                      "negative_quantity needs "
                      "columns.quantity");
  }
  if (source.returns.order_prefix && source.returns.order_prefix->empty()) {
    context.Refuse(place.Section("order_prefix"), "an empty prefix would mark every order");
  }
}

void CheckEvents(const SourceEntry& entry, DecodeContext& context) {
  const ConfigNode place = entry.node.Section("events");
  if (entry.source.feeds != FeedKind::kEvents) {
    if (place.present()) {
      context.RefuseKey(place, "events is only for sources that feed events");
    }
    return;
  }
  if (!entry.Maps("user_session") && !entry.Maps("user_id")) {
    context.RefuseKey(entry.node.Section("columns"),
                      "nothing says which events belong together; write columns: {user_session: "
                      "COLUMN} or {user_id: COLUMN}");
  }
  std::set<std::string> seen;
  const EventsConfig& events = entry.source.events;
  for (const auto* names :
       {&events.view, &events.cart, &events.remove, &events.checkout, &events.purchase}) {
    for (const std::string& name : *names) {
      if (!seen.insert(name).second) {
        context.RefuseKey(place, fmt::format("the event type \"{}\" stands here twice", name));
      }
    }
  }
}

// Only %Y %m %d %H %M %S %f %%, with year, month and day; empty when it is a pattern.
std::string_view PatternFault(std::string_view format) {
  std::set<char> seen;
  for (std::size_t at = format.find('%'); at != std::string_view::npos;
       at = format.find('%', at + 2)) {
    const char code = at + 1 < format.size() ? format[at + 1] : '\0';
    if (code == '%') {
      continue;
    }
    if (std::string_view("YmdHMSf").find(code) == std::string_view::npos) {
      return "a pattern knows %Y %m %d %H %M %S %f and %%";
    }
    if (!seen.insert(code).second) {
      return "each of %Y %m %d %H %M %S %f may stand once";
    }
  }
  const bool has_day = seen.contains('Y') && seen.contains('m') && seen.contains('d');
  return has_day ? "" : "a pattern needs %Y, %m and %d";
}

void CheckDates(const SourceEntry& entry, DecodeContext& context) {
  constexpr std::string_view kFormats[] = {"iso8601", "epoch_seconds", "epoch_milliseconds"};
  const DateConfig& dates = entry.source.dates;
  const ConfigNode place = entry.node.Section("dates");
  const bool named =
      std::find(std::begin(kFormats), std::end(kFormats), dates.format) != std::end(kFormats);
  const ConfigNode format = place.Section("format");
  if (!named && dates.format.find('%') == std::string::npos) {
    context.Refuse(format, fmt::format("expected iso8601, epoch_seconds, epoch_milliseconds or a "
                                       "pattern such as %Y-%m-%d, {}{}",
                                       DescribeFound(format), SuggestName(dates.format, kFormats)));
  } else if (const auto fault = PatternFault(dates.format); !named && !fault.empty()) {
    context.Refuse(format, fmt::format("{}, {}", fault, DescribeFound(format)));
  }
  if (!dates.time_zone.empty()) {
    if (const auto zone = TimeZone::Find(dates.time_zone); !zone) {
      context.Refuse(place.Section("time_zone"), zone.error().message);
    }
  }
}

void CheckTruthValues(const SourceEntry& entry, DecodeContext& context) {
  for (const std::string& value : entry.source.true_values) {
    const auto& others = entry.source.false_values;
    if (std::find(others.begin(), others.end(), value) != others.end()) {
      const bool written = entry.node.Find("true_values") != nullptr;
      context.RefuseKey(entry.node.Section(written ? "true_values" : "false_values"),
                        fmt::format("\"{}\" is both a true value and a false value", value));
    }
  }
}

// Columns that a source without a header refers to must be among its declared names.
void CheckDeclaredColumns(const SourceEntry& entry, DecodeContext& context) {
  const SourceConfig& source = entry.source;
  if (source.csv.header || source.csv.names.empty()) {
    return;
  }
  const std::vector<std::string_view> names(source.csv.names.begin(), source.csv.names.end());
  const auto check = [&](const ConfigNode& place, const std::string& column) {
    if (place.kind == ConfigNode::Kind::kScalar &&
        std::find(names.begin(), names.end(), column) == names.end()) {
      context.Refuse(place, fmt::format("csv.names has no column \"{}\"{}", column,
                                        SuggestName(column, names)));
    }
  };
  for (const std::string_view section : {"columns", "actions", "dimensions", "key"}) {
    const ConfigNode node = entry.node.Section(section);
    for (const ConfigNode& item : node.items) {
      check(item, item.scalar);
    }
    for (const auto& [name, value] : node.members) {
      check(value, value.scalar);
    }
  }
  for (const ConfigNode& rule : entry.node.Section("skip").items) {
    check(rule.Section("column"), rule.Section("column").scalar);
  }
  check(entry.node.Section("version"), source.version_column);
}

}  // namespace

void ValidateSources(const Config& config, const ConfigNode& root, DecodeContext& context) {
  const bool has_session_source =
      std::any_of(config.sources.begin(), config.sources.end(),
                  [](const SourceConfig& source) { return source.feeds == FeedKind::kSessions; });
  const ConfigNode section = root.Section("sources");
  std::set<std::string> names;
  for (std::size_t i = 0; i < config.sources.size(); ++i) {
    const SourceEntry entry{config.sources[i], section.items[i], has_session_source};
    if (entry.node.kind != ConfigNode::Kind::kMap) {
      continue;  // Refused as a whole.
    }
    CheckName(entry, names, context);
    CheckColumns(entry, context);
    CheckKey(entry, context);
    CheckPurchases(entry, context);
    CheckActions(entry, context);
    CheckReturns(entry, context);
    CheckEvents(entry, context);
    CheckDates(entry, context);
    CheckTruthValues(entry, context);
    CheckDeclaredColumns(entry, context);
  }
}

}  // namespace cartwright
