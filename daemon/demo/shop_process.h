#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/random.h"
#include "daemon/demo/assortment.h"
#include "daemon/demo/csv_file.h"
#include "daemon/demo/demo_shop.h"
#include "daemon/demo/season.h"

namespace cartwright {

/// The files that a shop process writes into.
struct DemoFiles {
  CsvFile sessions;
  CsvFile lines;
  CsvFile customers;
};

inline constexpr std::string_view kDemoSessionsHeader =
    "session_id,client,started_at,ended_at,city,device,has_basket,order_screen,purchased,amount,"
    "discount,promotion";
inline constexpr std::string_view kDemoLinesHeader =
    "session_id,product,name,category,brand,quantity,unit_price";
inline constexpr std::string_view kDemoCustomersHeader = "client,downloaded_at,signed_up_at,city";

/// Draws the life of the shop.
///
/// Sessions are one long row of independent trials: each buys with the funnel's chance. A buyer's
/// purchases come from the BG/NBD process, and the trials that fail before each of them become
/// visits of this buyer, of someone who never buys, or of a guest. So the funnel and the purchase
/// process are both exactly what the truth says.
class ShopProcess {
 public:
  ShopProcess(const DemoOptions& options, DayNumber start, DemoFiles& files);
  /// Writes all sessions and gives the truth back.
  DemoTruth Run();

 private:
  enum class Depth : std::uint8_t { kVisit, kBasket, kOrderScreen, kPurchase, kExpress };
  struct Customer {
    std::int64_t number = 0;
    std::size_t city = 0;
    std::size_t device = 0;
    double spending = 1.0;  ///< Mean of the basket lines beyond the first, before scaling.
  };
  struct Visit {
    std::int64_t second;
    Depth depth;
  };
  struct Line {
    std::size_t product;
    std::int64_t quantity;
  };
  struct Basket {
    std::int64_t amount = 0;    ///< Cents.
    std::int64_t discount = 0;  ///< Cents.
  };

  bool RowsLeft() const;
  Depth DrawDepth();
  Customer DrawCustomer();
  void LiveBuyer();
  void LiveGuestOrder();
  /// Spends failed trials until one buys. Gives its depth, or nothing when the rows ran out.
  std::optional<Depth> VisitUntilPurchase(const double* previous, double purchase);
  void AddBuyerVisit(const double* previous, double purchase, Depth depth);
  void WriteVisitorSession(Depth depth);
  void WriteBuyer(const Customer& customer);

  void WriteSession(std::int64_t second, Depth depth, const Customer* customer);
  Basket WriteLines(const Customer* customer, std::int64_t discount_percent);
  void WriteCustomer(const Customer& customer, std::int64_t first_second);
  void WriteIdleCustomers();
  void Append(CsvFile& file, std::int64_t second);
  std::size_t DrawPromotion(bool purchased);
  std::size_t DrawCity(const Customer* customer);
  void Count(Depth depth, bool guest);

  const DemoOptions& options_;
  DemoFiles& files_;
  Random random_;
  Season season_;
  Assortment assortment_;
  DemoTruth truth_;
  std::vector<Visit> visits_;  ///< Of the buyer in hand.
  std::vector<Line> basket_;
  std::optional<Customer> visitor_;  ///< Who never buys and may come again.
  double visitor_day_ = 0;
  std::string text_;
};

}  // namespace cartwright
