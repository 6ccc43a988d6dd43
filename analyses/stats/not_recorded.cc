#include "analyses/stats/not_recorded.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace cartwright {
namespace {

/// Something that a source may give, and the columns that mean nothing without it.
struct Basis {
  std::string_view what;
  bool (*is_recorded)(const Recorded&);
  std::array<std::string_view, 12> columns;
};

constexpr std::array<Basis, 6> kBases = {{
    {"payments",
     [](const Recorded& recorded) { return recorded.amount(AmountKind::kPayment); },
     {"gross_revenue", "net_revenue", "average_order_value", "average_payment",
      "average_selling_price", "new_revenue", "returning_revenue", "guest_revenue"}},
    {"refunds",
     [](const Recorded& recorded) { return recorded.amount(AmountKind::kRefund); },
     {"returns"}},
    {"discounts",
     [](const Recorded& recorded) { return recorded.amount(AmountKind::kDiscount); },
     {"discount"}},
    {"basket lines",
     [](const Recorded& recorded) { return recorded.lines; },
     {"units", "lines", "units_per_order", "average_selling_price"}},
    {"promotions",
     [](const Recorded& recorded) { return recorded.promotions; },
     {"promotion_share"}},
    {"visits without an order",
     [](const Recorded& recorded) { return recorded.visits; },
     {"conversion_rate", "sessions_per_customer"}},
}};

}  // namespace

bool IsRecorded(const Recorded& recorded, std::string_view column) {
  return std::all_of(kBases.begin(), kBases.end(), [&](const Basis& basis) {
    return basis.is_recorded(recorded) ||
           std::find(basis.columns.begin(), basis.columns.end(), column) == basis.columns.end();
  });
}

void HideWhatIsNotRecorded(const Recorded& recorded, Report& report) {
  for (const Basis& basis : kBases) {
    if (basis.is_recorded(recorded)) {
      continue;
    }
    std::string hidden;
    for (std::size_t column = 0; column < report.table.columns().size(); ++column) {
      const std::string& name = report.table.columns()[column].name;
      if (std::find(basis.columns.begin(), basis.columns.end(), name) != basis.columns.end()) {
        report.table.ClearColumn(column);
        hidden.append(hidden.empty() ? "" : ", ").append(name);
      }
    }
    if (!hidden.empty()) {
      report.warnings.push_back(
          std::string("no source gives ").append(basis.what).append("; not available: ") + hidden);
    }
  }
}

}  // namespace cartwright
