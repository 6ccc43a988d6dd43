#include <string>

#include "analyses/product_analytic/item_pairs.h"
#include "analyses/product_analytic/product_reports.h"
#include "analyses/statistics/ratio.h"

namespace cartwright {
namespace {

PairRule RuleOf(const ProductInput& input, const Items& items) {
  const ProductAnalyticOptions& options = input.options;
  PairRule rule{.min_support = options.min_pair_support,
                .min_orders = options.min_pair_orders,
                .max_basket_items = static_cast<std::size_t>(options.max_basket_items),
                .top = static_cast<std::size_t>(options.top_pairs),
                .excluded = std::vector<bool>(items.places(), false)};
  for (const std::string& name : options.exclude_from_pairs) {
    const std::uint32_t code = items.names.Find(name);
    if (code != kNoCode) {
      rule.excluded[code] = true;
    }
  }
  return rule;
}

void AppendPair(const Items& items, const ItemPairs& counted, const ItemPair& pair,
                ReportTable& out) {
  const auto baskets = static_cast<double>(counted.baskets);
  const std::int64_t rarer = counted.item_baskets[pair.rarer];
  const std::int64_t other = counted.item_baskets[pair.other];
  const auto together = static_cast<double>(pair.baskets);
  const double expected = static_cast<double>(rarer) * static_cast<double>(other);
  out.Append({items.Name(pair.rarer), items.Name(pair.other), pair.baskets, together / baskets,
              Ratio(pair.baskets, rarer), together * baskets / expected,
              together / baskets - expected / (baskets * baskets), Ratio(pair.baskets, other),
              rarer, other, counted.baskets});
}

}  // namespace

Report MostCombined(const ProductInput& input, const Items& items) {
  const std::string name(items.column());
  Report report = StartItemReport(input, items, ItemType(items, "most_combined_*"),
                                  {{name, ColumnType::kText},
                                   {"with_" + name, ColumnType::kText},
                                   {"pair_orders", ColumnType::kInteger},
                                   {"support", ColumnType::kReal},
                                   {"confidence", ColumnType::kReal},
                                   {"lift", ColumnType::kReal},
                                   {"leverage", ColumnType::kReal},
                                   {"reverse_confidence", ColumnType::kReal},
                                   {"item_orders", ColumnType::kInteger},
                                   {"with_item_orders", ColumnType::kInteger},
                                   {"baskets", ColumnType::kInteger}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const ItemPairs counted =
      CountPairs(input.tables.sessions, items, input.orders.rows, RuleOf(input, items));
  for (const ItemPair& pair : counted.pairs) {
    AppendPair(items, counted, pair, report.table);
  }
  if (counted.giants > 0) {
    report.rows_dropped["giant_basket"] = counted.giants;
    report.rows_used -= counted.giants;
    report.warnings.push_back(std::to_string(counted.giants) + " orders with more than " +
                              std::to_string(input.options.max_basket_items) +
                              " different items are left out (max_basket_items)");
  }
  if (counted.found > static_cast<std::int64_t>(counted.pairs.size())) {
    report.warnings.push_back("the first " + std::to_string(counted.pairs.size()) + " of " +
                              std::to_string(counted.found) + " pairs in at least " +
                              std::to_string(counted.threshold) + " orders (top_pairs)");
  }
  return report;
}

}  // namespace cartwright
