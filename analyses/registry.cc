#include "analyses/registry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyses/cart/cart.h"
#include "analyses/churn/churn.h"
#include "analyses/clv/clv.h"
#include "analyses/cohort/cohort.h"
#include "analyses/data_overview/data_overview.h"
#include "analyses/funnel/funnel.h"
#include "analyses/lifecycle/lifecycle.h"
#include "analyses/product_analytic/product_analytic.h"
#include "analyses/promotion_analytic/promotion_analytic.h"
#include "analyses/retention/retention.h"
#include "analyses/rfm/rfm.h"
#include "analyses/segmentation/segmentation.h"
#include "analyses/stats/stats.h"
#include "analyses/tables/shop_part.h"
#include "daemon/base/check.h"
#include "daemon/base/option_fault.h"

namespace cartwright {
namespace {

/// What every analysis may be told besides its own options.
struct SharedOptions {
  std::string variant;
  RowRule where;
};

constexpr std::array<std::string_view, 2> kSharedKeys{"variant", "where"};

std::span<const Field<RowRule>> RowRuleFields() {
  static const std::array<Field<RowRule>, 3> kFields{
      Field<RowRule>{"known_client_only", &RowRule::known_client_only,
                     "Leaves out guests, who have no customer id."},
      Field<RowRule>{"positive_payment_only", &RowRule::positive_payment_only,
                     "Leaves out purchases with a payment of zero or below, and credit notes."},
      Field<RowRule>{"positive_price_only", &RowRule::positive_price_only,
                     "Leaves out basket lines without a price above zero."}};
  return kFields;
}

SharedOptions DecodeShared(const ConfigNode& options, DecodeContext& context) {
  SharedOptions shared;
  if (const ConfigNode* variant = options.Find("variant")) {
    shared.variant = ReadValue<std::string>(*variant, {}, context).value_or("");
  }
  if (const ConfigNode* where = options.Find("where")) {
    DecodeFields<RowRule>(*where, RowRuleFields(), shared.where, context);
  }
  return shared;
}

void RefuseOption(const ConfigNode& options, const OptionFault& fault, DecodeContext& context) {
  const ConfigNode value = options.Section(fault.option);
  const bool is_entry = fault.item && *fault.item < value.items.size();
  context.Refuse(is_entry ? value.items[*fault.item] : value, fault.message);
}

/// For an analysis whose fields say all about its options.
template <class Options>
std::vector<OptionFault> NoFaults(const Options&, const ShopTablesLayout&) {
  return {};
}

template <class Options,
          Result<std::vector<Report>> (*kCompute)(const ShopTables&, const ShopCalendar&,
                                                  const Options&),
          std::span<const Field<Options>> (*kFields)(),
          std::vector<OptionFault> (*kFaults)(const Options&, const ShopTablesLayout&)>
struct Adapter {
  static void Check(const ConfigNode& options, const ShopTablesLayout& shop,
                    DecodeContext& context) {
    Options decoded;
    DecodeFields<Options>(options, kFields(), decoded, context, kSharedKeys);
    DecodeShared(options, context);
    DecodeContext of_this_alone("");
    DecodeFields<Options>(options, kFields(), decoded, of_this_alone, kSharedKeys);
    if (of_this_alone.ok()) {
      for (const OptionFault& fault : kFaults(decoded, shop)) {
        RefuseOption(options, fault, context);
      }
    }
  }

  static Result<std::vector<Report>> Run(const ShopTables& tables, const ShopCalendar& calendar,
                                         const ConfigNode& options) {
    DecodeContext context("");
    Options decoded;
    DecodeFields<Options>(options, kFields(), decoded, context, kSharedKeys);
    const SharedOptions shared = DecodeShared(options, context);
    CARTWRIGHT_CHECK(context.ok(), "options were checked before they are run");
    if (shared.where.keeps_all()) {
      return WithVariant(kCompute(tables, calendar, decoded), shared);
    }
    const ShopTables kept{.clients = tables.clients,
                          .sessions = KeepRows(tables.sessions, shared.where),
                          .customers = tables.customers,
                          .currency = tables.currency,
                          .currency_exponent = tables.currency_exponent};
    return WithVariant(kCompute(kept, calendar, decoded), shared);
  }

 private:
  static Result<std::vector<Report>> WithVariant(Result<std::vector<Report>> reports,
                                                 const SharedOptions& shared) {
    CARTWRIGHT_TRY(reports);
    for (Report& report : *reports) {
      report.key.variant = shared.variant;
      for (const Field<RowRule>& field : RowRuleFields()) {
        if (shared.where.*std::get<bool RowRule::*>(field.member)) {
          report.params.emplace_back("where." + std::string(field.name), "true");
        }
      }
    }
    return reports;
  }
};

template <class Options, auto kCompute, auto kFields, auto kFaults = &NoFaults<Options>>
constexpr AnalysisEntry Analysis(std::string_view name, std::string_view sentence) {
  using Of = Adapter<Options, kCompute, kFields, kFaults>;
  return {name, sentence, &Of::Check, &Of::Run};
}

constexpr std::array kAnalyses{
    Analysis<DataOverviewOptions, &ComputeDataOverview, &DataOverviewOptionFields>(
        "data_overview", "What was read, used and left out, and what the records hold."),
    Analysis<StatsOptions, &ComputeStats, &StatsOptionFields>(
        "stats", "Sales figures and their series by hour, day, week and month."),
    Analysis<FunnelOptions, &ComputeFunnel, &FunnelOptionFields, &FunnelOptionFaults>(
        "funnel", "How far sessions and customers get from the visit to the order."),
    Analysis<CohortOptions, &ComputeCohort, &CohortOptionFields, &CohortOptionFaults>(
        "cohort", "When customers order for the first time, order again and stay."),
    Analysis<RetentionOptions, &ComputeRetention, &RetentionOptionFields, &RetentionOptionFaults>(
        "retention", "How many customers come back, counted from each one's own first order."),
    Analysis<LifecycleOptions, &ComputeLifecycle, &LifecycleOptionFields, &LifecycleOptionFaults>(
        "lifecycle", "New, returning, resurrected and dormant customers, and how often they come."),
    Analysis<RfmOptions, &ComputeRfm, &RfmOptionFields, &RfmOptionFaults>(
        "rfm", "Recency, frequency and monetary value of each customer, with scores."),
    Analysis<SegmentationOptions, &ComputeSegmentation, &SegmentationOptionFields,
             &SegmentationOptionFaults>(
        "segmentation", "Named customer segments from the scores, complete and disjoint."),
    Analysis<ChurnOptions, &ComputeChurn, &ChurnOptionFields>(
        "churn", "Customers who have stopped ordering, by a threshold from the shop's own gaps."),
    Analysis<ClvOptions, &ComputeClv, &ClvOptionFields>(
        "clv", "Expected purchases, survival and lifetime value of each customer."),
    Analysis<ProductAnalyticOptions, &ComputeProductAnalytic, &ProductAnalyticOptionFields,
             &ProductAnalyticOptionFaults>(
        "product_analytic", "What is sold, by product and category, and what is bought together."),
    Analysis<PromotionAnalyticOptions, &ComputePromotionAnalytic, &PromotionAnalyticOptionFields>(
        "promotion_analytic", "What promotions bring, against orders without one."),
    Analysis<CartOptions, &ComputeCart, &CartOptionFields, &CartOptionFaults>(
        "cart", "How many carts are left, at which stage, and which come back."),
};

}  // namespace

std::span<const AnalysisEntry> AllAnalyses() { return kAnalyses; }

const AnalysisEntry* FindAnalysis(std::string_view name) {
  const auto found =
      std::find_if(kAnalyses.begin(), kAnalyses.end(),
                   [name](const AnalysisEntry& entry) { return entry.name == name; });
  return found == kAnalyses.end() ? nullptr : &*found;
}

}  // namespace cartwright
