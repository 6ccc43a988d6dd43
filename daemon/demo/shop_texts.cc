#include "daemon/demo/shop_texts.h"

#include "daemon/base/calendar.h"
#include "daemon/base/json_writer.h"

namespace cartwright {
namespace {

void WriteCounts(JsonWriter& json, const DemoCounts& counts) {
  json.BeginObject();
  json.IntegerMember("sessions", counts.sessions);
  json.IntegerMember("has_basket", counts.baskets);
  json.IntegerMember("order_screen", counts.order_screens);
  json.IntegerMember("orders", counts.orders);
  json.IntegerMember("express_orders", counts.express_orders);
  json.IntegerMember("guest_sessions", counts.guest_sessions);
  json.IntegerMember("guest_orders", counts.guest_orders);
  json.IntegerMember("customers", counts.customers);
  json.IntegerMember("idle_customers", counts.idle_customers);
  json.IntegerMember("buyers", counts.buyers);
  json.IntegerMember("one_time_buyers", counts.one_time_buyers);
  json.IntegerMember("lines", counts.lines);
  json.IntegerMember("units", counts.units);
  json.Key("revenue");
  json.Decimal(counts.revenue_cents, 2);
  json.Key("discount");
  json.Decimal(counts.discount_cents, 2);
  json.EndObject();
}

void WriteFunnel(JsonWriter& json, const DemoFunnelTruth& funnel) {
  json.BeginObject();
  json.RealMember("express", funnel.express);
  json.RealMember("basket_of_others", funnel.basket);
  json.RealMember("order_screen_of_basket", funnel.order_screen);
  json.RealMember("purchase_of_order_screen", funnel.purchase);
  json.RealMember("conversion", funnel.Conversion());
  json.EndObject();
}

void WritePurchases(JsonWriter& json, const DemoPurchaseTruth& purchases) {
  json.BeginObject();
  json.StringMember("model", "bg_nbd");
  json.StringMember("time_unit", "day");
  json.RealMember("r", purchases.r);
  json.RealMember("alpha", purchases.alpha);
  json.RealMember("a", purchases.a);
  json.RealMember("b", purchases.b);
  json.EndObject();
}

void WritePromotion(JsonWriter& json, const DemoPromotionTruth& promotion) {
  json.BeginObject();
  json.Key("promotion");
  if (promotion.id.empty()) {
    json.Null();
  } else {
    json.String(promotion.id);
  }
  json.RealMember("odds_ratio", promotion.odds_ratio);
  json.RealMember("conversion", promotion.conversion_rate);
  json.RealMember("share_of_visits", promotion.share_of_visits);
  json.RealMember("share_of_purchases", promotion.share_of_purchases);
  json.IntegerMember("discount_percent", promotion.discount_percent);
  json.EndObject();
}

constexpr std::string_view kYaml = R"yaml(
shop:
  name: Demo
  currency: EUR
  time_zone: Europe/Berlin      # days, weeks and months of every report are local
  week_starts_on: monday
  as_of: latest_record          # the data is not from today: reports speak of its last moment

elasticsearch:
  hosts: ["http://127.0.0.1:9200"]

indices:
  prefix: demo-                 # aliases are demo-orders, demo-downloads, demo-reports and so on
  orders: {shards: 2, replicas: 0}
  downloads: {shards: 1, replicas: 0}
  reports: {shards: 1, replicas: 0}

sources:
  - name: web_sessions          # one row a session, bought or not
    feeds: sessions
    csv: {path: sessions.csv}
    key: [session_id]
    columns:
      id: session_id
      client: client            # empty for guests
      session_start_date: started_at
      date: ended_at
      has_purchased: purchased
      payment_amount: amount
      discount_amount: discount
      promotion_id: promotion   # empty: organic
    actions: {has_basket: has_basket, order_screen: order_screen}
    dimensions: {city: city}
    dates: {format: iso8601}    # every instant carries its Z

  - name: basket_lines          # one row a basket line, joined to its session by id
    feeds: lines
    csv: {path: lines.csv}
    columns:
      order_id: session_id
      product: product
      name: name
      category: category
      brand: brand
      quantity: quantity
      price: unit_price

  - name: app_customers         # one row a customer
    feeds: customers
    csv: {path: customers.csv}
    key: [client]
    columns:
      client: client
      download_date: downloaded_at
      signup_date: signed_up_at
    dimensions: {city: city}
    dates: {format: iso8601}

analyses:                       # every option has a default
  data_overview: {}
  stats: {}
  funnel: {}
  cohort: {}
  retention: {}
  lifecycle: {}
  rfm: {}
  segmentation: {}
  churn: {}
  clv: {}
  product_analytic: {}
  promotion_analytic: {}
  cart: {}

schedule:
  - name: refresh
    every: 1h
    load: all
    analyse: all
    dimensions: all             # also one report a city

state:
  directory: state              # checkpoints, run log and dead letters, beside this file
)yaml";

}  // namespace

std::string TruthJson(const DemoOptions& options, const DemoTruth& truth) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.Key("seed");
  json.Raw(std::to_string(options.seed));
  json.StringMember("observed_from", FormatInstant(truth.observed_from));
  json.StringMember("observed_to", FormatInstant(truth.observed_to));
  json.Key("counts");
  WriteCounts(json, truth.counts);
  json.Key("funnel");
  WriteFunnel(json, truth.funnel);
  json.Key("purchases");
  WritePurchases(json, truth.purchases);
  json.Key("promotions");
  json.BeginArray();
  for (const DemoPromotionTruth& promotion : truth.promotions) {
    WritePromotion(json, promotion);
  }
  json.EndArray();
  json.EndObject();
  out.push_back('\n');
  return out;
}

std::string ShopYaml(const DemoOptions& options) {
  return "# A synthetic shop of " + std::to_string(options.sessions) + " sessions (seed " +
         std::to_string(options.seed) + "). What is true of it stands in truth.json.\n" +
         std::string(kYaml);
}

}  // namespace cartwright
