#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indexers/csv/csv.h"
#include "indexers/shape/shape.h"
#include "tests/support/temporary_file.h"

namespace cartwright {

/// A shop in memory: a configuration, the text of each source, and what shaping them gave.
struct ShapedShop {
  std::string error;
  std::vector<SessionRecord> sessions;
  std::vector<std::vector<RowRef>> session_rows;
  std::vector<CustomerRecord> customers;
  std::vector<SetAside> set_aside;
  std::vector<ShapeCounts> counts;
  bool spilled = false;
};

inline ShapedShop ShapeFiles(const Config& config) {
  ShapedShop shop;
  auto shaper = ShopShaper::Make(config, testing::TempDir(),
                                 [&shop](const SetAside& row) { shop.set_aside.push_back(row); });
  if (!shaper) {
    shop.error = shaper.error().message;
    return shop;
  }
  const auto run = [&config, &shaper, &shop]() -> Status {
    for (std::size_t i = 0; i < config.sources.size(); ++i) {
      CARTWRIGHT_ASSIGN(auto rows, OpenCsv(config.sources[i].csv, static_cast<std::uint32_t>(i)));
      CARTWRIGHT_TRY(shaper->Read(i, *rows));
    }
    CARTWRIGHT_TRY(shaper->EmitSessions(
        [&shop](const SessionRecord& session, std::span<const RowRef> rows) -> Status {
          shop.sessions.push_back(session);
          shop.session_rows.emplace_back(rows.begin(), rows.end());
          return {};
        }));
    return shaper->EmitCustomers(
        [&shop](const CustomerRecord& customer, std::span<const RowRef>) -> Status {
          shop.customers.push_back(customer);
          return {};
        });
  };
  const Status status = run();
  shop.error = status ? "" : status.error().message;
  shop.counts = shaper->counts();
  shop.spilled = shaper->spilled();
  return shop;
}

inline ShapedShop ShapeTexts(Config config, const std::vector<std::string>& texts) {
  std::vector<std::unique_ptr<TemporaryFile>> files;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    files.push_back(std::make_unique<TemporaryFile>(texts[i]));
    config.sources[i].csv.path = files.back()->path();
  }
  return ShapeFiles(config);
}

/// Columns id, client, start, bought, amount, city; key id; UTC, EUR.
inline SourceConfig SessionSource(std::string name = "web") {
  SourceConfig source;
  source.name = std::move(name);
  source.feeds = FeedKind::kSessions;
  source.key = {"id"};
  source.columns = {{"client", "client"},
                    {"session_start_date", "start"},
                    {"has_purchased", "bought"},
                    {"payment_amount", "amount"}};
  source.dimensions = {{"city", "city"}};
  return source;
}

inline constexpr std::string_view kSessionHeader = "id,client,start,bought,amount,city\n";

/// Columns order, product, quantity, price, time, client, country.
inline SourceConfig LineSource(std::string name = "lines") {
  SourceConfig source;
  source.name = std::move(name);
  source.feeds = FeedKind::kLines;
  source.columns = {{"order_id", "order"}, {"product", "product"},         {"quantity", "quantity"},
                    {"price", "price"},    {"session_start_date", "time"}, {"client", "client"}};
  source.dimensions = {{"country", "country"}};
  source.returns.negative_quantity = true;
  return source;
}

inline constexpr std::string_view kLineHeader =
    "order,product,quantity,price,time,client,country\n";

inline Config ShopOf(std::vector<SourceConfig> sources) {
  Config config;
  config.shop.guest_values = {"0"};
  config.sources = std::move(sources);
  return config;
}

}  // namespace cartwright
