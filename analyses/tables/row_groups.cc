#include "analyses/tables/row_groups.h"

namespace cartwright {

OrderRows OrdersBefore(const SessionTable& sessions, EpochMillis as_of) {
  OrderRows orders;
  for (std::uint32_t row = 0; row < sessions.size(); ++row) {
    if (sessions.start[row] >= as_of) {
      ++orders.after_as_of;
    } else if (sessions.purchased(row)) {
      orders.rows.push_back(row);
    } else if (sessions.is_credit(row)) {
      ++orders.credits;
    } else {
      ++orders.not_purchased;
    }
  }
  return orders;
}

}  // namespace cartwright
