// Reads an index of orders into columns, as an analysis pass does, but with few fields and a chosen
// number of slices.

#include <fmt/core.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "daemon/app/shop.h"
#include "daemon/elastic/hit_page.h"
#include "daemon/elastic/point_in_time.h"
#include "daemon/elastic/transport.h"
#include "daemon/load/hits.h"
#include "tests/bench/engine/measured_section.h"

namespace cartwright {
namespace {

constexpr std::string_view kUsage = "Usage: bench_read SHOP_YAML URL SLICES FIELD...\n";

Result<std::string> Run(const std::vector<std::string>& arguments, int slices) {
  CARTWRIGHT_ASSIGN(Shop shop, OpenShop(arguments[0], {}, [](const std::string&) {}));
  shop.config.elasticsearch.hosts = {arguments[1]};
  CARTWRIGHT_ASSIGN(const std::unique_ptr<Transport> transport,
                    Transport::Create(shop.Elastic("bench")));
  ReadRequest request;
  request.index = shop.Alias("orders");
  request.source_fields.assign(arguments.begin() + 3, arguments.end());
  request.slices = slices;

  const MeasuredSection section;
  const ShopTablesLayout layout = shop.TablesLayout();
  ShopTablesBuilder builder(layout, shop.zone);
  HitDecoder decoder(layout, builder);
  CARTWRIGHT_ASSIGN(const std::int64_t hits,
                    ReadPointInTime(*transport, request, [&decoder](const HitPage& page) {
                      return page.Each([&decoder](const Hit& hit) {
                        return decoder.AddOrder(hit.id, hit.source);
                      });
                    }));
  CARTWRIGHT_ASSIGN(const ShopTables tables, std::move(builder).Finish());
  return section.Report(hits, 0);
}

}  // namespace
}  // namespace cartwright

int main(int argc, char** argv) try {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  int slices = 0;
  if (arguments.size() > 3) {
    const std::string& text = arguments[2];
    (void)std::from_chars(text.data(), text.data() + text.size(), slices);
  }
  if (slices < 1) {
    fmt::print(stderr, "{}", cartwright::kUsage);
    return 64;
  }
  const cartwright::Result<std::string> report = cartwright::Run(arguments, slices);
  if (!report) {
    fmt::print(stderr, "bench_read: {}\n", report.error().message);
    return 1;
  }
  fmt::print("{}\n", *report);
  return 0;
} catch (const std::exception& error) {  // simdjson's, of a type that HitPage has checked before.
  std::fputs(error.what(), stderr);
  return 1;
}
