#include "daemon/demo/assortment.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "daemon/demo/csv_file.h"

namespace cartwright {
namespace {

struct Category {
  std::string_view name;
  std::int64_t base_cents;
  std::array<std::string_view, 6> articles;
};

constexpr std::array kCategories{
    Category{"Küche",
             1490,
             {"Kaffeemühle", "Espressotasse", "Schneidebrett", "Rührschüssel", "Topfset",
              "Gewürzregal"}},
    Category{"Garten",
             1190,
             {"Gießkanne", "Blumentopf", "Rosenschere", "Vogelhaus", "Hochbeet", "Gartenbank"}},
    Category{"Büro",
             690,
             {"Notizbuch", "Füllfederhalter", "Schreibtischlampe", "Ordner", "Locher", "Kalender"}},
    Category{"Textilien",
             1890,
             {"Geschirrtuch", "Wolldecke", "Kissenbezug", "Badetuch", "Vorhang", "Teppich"}},
    Category{"Spielwaren",
             990,
             {"Holzeisenbahn", "Puzzle", "Kreisel", "Stoffbär", "Würfelspiel", "Bauklötze"}},
    Category{"Deko, Licht & Duft",
             790,
             {"Duftkerze", "Windlicht", "Bilderrahmen", "Vase", "Lichterkette", "Spiegel"}},
    Category{"Bücher",
             1290,
             {"Kochbuch", "Reiseführer", "Krimi", "Bildband", "Märchenbuch", "Wörterbuch"}},
    Category{"Lebensmittel",
             490,
             {"Olivenöl", "Honig", "Früchtetee", "Schokolade", "Röstkaffee", "Senf"}}};

constexpr std::array<std::string_view, 5> kVariants{"klein", "groß, mit Deckel", "\"Classic\"",
                                                    "2er-Set", "Edition \"Blau, matt\""};

constexpr std::array<std::string_view, 8> kBrands{
    "Nordlicht", "Haus & Hof", "Söhnlein, Weiß & Co.", "Atelier Müller",
    "O'Hara",    "Blumenfeld", "Café Größenwahn",      "Ungenannt"};

DemoProduct MakeProduct(const Category& category, std::string_view article,
                        std::string_view variant, Random& random) {
  const std::string name = std::string(article) + " " + std::string(variant);
  DemoProduct product;
  product.csv_fields = QuotedCsvField(name) + "," + QuotedCsvField(category.name) + "," +
                       QuotedCsvField(kBrands[random.Below(kBrands.size())]);
  // Between half and twice the base price, ending in 9.
  const auto spread = static_cast<std::uint64_t>(category.base_cents * 3 / 2);
  const auto cents = category.base_cents / 2 + static_cast<std::int64_t>(random.Below(spread));
  product.cents = cents / 10 * 10 + 9;
  return product;
}

std::string ProductId(std::size_t rank) {
  const std::string digits = std::to_string(rank);
  return "P" + std::string(4 - digits.size(), '0') + digits;
}

}  // namespace

Assortment::Assortment(Random& random) {
  for (const Category& category : kCategories) {
    for (const std::string_view article : category.articles) {
      for (const std::string_view variant : kVariants) {
        products_.push_back(MakeProduct(category, article, variant, random));
      }
    }
  }
  for (std::size_t last = products_.size() - 1; last > 0; --last) {
    std::swap(products_[last], products_[random.Below(last + 1)]);
  }
  double sum = 0;
  for (std::size_t rank = 1; rank <= products_.size(); ++rank) {
    products_[rank - 1].id = ProductId(rank);
    sum += 1.0 / static_cast<double>(rank);
    cumulative_.push_back(sum);
  }
  for (double& value : cumulative_) {
    value /= sum;
  }
}

std::size_t Assortment::Draw(Random& random) const {
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, random.Uniform());
  return static_cast<std::size_t>(found - cumulative_.begin());
}

}  // namespace cartwright
