#include "analyses/funnel/funnel.h"

#include <iterator>
#include <utility>

#include "analyses/funnel/customer_funnel.h"
#include "analyses/funnel/funnel_plan.h"
#include "analyses/funnel/session_funnel.h"

namespace cartwright {

Result<std::vector<Report>> ComputeFunnel(const ShopTables& tables, const ShopCalendar& calendar,
                                          const FunnelOptions& options) {
  CARTWRIGHT_ASSIGN(const FunnelPlan plan, PlanFunnel(tables.sessions, options));
  std::vector<Report> reports = SessionFunnels(tables.sessions, calendar, plan);
  std::vector<Report> of_customers = CustomerFunnels(tables, calendar, plan);
  std::move(of_customers.begin(), of_customers.end(), std::back_inserter(reports));
  return reports;
}

}  // namespace cartwright
