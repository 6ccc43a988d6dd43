#include "analyses/promotion_analytic/promotion_sums.h"

#include <algorithm>

namespace cartwright {
namespace {

constexpr char kIdSeparator = '\x1f';

/// The ids of each set of promotions.
struct PromotionSets {
  std::vector<std::string_view> names;  ///< In byte order, without repeats.
  std::vector<std::uint32_t> begin{0};  ///< By set; one more than there are sets.
  std::vector<std::uint32_t> promotion;
};

PromotionSets SplitSets(const Dictionary& sets) {
  PromotionSets split;
  std::vector<std::string_view> ids;
  for (std::uint32_t set = 0; set < sets.size(); ++set) {
    std::string_view rest = sets.Text(set);
    for (bool more = true; more;) {
      const std::size_t end = rest.find(kIdSeparator);
      const std::string_view id = rest.substr(0, end);
      // Sets are sorted: an id that an order names twice comes twice in a row.
      if (ids.size() == split.begin.back() || ids.back() != id) {
        ids.push_back(id);
      }
      more = end != std::string_view::npos;
      rest.remove_prefix(more ? end + 1 : 0);
    }
    split.begin.push_back(static_cast<std::uint32_t>(ids.size()));
  }
  split.names = ids;
  std::sort(split.names.begin(), split.names.end());
  split.names.erase(std::unique(split.names.begin(), split.names.end()), split.names.end());
  for (const std::string_view id : ids) {
    const auto found = std::lower_bound(split.names.begin(), split.names.end(), id);
    split.promotion.push_back(static_cast<std::uint32_t>(found - split.names.begin()));
  }
  return split;
}

}  // namespace

void OrderSums::Add(const SessionTable& sessions, std::uint32_t row) {
  ++orders;
  known_orders += sessions.client[row] == kNoCode ? 0 : 1;
  first_orders += sessions.is_first_order(row) ? 1 : 0;
  gross += sessions.AmountOrZero(row, AmountKind::kPayment);
  refunds += sessions.AmountOrZero(row, AmountKind::kRefund);
  discount += sessions.AmountOrZero(row, AmountKind::kDiscount);
  for (std::uint32_t line = sessions.line_begin[row]; line < sessions.line_begin[row + 1]; ++line) {
    units += std::max(sessions.line_quantity[line], 0);
  }
}

Promotions GroupByPromotion(const SessionTable& sessions, std::span<const std::uint32_t> orders) {
  PromotionSets sets = SplitSets(sessions.promotions);
  const auto for_each_pair = [&](auto visit) {
    for (const std::uint32_t row : orders) {
      const std::uint32_t set = sessions.promotion[row];
      for (std::uint32_t at = set == kNoCode ? 0 : sets.begin[set];
           set != kNoCode && at < sets.begin[set + 1]; ++at) {
        visit(sets.promotion[at], row);
      }
    }
  };
  Promotions promotions;
  promotions.names = std::move(sets.names);
  RowGroups& grouped = promotions.orders;
  grouped.begin.assign(promotions.names.size() + 1, 0);
  for_each_pair(
      [&grouped](std::uint32_t promotion, std::uint32_t) { ++grouped.begin[promotion + 1]; });
  for (std::size_t promotion = 0; promotion < promotions.names.size(); ++promotion) {
    grouped.begin[promotion + 1] += grouped.begin[promotion];
  }
  grouped.rows.resize(grouped.begin.back());
  std::vector<std::uint32_t> next(grouped.begin.begin(), grouped.begin.end() - 1);
  for_each_pair([&grouped, &next](std::uint32_t promotion, std::uint32_t row) {
    grouped.rows[next[promotion]++] = row;
  });
  for (std::size_t promotion = 0; promotion < promotions.names.size(); ++promotion) {
    if (!grouped.Of(promotion).empty()) {
      promotions.by_orders.push_back(promotion);
    }
  }
  std::stable_sort(promotions.by_orders.begin(), promotions.by_orders.end(),
                   [&grouped](std::size_t a, std::size_t b) {
                     return grouped.Of(a).size() > grouped.Of(b).size();
                   });
  return promotions;
}

OrderCounter::Figures OrderCounter::Count(std::span<const std::uint32_t> rows) {
  ++group_;
  Figures figures;
  for (const std::uint32_t row : rows) {
    figures.sums.Add(sessions_, row);
    const std::uint32_t client = sessions_.client[row];
    if (client != kNoCode && last_group_[client] != group_) {
      last_group_[client] = group_;
      ++figures.customers;
    }
  }
  return figures;
}

KindSeries SumKinds(const SessionTable& sessions, std::span<const std::uint32_t> orders,
                    const DayRange& days) {
  KindSeries series;
  series.days.resize(days.size());
  for (const std::uint32_t row : orders) {
    const bool is_promoted = sessions.promotion[row] != kNoCode;
    OrderKinds& day = series.days[static_cast<std::size_t>(sessions.day[row] - days.first())];
    OrderKinds& hour = series.hours[sessions.hour[row]];
    (is_promoted ? day.promoted : day.organic).Add(sessions, row);
    (is_promoted ? hour.promoted : hour.organic).Add(sessions, row);
  }
  return series;
}

}  // namespace cartwright
