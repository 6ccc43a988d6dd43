#include "tests/support/online_retail.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyses/tables/shop_tables_builder.h"
#include "daemon/base/check.h"

namespace cartwright::testing {
namespace {

enum Column { kInvoice, kStockCode, kDescription, kQuantity, kDate, kPrice, kCustomer, kCountry };
using Line = std::array<std::string_view, 8>;

std::optional<std::string> ReadGzip(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) {
    return std::nullopt;
  }
  std::string text;
  std::vector<char> chunk(1U << 20U);
  int got = 0;
  while ((got = gzread(file, chunk.data(), static_cast<unsigned>(chunk.size()))) > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  gzclose(file);
  CARTWRIGHT_CHECK(got == 0, "the data set is a whole gzip file");
  return text;
}

// Takes one line off `rest`. Doubled quotes stay doubled: only the description, unused, has any.
Line TakeLine(std::string_view& rest) {
  Line line;
  for (std::string_view& field : line) {
    std::size_t end = 0;
    if (!rest.empty() && rest[0] == '"') {
      end = rest.find('"', 1);
      while (end + 1 < rest.size() && rest[end + 1] == '"') {
        end = rest.find('"', end + 2);
      }
      field = rest.substr(1, end - 1);
      ++end;
    } else {
      end = std::min(rest.find_first_of(",\n"), rest.size());
      field = rest.substr(0, end);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return line;
}

int Number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  CARTWRIGHT_CHECK(error == std::errc{} && end == text.data() + text.size(), "a whole number");
  return value;
}

UnitPrice Price(std::string_view text) {
  const ParsedDecimal price = ParseDecimal(text, 2 + kUnitPriceExtraDecimals);
  CARTWRIGHT_CHECK(price.fault == DecimalFault::kNone, "a price with at most six decimals");
  return {price.scaled};
}

// "2010-12-01 08:26:00".
EpochMillis Instant(std::string_view text, const TimeZone& zone) {
  const int seconds = (Number(text.substr(11, 2)) * 60 + Number(text.substr(14, 2))) * 60 +
                      Number(text.substr(17, 2));
  return zone.ToUtc({ParseDay(text.substr(0, 10)).value(), seconds * 1000}).earliest;
}

bool IsClean(const Line& line) {
  return line[kInvoice][0] != 'C' && !line[kCustomer].empty() && Number(line[kQuantity]) > 0 &&
         Price(line[kPrice]).scaled > 0;
}

void AddInvoice(ShopTablesBuilder& builder, const std::vector<Line>& lines, const TimeZone& zone) {
  std::vector<LineInput> basket;
  LineSum payment;
  EpochMillis start = Instant(lines[0][kDate], zone);
  for (const Line& line : lines) {
    const int quantity = Number(line[kQuantity]);
    payment.Add(quantity, Price(line[kPrice]));
    start = std::min(start, Instant(line[kDate], zone));
    basket.push_back({line[kStockCode], std::nullopt, quantity, Price(line[kPrice])});
  }
  const std::array<std::optional<std::string_view>, 1> dimensions = {lines[0][kCountry]};
  SessionInput session;
  session.key = lines[0][kInvoice];
  session.client = lines[0][kCustomer];
  session.start = start;
  session.actions = 3;
  session.amounts[static_cast<std::size_t>(AmountKind::kPayment)] = payment.Rounded().value().minor;
  session.dimensions = dimensions;
  session.lines = basket;
  builder.AddSession(session);
}

}  // namespace

std::string DataFolder() {
  const char* folder = std::getenv("CARTWRIGHT_DATA");
  return folder == nullptr ? "../shared/data" : folder;
}

std::optional<ShopTables> LoadOnlineRetailClean() {
  const std::optional<std::string> text =
      ReadGzip(DataFolder() + "/online_retail/online_retail.csv.gz");
  if (!text) {
    return std::nullopt;
  }
  const TimeZone zone = TimeZone::Find(kOnlineRetailZone).value();
  std::unordered_map<std::string_view, std::size_t> place_of_invoice;
  std::vector<std::vector<Line>> invoices;
  std::string_view rest = *text;
  TakeLine(rest);  // The header.
  while (!rest.empty()) {
    const Line line = TakeLine(rest);
    if (!IsClean(line)) {
      continue;
    }
    const auto [found, is_new] = place_of_invoice.emplace(line[kInvoice], invoices.size());
    if (is_new) {
      invoices.emplace_back();
    }
    invoices[found->second].push_back(line);
  }
  ShopTablesLayout layout;
  layout.action_names = {"has_sessions", "purchased"};
  layout.dimensions = {"country"};
  layout.currency = "GBP";
  ShopTablesBuilder builder(std::move(layout), zone);
  for (const std::vector<Line>& lines : invoices) {
    AddInvoice(builder, lines, zone);
  }
  return std::move(builder).Finish().value();
}

}  // namespace cartwright::testing
