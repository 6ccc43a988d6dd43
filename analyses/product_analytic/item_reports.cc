#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "analyses/product_analytic/product_reports.h"
#include "analyses/statistics/ratio.h"

namespace cartwright {
namespace {

/// The amount of an item, null when none of its lines has a price.
Cell PricedAmount(const ItemFigures& figures, std::int64_t minor) {
  return figures.is_priced() ? Cell(Money{minor}) : Cell();
}

/// 1 + the items before it with more orders; `places` are ordered by orders.
std::vector<std::int64_t> RanksByOrders(const std::vector<ItemFigures>& figures,
                                        const std::vector<std::size_t>& places) {
  std::vector<std::int64_t> ranks;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool ties = i > 0 && figures[places[i]].orders == figures[places[i - 1]].orders;
    ranks.push_back(ties ? ranks.back() : static_cast<std::int64_t>(i) + 1);
  }
  return ranks;
}

/// The ABC class of each item of a list that is ordered by revenue.
class AbcRule {
 public:
  AbcRule(const ProductInput& input, const std::vector<ItemFigures>& figures)
      : options_(input.options), figures_(figures) {
    for (const ItemFigures& item : figures) {
      total_ += item.revenue();
    }
  }

  /// Takes the next item. Afterwards the other functions speak of it.
  void Next(std::size_t place) {
    place_ = place;
    sum_ += figures_[place].revenue();
  }
  bool has_class() const { return figures_[place_].is_priced() && total_ > 0; }
  std::optional<double> share() const { return Part(figures_[place_].revenue()); }
  std::optional<double> running_share() const { return Part(sum_); }
  /// 0 is A, 1 is B, 2 is C. Not without a class.
  std::size_t class_index() const {
    const double share = *running_share();
    if (share <= options_.abc_a_share) {
      return 0;
    }
    return share <= options_.abc_b_share ? 1 : 2;
  }

 private:
  std::optional<double> Part(std::int64_t minor) const {
    return has_class() ? Ratio(minor, total_) : std::nullopt;
  }

  const ProductAnalyticOptions& options_;
  const std::vector<ItemFigures>& figures_;
  std::int64_t total_ = 0;
  std::int64_t sum_ = 0;
  std::size_t place_ = 0;
};

constexpr std::array<std::string_view, 3> kClassNames = {"A", "B", "C"};

Cell OtherName(const ProductInput& input, const Items& items, const ItemFigures& figures) {
  if (items.level == ItemLevel::kCategory) {
    return figures.products;
  }
  return figures.category == kNoCode
             ? Cell()
             : Cell(input.tables.sessions.categories.Text(figures.category));
}

/// A product's category, or how many products a category has.
ColumnSpec OtherColumn(const Items& items) {
  return items.level == ItemLevel::kProduct ? ColumnSpec{"category", ColumnType::kText}
                                            : ColumnSpec{"products", ColumnType::kInteger};
}

}  // namespace

Report MostOrdered(const ProductInput& input, const Items& items) {
  const std::vector<ItemFigures>& figures = input.Figures(items);
  Report report = StartItemReport(input, items, ItemType(items, "most_ordered_*"),
                                  {{"rank", ColumnType::kInteger},
                                   {std::string(items.column()), ColumnType::kText},
                                   OtherColumn(items),
                                   {"orders", ColumnType::kInteger},
                                   {"attach_rate", ColumnType::kReal},
                                   {"customers", ColumnType::kInteger},
                                   {"units", ColumnType::kInteger},
                                   {"product_revenue", ColumnType::kMoney},
                                   {"share", ColumnType::kReal}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  std::vector<std::size_t> places = PlacesByOrders(figures);
  std::erase_if(places, [&figures](std::size_t place) { return figures[place].orders == 0; });
  const std::vector<std::int64_t> ranks = RanksByOrders(figures, places);
  const ProductTotals& totals = input.sums.totals;
  const auto shown = std::min(places.size(), static_cast<std::size_t>(input.options.top_items));
  if (shown < places.size()) {
    report.warnings.push_back("the first " + std::to_string(shown) + " of " +
                              std::to_string(places.size()));
  }
  for (std::size_t i = 0; i < shown; ++i) {
    const ItemFigures& item = figures[places[i]];
    report.table.Append(
        {ranks[i], items.Name(places[i]), OtherName(input, items, item), item.orders,
         Ratio(item.orders, totals.orders_with_lines), item.customers, item.units,
         PricedAmount(item, item.revenue()),
         item.is_priced() ? Cell(Ratio(item.revenue(), totals.revenue())) : Cell()});
  }
  return report;
}

Report ItemKpis(const ProductInput& input, const Items& items) {
  const std::vector<ItemFigures>& figures = input.Figures(items);
  Report report = StartItemReport(
      input, items, items.level == ItemLevel::kProduct ? "product_kpis" : "category_kpis",
      {{"rank", ColumnType::kInteger},
       {std::string(items.column()), ColumnType::kText},
       OtherColumn(items),
       {"product_revenue", ColumnType::kMoney},
       {"share", ColumnType::kReal},
       {"running_share", ColumnType::kReal},
       {"abc_class", ColumnType::kText},
       {"orders", ColumnType::kInteger},
       {"attach_rate", ColumnType::kReal},
       {"customers", ColumnType::kInteger},
       {"units", ColumnType::kInteger},
       {"first_orders", ColumnType::kInteger},
       {"orders_per_customer", ColumnType::kReal},
       {"repeat_rate", ColumnType::kReal},
       {"units_per_order", ColumnType::kReal},
       {"lines", ColumnType::kInteger},
       {"product_value", ColumnType::kMoney},
       {"discount", ColumnType::kMoney},
       {"revenue_per_unit", ColumnType::kReal},
       {"returned_units", ColumnType::kInteger},
       {"return_rate", ColumnType::kReal}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const double unit = std::pow(10.0, input.tables.currency_exponent);
  AbcRule abc(input, figures);
  std::int64_t rank = 0;
  for (const std::size_t place : PlacesByRevenue(figures)) {
    const ItemFigures& item = figures[place];
    abc.Next(place);
    const auto revenue_per_unit =
        Ratio(static_cast<double>(item.revenue()), static_cast<double>(item.units) * unit);
    report.table.Append({++rank,
                         items.Name(place),
                         OtherName(input, items, item),
                         PricedAmount(item, item.revenue()),
                         abc.share(),
                         abc.running_share(),
                         abc.has_class() ? Cell(kClassNames[abc.class_index()]) : Cell(),
                         item.orders,
                         Ratio(item.orders, input.sums.totals.orders_with_lines),
                         item.customers,
                         item.units,
                         item.first_orders,
                         Ratio(item.known_orders, item.customers),
                         Ratio(item.repeat_customers, item.customers),
                         Ratio(item.units, item.orders),
                         item.lines,
                         PricedAmount(item, item.value),
                         PricedAmount(item, item.discount),
                         item.priced_lines == item.lines ? Cell(revenue_per_unit) : Cell(),
                         item.returned_units,
                         Ratio(item.returned_units, item.units)});
  }
  return report;
}

Report AbcClasses(const ProductInput& input) {
  Report report = StartProductReport(input, "abc_classes",
                                     {{"abc_class", ColumnType::kText},
                                      {"products", ColumnType::kInteger},
                                      {"units", ColumnType::kInteger},
                                      {"product_revenue", ColumnType::kMoney},
                                      {"share", ColumnType::kReal}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  struct Sums {
    std::int64_t products = 0;
    std::int64_t units = 0;
    std::int64_t revenue = 0;
  };
  std::array<Sums, kClassNames.size()> classes{};
  const std::vector<ItemFigures>& figures = input.sums.products;
  AbcRule abc(input, figures);
  for (const std::size_t place : PlacesByRevenue(figures)) {
    abc.Next(place);
    if (abc.has_class()) {
      Sums& sums = classes[abc.class_index()];
      ++sums.products;
      sums.units += figures[place].units;
      sums.revenue += figures[place].revenue();
    }
  }
  const std::int64_t total = input.sums.totals.revenue();
  for (std::size_t i = 0; total > 0 && i < classes.size(); ++i) {
    report.table.Append({kClassNames[i], classes[i].products, classes[i].units,
                         Money{classes[i].revenue}, Ratio(classes[i].revenue, total)});
  }
  if (total <= 0) {
    report.status = ReportStatus::kInsufficientData;
    report.status_reason = "no revenue of sold lines before as_of";
  }
  return report;
}

Report Totals(const ProductInput& input) {
  Report report = StartProductReport(input, "totals",
                                     {{"orders", ColumnType::kInteger},
                                      {"orders_with_lines", ColumnType::kInteger},
                                      {"products", ColumnType::kInteger},
                                      {"units", ColumnType::kInteger},
                                      {"lines", ColumnType::kInteger},
                                      {"units_per_order", ColumnType::kReal},
                                      {"product_value", ColumnType::kMoney},
                                      {"discount", ColumnType::kMoney},
                                      {"product_revenue", ColumnType::kMoney},
                                      {"gross_revenue", ColumnType::kMoney},
                                      {"unexplained_revenue", ColumnType::kMoney}});
  if (report.status != ReportStatus::kOk) {
    return report;
  }
  const ProductTotals& totals = input.sums.totals;
  const auto products =
      std::count_if(input.sums.products.begin(), input.sums.products.end(),
                    [](const ItemFigures& product) { return product.orders > 0; });
  const bool is_priced = totals.unpriced_lines < totals.lines;
  const auto priced = [is_priced](std::int64_t minor) {
    return is_priced ? Cell(Money{minor}) : Cell();
  };
  report.table.Append({totals.orders, totals.orders_with_lines, static_cast<std::int64_t>(products),
                       totals.units, totals.lines, Ratio(totals.units, totals.orders_with_lines),
                       priced(totals.value), priced(totals.discount), priced(totals.revenue()),
                       Money{totals.payments}, priced(totals.payments - totals.revenue())});
  return report;
}

}  // namespace cartwright
