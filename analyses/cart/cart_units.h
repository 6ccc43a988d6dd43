#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyses/tables/client_orders.h"
#include "analyses/tables/shop_tables.h"

namespace cartwright {

/// What became of a cart.
enum class CartState : std::uint8_t {
  kPurchased,
  kRecovered,  ///< Not bought, but the customer came back and ordered.
  kOpen,       ///< Not bought, and the window is not over at as_of.
  kAbandoned,
};

/// One cart: a session, a customer's carts together, or a chain of cart sessions.
struct CartUnit {
  std::uint32_t last_row = 0;  ///< The last session with the cart: its content is what was left.
  CartState state = CartState::kAbandoned;
  EpochMillis waited = 0;  ///< Recovered: from the last session's start to the order's.
};

struct CartRule {
  std::uint32_t cart_bit = 0;  ///< In SessionTable::actions.
  EpochMillis window = 0;      ///< Length; an order just at its end is still inside.
  EpochMillis recovery = 0;    ///< Length, from the last session's start.
  EpochMillis as_of = 0;
};

/// Carts counted three ways. A guest's session is a cart and a customer of its own.
///
/// - by session: each cart session. Purchased when it bought itself; recovered when its customer
///   ordered in a later session within the recovery time.
/// - by customer: those with a cart session. Purchased when an order started in a cart session or
///   within the window after one; else recovered when one started within the recovery time.
/// - by cart: a customer's cart is open from its first cart session; each cart session within the
///   window of the one before carries it on; the next order within the window of the last one buys
///   it. A cart session later than that begins a new cart. Recovered when it was not bought and the
///   customer ordered within the recovery time.
///
/// Not purchased, not recovered and the window after the last session not over: open.
struct CartUnits {
  std::vector<CartUnit> sessions;  ///< By row.
  std::vector<CartUnit> customers;
  std::vector<CartUnit> carts;
  std::int64_t orders_without_cart = 0;  ///< Orders of sessions without a cart.
};

/// The carts of all visits before as_of; credit notes are no visits.
CartUnits FindCarts(const ShopTables& tables, const CartRule& rule);

}  // namespace cartwright
