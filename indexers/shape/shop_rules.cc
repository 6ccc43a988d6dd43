#include "indexers/shape/shop_rules.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "daemon/base/action_bits.h"
#include "indexers/shape/document_key.h"

namespace cartwright {
namespace {

/// What inactivity adds to a user's key: the separator and the session's start.
constexpr std::size_t kSessionStartBytes = 15;

bool Feeds(const SourceConfig& source, FeedKind kind) { return source.feeds == kind; }

std::size_t CountFeeds(const Config& config, FeedKind kind) {
  return static_cast<std::size_t>(
      std::count_if(config.sources.begin(), config.sources.end(),
                    [kind](const SourceConfig& source) { return Feeds(source, kind); }));
}

bool Maps(const SourceConfig& source, std::string_view field) {
  return std::any_of(source.columns.begin(), source.columns.end(),
                     [field](const auto& entry) { return entry.first == field; });
}

bool HasSessionSource(const Config& config) { return CountFeeds(config, FeedKind::kSessions) > 0; }

/// Lines that join sessions make no documents of their own.
bool MakesDocuments(const Config& config, const SourceConfig& source) {
  return !(Feeds(source, FeedKind::kLines) && HasSessionSource(config));
}

/// Documents of the source's index get its name before their key where another source feeds it.
bool PrefixesKeys(const Config& config, const SourceConfig& source) {
  const bool is_customers = Feeds(source, FeedKind::kCustomers);
  const auto shares_index = [&](const SourceConfig& other) {
    return Feeds(other, FeedKind::kCustomers) == is_customers && MakesDocuments(config, other);
  };
  return MakesDocuments(config, source) &&
         std::count_if(config.sources.begin(), config.sources.end(), shares_index) > 1;
}

/// Events without a session id are parted by inactivity.
std::optional<EpochMillis> Inactivity(const SourceConfig& source) {
  constexpr EpochMillis kMinute = 60'000;
  const bool by_user = Feeds(source, FeedKind::kEvents) && !Maps(source, "user_session");
  return by_user ? std::optional(source.events.inactivity_minutes * kMinute) : std::nullopt;
}

bool NumbersRepeats(const SourceConfig& source) { return source.repeated_keys == "number"; }

Error Misfit(const SourceConfig& source, std::string_view what) {
  return Error{ErrorKind::kConfig, fmt::format("sources.{}: {}", source.name, what)};
}

Status CheckSessions(const SourceConfig& source, bool joins) {
  if (source.key.empty() || !Maps(source, "session_start_date")) {
    return Misfit(source, "needs key and columns.session_start_date");
  }
  if (joins && source.key.size() != 1) {
    return Misfit(source, "key: must be one column, because lines join sessions by it");
  }
  return {};
}

Status CheckSource(const Config& config, const SourceConfig& source) {
  for (const auto& [field, column] : source.columns) {
    CARTWRIGHT_TRY(FindRecordField(field, source.feeds));
  }
  const bool joins = HasSessionSource(config) && CountFeeds(config, FeedKind::kLines) > 0;
  switch (source.feeds) {
    case FeedKind::kCustomers:
      return source.key.empty() ? Status(Misfit(source, "key: names no column")) : Status();
    case FeedKind::kSessions:
      return CheckSessions(source, joins);
    case FeedKind::kLines:
      if (!Maps(source, "order_id") || !Maps(source, "product")) {
        return Misfit(source, "needs columns.order_id and columns.product");
      }
      if (!HasSessionSource(config) && !Maps(source, "session_start_date")) {
        return Misfit(source, "needs columns.session_start_date, because it makes the orders");
      }
      return {};
    case FeedKind::kEvents:
      if (!Maps(source, "event_time") || !Maps(source, "event_type") ||
          !Maps(source, "product_id") ||
          (!Maps(source, "user_session") && !Maps(source, "user_id"))) {
        return Misfit(source,
                      "needs columns.event_time, event_type, product_id, and user_session or "
                      "user_id");
      }
      return {};
  }
  return {};
}

Result<FieldRules> MakeFieldRules(const Config& config, const SourceConfig& source) {
  CARTWRIGHT_ASSIGN(DateReader dates, DateReader::Make(source.dates, config.shop.time_zone));
  CARTWRIGHT_ASSIGN(const int decimals, CurrencyExponent(config.shop.currency));
  return FieldRules{std::move(dates),
                    decimals,
                    source.allow_negative_amounts,
                    source.true_values,
                    source.false_values,
                    config.shop.guest_values,
                    source.promotion_separator};
}

ShopRules MakeShopRules(const Config& config, const SourceConfig& source) {
  ShopRules rules;
  const bool is_customers = Feeds(source, FeedKind::kCustomers);
  rules.positions =
      is_customers ? NamedPositions{config.CustomerActionNames(), config.CustomerDimensionNames()}
                   : NamedPositions{config.ActionNames(), config.DimensionNames()};
  rules.has_session_source = HasSessionSource(config);
  rules.keys_are_numbered =
      std::any_of(config.sources.begin(), config.sources.end(),
                  [](const SourceConfig& other) { return NumbersRepeats(other); });
  std::size_t reserved = 0;
  for (const SourceConfig& other : config.sources) {
    reserved = PrefixesKeys(config, other) ? std::max(reserved, other.name.size() + 1) : reserved;
  }
  reserved += rules.keys_are_numbered ? kOccurrenceBytes : 0;
  reserved += Inactivity(source).has_value() ? kSessionStartBytes : 0;
  rules.max_key_bytes = kMaxKeyBytes - std::min(reserved, kMaxKeyBytes);
  return rules;
}

}  // namespace

Result<std::vector<RowShaper>> MakeRowShapers(const Config& config) {
  if (config.ActionNames().size() > kMaxActions) {
    return Error{ErrorKind::kConfig,
                 fmt::format("sources: at most {} actions can be kept, {} are named", kMaxActions,
                             config.ActionNames().size())};
  }
  std::vector<RowShaper> shapers;
  for (const SourceConfig& source : config.sources) {
    CARTWRIGHT_TRY(CheckSource(config, source));
    CARTWRIGHT_ASSIGN(FieldRules fields, MakeFieldRules(config, source));
    shapers.emplace_back(source, MakeShopRules(config, source), std::move(fields));
  }
  return shapers;
}

ComposeRules MakeComposeRules(const Config& config) {
  ComposeRules rules;
  rules.orders_from_lines = !HasSessionSource(config);
  // One kind of version an index: a declared column only where every document is made of one row.
  rules.session_versions_are_declared =
      CountFeeds(config, FeedKind::kLines) == 0 && CountFeeds(config, FeedKind::kEvents) == 0;
  for (const SourceConfig& source : config.sources) {
    rules.sources.push_back(
        {source.name, NumbersRepeats(source), PrefixesKeys(config, source), Inactivity(source)});
    if (source.version_column.empty()) {
      (Feeds(source, FeedKind::kCustomers) ? rules.customer_versions_are_declared
                                           : rules.session_versions_are_declared) = false;
    }
  }
  return rules;
}

}  // namespace cartwright
