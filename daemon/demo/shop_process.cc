#include "daemon/demo/shop_process.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cartwright {
namespace {

/// Of the purchase histories, those of guests: about 5 % of all sessions come out as guests'.
constexpr double kGuestOrderShare = 0.12;
/// Who a failed trial belongs to; the rest is the buyer's own.
constexpr double kGuestVisitShare = 0.05;
constexpr double kVisitorShare = 0.40;
constexpr double kVisitorReturns = 0.60;
constexpr double kVisitAfterPurchase = 0.30;
constexpr double kIdleCustomerShare = 0.05;
constexpr double kSignupShare = 0.85;
constexpr double kAwayFromHome = 0.07;
constexpr double kUnknownCity = 0.01;
constexpr double kLinesPerSpending = 0.45;
constexpr std::int64_t kMostLines = 30;
constexpr std::int64_t kProgressRows = 16'384;
constexpr std::int64_t kTwoWeeks = 1'209'600;  // Seconds.

struct City {
  std::string_view name;
  double until;  ///< Cumulative share.
};
constexpr std::array kCities{City{"Berlin", 0.28},    City{"Hamburg", 0.46},
                             City{"München", 0.62},   City{"Köln", 0.75},
                             City{"Frankfurt", 0.85}, City{"Düsseldorf", 0.92},
                             City{"Leipzig", 0.97},   City{"Würzburg", 1.00}};
constexpr std::array<std::string_view, 3> kDevices{"phone", "desktop", "tablet"};

std::vector<DemoPromotionTruth> PlantedPromotions(double conversion) {
  std::vector<DemoPromotionTruth> promotions{{"", 1.0, 0, 0.87, 0, 0},
                                             {"WELCOME10", 2.4, 10, 0.05, 0, 0},
                                             {"SUMMER15", 3.0, 15, 0.04, 0, 0},
                                             {"NEWSLETTER", 1.0, 0, 0.04, 0, 0}};
  double sum = 0;
  for (const DemoPromotionTruth& promotion : promotions) {
    sum += promotion.share_of_visits * promotion.odds_ratio;
  }
  // Bayes: shares among buyers in proportion to share × odds ratio give exactly these odds ratios.
  for (DemoPromotionTruth& promotion : promotions) {
    promotion.share_of_purchases = promotion.share_of_visits * promotion.odds_ratio / sum;
    const double bought = conversion * promotion.share_of_purchases;
    const double not_bought = (1.0 - conversion) * promotion.share_of_visits;
    promotion.conversion_rate = bought / (bought + not_bought);
  }
  return promotions;
}

}  // namespace

ShopProcess::ShopProcess(const DemoOptions& options, DayNumber start, DemoFiles& files)
    : options_(options),
      files_(files),
      random_(options.seed),
      season_(start, options.weeks),
      assortment_(random_) {
  truth_.promotions = PlantedPromotions(truth_.funnel.Conversion());
  truth_.observed_from = season_.first_second() * 1000;
  truth_.observed_to = season_.end_second() * 1000;
}

DemoTruth ShopProcess::Run() {
  while (RowsLeft()) {
    if (random_.Uniform() < kGuestOrderShare) {
      LiveGuestOrder();
    } else {
      LiveBuyer();
    }
  }
  return truth_;
}

bool ShopProcess::RowsLeft() const {
  return truth_.counts.sessions + static_cast<std::int64_t>(visits_.size()) < options_.sessions;
}

ShopProcess::Depth ShopProcess::DrawDepth() {
  const DemoFunnelTruth& funnel = truth_.funnel;
  if (random_.Uniform() < funnel.express) {
    return Depth::kExpress;
  }
  if (random_.Uniform() >= funnel.basket) {
    return Depth::kVisit;
  }
  if (random_.Uniform() >= funnel.order_screen) {
    return Depth::kBasket;
  }
  return random_.Uniform() < funnel.purchase ? Depth::kPurchase : Depth::kOrderScreen;
}

ShopProcess::Customer ShopProcess::DrawCustomer() {
  WriteIdleCustomers();
  Customer customer;
  customer.number = ++truth_.counts.customers;
  customer.city = DrawCity(nullptr);
  customer.device = static_cast<std::size_t>(random_.Below(kDevices.size()));
  customer.spending = random_.Gamma(2.0, 1.0);
  return customer;
}

void ShopProcess::LiveBuyer() {
  const Customer customer = DrawCustomer();
  const double rate = random_.Gamma(truth_.purchases.r, truth_.purchases.alpha);
  const double dropout = random_.Beta(truth_.purchases.a, truth_.purchases.b);
  double previous = 0;
  double day = season_.Arrival(random_);
  std::int64_t purchases = 0;
  while (day < season_.days()) {
    const auto depth = VisitUntilPurchase(purchases > 0 ? &previous : nullptr, day);
    if (!depth) {
      break;
    }
    visits_.push_back({season_.ToSecond(day), *depth});
    ++purchases;
    // Customers are lost after a repeat purchase only, as in the model.
    if (purchases > 1 && random_.Uniform() < dropout) {
      break;
    }
    previous = day;
    day += random_.Exponential(rate);
  }
  truth_.counts.buyers += purchases > 0 ? 1 : 0;
  truth_.counts.one_time_buyers += purchases == 1 ? 1 : 0;
  WriteBuyer(customer);
}

void ShopProcess::LiveGuestOrder() {
  while (RowsLeft()) {
    const Depth depth = DrawDepth();
    const bool purchased = depth >= Depth::kPurchase;
    if (purchased || random_.Uniform() < kGuestVisitShare) {
      WriteSession(season_.ToSecond(season_.Arrival(random_)), depth, nullptr);
    } else {
      WriteVisitorSession(depth);
    }
    if (purchased) {
      return;
    }
  }
}

std::optional<ShopProcess::Depth> ShopProcess::VisitUntilPurchase(const double* previous,
                                                                  double purchase) {
  while (RowsLeft()) {
    const Depth depth = DrawDepth();
    if (depth >= Depth::kPurchase) {
      return depth;
    }
    const double owner = random_.Uniform();
    if (owner < kGuestVisitShare) {
      WriteSession(season_.ToSecond(season_.Arrival(random_)), depth, nullptr);
    } else if (owner < kGuestVisitShare + kVisitorShare) {
      WriteVisitorSession(depth);
    } else {
      AddBuyerVisit(previous, purchase, depth);
    }
  }
  return std::nullopt;
}

void ShopProcess::AddBuyerVisit(const double* previous, double purchase, Depth depth) {
  const double place = random_.Uniform();
  double day = 0;
  if (random_.Uniform() < kVisitAfterPurchase) {
    day = purchase + place * place * std::min(60.0, season_.days() - purchase);
  } else if (previous == nullptr) {
    day = purchase - place * place * std::min(21.0, purchase);
  } else {
    day = *previous + place * (purchase - *previous);
  }
  visits_.push_back({season_.ToSecond(day), depth});
}

void ShopProcess::WriteVisitorSession(Depth depth) {
  const bool returns = visitor_ && random_.Uniform() < kVisitorReturns;
  if (returns) {
    visitor_day_ += 20.0 * random_.Uniform();
  }
  if (!returns || visitor_day_ >= season_.days()) {
    visitor_ = DrawCustomer();
    visitor_day_ = season_.Arrival(random_);
    WriteCustomer(*visitor_, season_.ToSecond(visitor_day_));
  }
  WriteSession(season_.ToSecond(visitor_day_), depth, &*visitor_);
}

void ShopProcess::WriteBuyer(const Customer& customer) {
  std::stable_sort(visits_.begin(), visits_.end(),
                   [](const Visit& x, const Visit& y) { return x.second < y.second; });
  if (visits_.empty()) {  // The rows ran out before this customer came.
    ++truth_.counts.idle_customers;
  }
  WriteCustomer(customer, visits_.empty() ? season_.first_second() : visits_.front().second);
  const std::vector<Visit> visits = std::move(visits_);
  visits_.clear();
  for (const Visit& visit : visits) {
    WriteSession(visit.second, visit.depth, &customer);
  }
}

void ShopProcess::WriteSession(std::int64_t second, Depth depth, const Customer* customer) {
  const bool purchased = depth >= Depth::kPurchase;
  const bool through_basket = depth != Depth::kVisit && depth != Depth::kExpress;
  const std::size_t city = DrawCity(customer);
  const std::size_t device = customer != nullptr
                                 ? customer->device
                                 : static_cast<std::size_t>(random_.Below(kDevices.size()));
  const auto length = static_cast<std::int64_t>(20 + random_.Below(purchased ? 1500 : 600));
  const DemoPromotionTruth& promotion = truth_.promotions[DrawPromotion(purchased)];
  Count(depth, customer == nullptr);

  CsvFile& file = files_.sessions;
  file.Numbered('S', truth_.counts.sessions, 9);
  file.Next();
  if (customer != nullptr) {
    file.Numbered('C', customer->number, 8);
  }
  file.Next();
  Append(file, second);
  file.Next();
  Append(file, std::min(second + length, season_.end_second() - 1));
  file.Next();
  if (random_.Uniform() >= kUnknownCity) {
    file.Plain(kCities[city].name);
  }
  file.Next();
  file.Plain(kDevices[device]);
  file.Next();
  file.Flag(through_basket);
  file.Next();
  file.Flag(through_basket && depth != Depth::kBasket);
  file.Next();
  file.Flag(purchased);
  file.Next();
  if (purchased) {
    const Basket basket = WriteLines(customer, promotion.discount_percent);
    file.Cents(basket.amount);
    file.Next();
    file.Cents(basket.discount);
  } else {
    file.Next();
  }
  file.Next();
  file.Plain(promotion.id);
  file.EndRow();
  if (options_.progress && truth_.counts.sessions % kProgressRows == 0) {
    options_.progress(truth_.counts.sessions);
  }
}

ShopProcess::Basket ShopProcess::WriteLines(const Customer* customer,
                                            std::int64_t discount_percent) {
  const double spending = customer != nullptr ? customer->spending : 1.0;
  const auto draws = std::min(kMostLines, 1 + random_.Poisson(kLinesPerSpending * spending));
  basket_.clear();
  for (std::int64_t draw = 0; draw < draws; ++draw) {
    const std::size_t product = assortment_.Draw(random_);
    const std::int64_t quantity = 1 + (random_.Uniform() < 0.2 ? 1 : 0);
    const auto same = std::find_if(basket_.begin(), basket_.end(),
                                   [product](const Line& line) { return line.product == product; });
    if (same != basket_.end()) {
      same->quantity += quantity;
    } else {
      basket_.push_back({product, quantity});
    }
  }
  std::int64_t gross = 0;
  CsvFile& file = files_.lines;
  for (const Line& line : basket_) {
    const DemoProduct& product = assortment_.product(line.product);
    gross += line.quantity * product.cents;
    truth_.counts.units += line.quantity;
    file.Numbered('S', truth_.counts.sessions, 9);
    file.Next();
    file.Plain(product.id);
    file.Next();
    file.Plain(product.csv_fields);
    file.Next();
    file.Integer(line.quantity);
    file.Next();
    file.Cents(product.cents);
    file.EndRow();
  }
  const std::int64_t discount = (gross * discount_percent + 50) / 100;
  truth_.counts.lines += static_cast<std::int64_t>(basket_.size());
  truth_.counts.revenue_cents += gross - discount;
  truth_.counts.discount_cents += discount;
  return {gross - discount, discount};
}

void ShopProcess::WriteCustomer(const Customer& customer, std::int64_t first_second) {
  const double place = random_.Uniform();
  const std::int64_t reach = std::min(kTwoWeeks, first_second - season_.first_second());
  const auto ahead = static_cast<std::int64_t>(place * place * static_cast<double>(reach));
  const std::int64_t download = first_second - ahead;
  CsvFile& file = files_.customers;
  file.Numbered('C', customer.number, 8);
  file.Next();
  Append(file, download);
  file.Next();
  if (random_.Uniform() < kSignupShare) {
    const double part = random_.Uniform();
    Append(file, download + static_cast<std::int64_t>(part * static_cast<double>(ahead)));
  }
  file.Next();
  file.Plain(kCities[customer.city].name);
  file.EndRow();
}

void ShopProcess::WriteIdleCustomers() {
  while (random_.Uniform() < kIdleCustomerShare) {
    Customer customer;
    customer.number = ++truth_.counts.customers;
    customer.city = DrawCity(nullptr);
    ++truth_.counts.idle_customers;
    WriteCustomer(customer, season_.ToSecond(season_.Arrival(random_)));
  }
}

void ShopProcess::Append(CsvFile& file, std::int64_t second) {
  text_.clear();
  season_.AppendIso(text_, second);
  file.Plain(text_);
}

std::size_t ShopProcess::DrawPromotion(bool purchased) {
  double left = random_.Uniform();
  for (std::size_t i = truth_.promotions.size() - 1; i > 0; --i) {
    const DemoPromotionTruth& promotion = truth_.promotions[i];
    left -= purchased ? promotion.share_of_purchases : promotion.share_of_visits;
    if (left < 0) {
      return i;
    }
  }
  return 0;
}

std::size_t ShopProcess::DrawCity(const Customer* customer) {
  if (customer != nullptr && random_.Uniform() >= kAwayFromHome) {
    return customer->city;
  }
  const double place = random_.Uniform();
  std::size_t city = 0;
  while (city + 1 < kCities.size() && place >= kCities[city].until) {
    ++city;
  }
  return city;
}

void ShopProcess::Count(Depth depth, bool guest) {
  DemoCounts& counts = truth_.counts;
  const bool purchased = depth >= Depth::kPurchase;
  const bool through_basket = depth != Depth::kVisit && depth != Depth::kExpress;
  ++counts.sessions;
  counts.baskets += through_basket ? 1 : 0;
  counts.order_screens += through_basket && depth != Depth::kBasket ? 1 : 0;
  counts.orders += purchased ? 1 : 0;
  counts.express_orders += depth == Depth::kExpress ? 1 : 0;
  counts.guest_sessions += guest ? 1 : 0;
  counts.guest_orders += guest && purchased ? 1 : 0;
}

}  // namespace cartwright
