#include "analyses/cart/cart_units.h"

#include <algorithm>
#include <span>

namespace cartwright {
namespace {

/// Walks over the visits of one customer after another.
class CartFinder {
 public:
  CartFinder(const SessionTable& sessions, const CartRule& rule, CartUnits& units)
      : sessions_(sessions), rule_(rule), units_(units) {}

  /// `visits` are those of one customer, by start.
  void Add(std::span<const std::uint32_t> visits) {
    visits_ = visits;
    FindOrders();
    AddSessions();
    AddCustomer();
    AddCarts();
  }

 private:
  bool HasCart(std::size_t visit) const {
    return (sessions_.actions[visits_[visit]] & rule_.cart_bit) != 0;
  }
  bool Bought(std::size_t visit) const { return sessions_.purchased(visits_[visit]); }
  EpochMillis Start(std::size_t visit) const { return sessions_.start[visits_[visit]]; }

  /// For each visit the first later one that bought; the number of visits when there is none.
  void FindOrders() {
    next_order_.assign(visits_.size(), visits_.size());
    for (std::size_t visit = visits_.size(); visit-- > 1;) {
      next_order_[visit - 1] = Bought(visit) ? visit : next_order_[visit];
    }
  }

  /// Time from a visit to the next order; nothing when there is none.
  std::optional<EpochMillis> Wait(std::size_t visit) const {
    const std::size_t order = next_order_[visit];
    return order == visits_.size() ? std::nullopt : std::optional(Start(order) - Start(visit));
  }

  /// A cart that was not bought, left in `visit`.
  CartUnit Left(std::size_t visit) const {
    CartUnit unit{.last_row = visits_[visit]};
    const std::optional<EpochMillis> wait = Wait(visit);
    if (wait && *wait <= rule_.recovery) {
      unit.state = CartState::kRecovered;
      unit.waited = *wait;
    } else if (Start(visit) + rule_.window > rule_.as_of) {
      unit.state = CartState::kOpen;
    }
    return unit;
  }

  CartUnit Purchased(std::size_t visit) const {
    return {.last_row = visits_[visit], .state = CartState::kPurchased};
  }

  void AddSessions() {
    for (std::size_t visit = 0; visit < visits_.size(); ++visit) {
      if (HasCart(visit)) {
        units_.sessions.push_back(Bought(visit) ? Purchased(visit) : Left(visit));
      } else {
        units_.orders_without_cart += Bought(visit) ? 1 : 0;
      }
    }
  }

  void AddCustomer() {
    std::optional<CartUnit> customer;
    for (std::size_t visit = 0; visit < visits_.size(); ++visit) {
      if (!HasCart(visit)) {
        continue;
      }
      const std::optional<EpochMillis> wait = Wait(visit);
      const bool bought = Bought(visit) || (wait && *wait <= rule_.window);
      const CartUnit now = bought ? Purchased(visit) : Left(visit);
      // The best of the visits counts; of equal ones the last.
      if (!customer || now.state <= customer->state) {
        customer = now;
      }
    }
    if (customer) {
      units_.customers.push_back(*customer);
    }
  }

  void AddCarts() {
    std::optional<std::size_t> last;  // Last session of the cart under way.
    for (std::size_t visit = 0; visit < visits_.size(); ++visit) {
      if (last && Start(visit) - Start(*last) > rule_.window) {
        units_.carts.push_back(Left(*last));
        last.reset();
      }
      if (HasCart(visit)) {
        last = visit;
      }
      if (last && Bought(visit)) {
        units_.carts.push_back(Purchased(*last));
        last.reset();
      }
    }
    if (last) {
      units_.carts.push_back(Left(*last));
    }
  }

  const SessionTable& sessions_;
  const CartRule& rule_;
  CartUnits& units_;
  std::span<const std::uint32_t> visits_;
  std::vector<std::size_t> next_order_;
};

}  // namespace

CartUnits FindCarts(const ShopTables& tables, const CartRule& rule) {
  const SessionTable& sessions = tables.sessions;
  CartUnits units;
  CartFinder finder(sessions, rule, units);
  const ClientOrders visits = VisitsByClient(sessions, tables.clients.size(), rule.as_of);
  for (std::uint32_t client = 0; client < visits.clients(); ++client) {
    finder.Add(visits.Of(client));
  }
  for (std::uint32_t row = 0; row < sessions.size(); ++row) {
    if (sessions.client[row] == kNoCode && sessions.start[row] < rule.as_of &&
        !sessions.is_credit(row)) {
      finder.Add(std::span(&row, 1));
    }
  }
  std::sort(units.sessions.begin(), units.sessions.end(),
            [](const CartUnit& a, const CartUnit& b) { return a.last_row < b.last_row; });
  return units;
}

}  // namespace cartwright
