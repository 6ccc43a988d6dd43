#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyses/tables/shop_tables_builder.h"

namespace cartwright {

/// One basket line in a test's words.
struct FixtureLine {
  std::string product;
  std::int32_t quantity = 1;
  std::optional<std::int64_t> price = {};  ///< 1/10,000 minor unit.
  std::optional<std::string> category = {};
};

/// One session in a test's words. Amounts are minor units.
struct FixtureSession {
  std::string client = {};   ///< Empty: a guest.
  std::string local = {};    ///< "2024-03-01 10:00" or "2024-03-01 10:00:30" or "2024-03-01".
  std::string actions = {};  ///< Names parted by blanks; has_sessions is always set.
  std::optional<std::int64_t> payment = {};
  std::optional<std::int64_t> discount = {};
  std::optional<std::int64_t> tax = {};
  std::optional<std::int64_t> shipping = {};
  std::optional<std::int64_t> refund = {};
  std::vector<std::string> promotions = {};
  std::vector<std::optional<std::string>> dimensions = {};  ///< None, or one a declared dimension.
  std::vector<FixtureLine> lines = {};
  std::string key = {};                   ///< Empty: numbered in the order of the calls.
  std::optional<EpochMillis> start = {};  ///< Instead of `local`, where a reading came twice.
};

inline ShopTablesLayout FixtureLayout() {
  ShopTablesLayout layout;
  layout.action_names = {"has_sessions", "has_basket", "order_screen", "purchased"};
  return layout;
}

/// Builds small tables for tests from local times and action names. Wrong texts fail the test.
class ShopTablesFixture {
 public:
  explicit ShopTablesFixture(std::string_view zone = "Europe/Berlin",
                             ShopTablesLayout layout = FixtureLayout())
      : zone_(TimeZone::Find(zone).value()), layout_(std::move(layout)) {}

  ShopTablesFixture& Add(FixtureSession session) {
    if (session.key.empty()) {
      const std::string number = std::to_string(sessions_.size());
      session.key = "s" + std::string(8 - std::min<std::size_t>(8, number.size()), '0') + number;
    }
    sessions_.push_back(std::move(session));
    return *this;
  }
  /// A visit with these actions and no amounts.
  ShopTablesFixture& Visit(std::string_view client, std::string_view local,
                           std::string_view actions = "") {
    return Add({.client = std::string(client),
                .local = std::string(local),
                .actions = std::string(actions)});
  }
  /// A purchase with every action set.
  ShopTablesFixture& Order(std::string_view client, std::string_view local, std::int64_t payment) {
    std::string all;
    for (const std::string& name : layout_.action_names) {
      all.append(all.empty() ? "" : " ").append(name);
    }
    return Add({.client = std::string(client),
                .local = std::string(local),
                .actions = std::move(all),
                .payment = payment});
  }
  /// A credit note.
  ShopTablesFixture& Credit(std::string_view client, std::string_view local, std::int64_t refund) {
    return Add({.client = std::string(client), .local = std::string(local), .refund = refund});
  }
  /// A row of the customers feed; an empty text is an unknown instant.
  ShopTablesFixture& Customer(std::string_view client, std::string_view download,
                              std::string_view signup = "") {
    customers_.push_back({std::string(client), std::string(download), std::string(signup)});
    return *this;
  }
  /// Changes the order in which rows arrive at the builder.
  ShopTablesFixture& Shuffle(std::uint32_t seed) {
    std::mt19937 random(seed);
    std::shuffle(sessions_.begin(), sessions_.end(), random);
    std::shuffle(customers_.begin(), customers_.end(), random);
    return *this;
  }

  ShopTables Build() const {
    ShopTablesBuilder builder(layout_, zone_);
    for (const FixtureSession& session : sessions_) {
      AddTo(builder, session);
    }
    for (const FixtureCustomer& customer : customers_) {
      builder.AddCustomer({.client = customer.client,
                           .download = OptionalInstant(customer.download),
                           .signup = OptionalInstant(customer.signup),
                           .dimensions = {}});
    }
    Result<ShopTables> tables = std::move(builder).Finish();
    EXPECT_TRUE(tables.has_value());
    return std::move(tables).value();
  }

  /// The zone of the fixture, with reports speaking of the local moment `as_of`.
  ShopCalendar Calendar(std::string_view as_of, WeekStart week_start = WeekStart::kMonday) const {
    return {.zone = zone_, .week_start = week_start, .as_of = At(as_of)};
  }

  /// The (earlier) instant of a local reading.
  EpochMillis At(std::string_view local) const {
    const Result<DayNumber> day = ParseDay(local.substr(0, 10));
    EXPECT_TRUE(day.has_value()) << local;
    const int hour = Number(local, 11);
    const int minute = Number(local, 14);
    const int second = Number(local, 17);
    return zone_.ToUtc({*day, ((hour * 60 + minute) * 60 + second) * 1000}).earliest;
  }

 private:
  struct FixtureCustomer {
    std::string client;
    std::string download;
    std::string signup;
  };

  static int Number(std::string_view local, std::size_t position) {
    int value = 0;
    if (position < local.size()) {
      EXPECT_GE(local.size(), position + 2) << local;
      std::from_chars(local.data() + position, local.data() + position + 2, value);
    }
    return value;
  }
  std::optional<EpochMillis> OptionalInstant(std::string_view local) const {
    return local.empty() ? std::nullopt : std::optional(At(local));
  }
  std::uint32_t Actions(std::string_view names) const {
    std::uint32_t bits = 1;
    while (!names.empty()) {
      const std::string_view name = names.substr(0, names.find(' '));
      const auto found = std::find(layout_.action_names.begin(), layout_.action_names.end(), name);
      EXPECT_NE(found, layout_.action_names.end()) << name;
      bits |= 1U << (found - layout_.action_names.begin());
      names.remove_prefix(std::min(names.size(), name.size() + 1));
    }
    return bits;
  }
  void AddTo(ShopTablesBuilder& builder, const FixtureSession& session) const {
    const std::vector<std::string_view> promotions(session.promotions.begin(),
                                                   session.promotions.end());
    std::vector<std::optional<std::string_view>> dimensions;
    for (const auto& value : session.dimensions) {
      dimensions.push_back(value ? std::optional<std::string_view>(*value) : std::nullopt);
    }
    std::vector<LineInput> lines;
    for (const FixtureLine& line : session.lines) {
      lines.push_back({.product = line.product,
                       .category = line.category ? std::optional<std::string_view>(*line.category)
                                                 : std::nullopt,
                       .quantity = line.quantity,
                       .price = line.price ? std::optional(UnitPrice{*line.price}) : std::nullopt});
    }
    builder.AddSession({.key = session.key,
                        .client = session.client.empty()
                                      ? std::nullopt
                                      : std::optional<std::string_view>(session.client),
                        .start = session.start ? *session.start : At(session.local),
                        .actions = Actions(session.actions),
                        .amounts = {session.payment, session.discount, session.tax,
                                    session.shipping, session.refund},
                        .promotions = promotions,
                        .dimensions = dimensions,
                        .lines = lines});
  }

  TimeZone zone_;
  ShopTablesLayout layout_;
  std::vector<FixtureSession> sessions_;
  std::vector<FixtureCustomer> customers_;
};

}  // namespace cartwright
