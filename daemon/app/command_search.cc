#include <fmt/core.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "daemon/app/commands.h"
#include "daemon/app/published_search.h"
#include "daemon/publish/cell_text.h"
#include "daemon/publish/terminal_text.h"
#include "daemon/publish/text_grid.h"

namespace cartwright {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidth = 120;

/// A figure as reports show it.
std::string FigureText(const Shop& shop, const std::string& column, const Json& value) {
  const auto known = shop.catalogue.columns().find(column);
  if (known == shop.catalogue.columns().end() || value.is_null()) {
    return std::string(kMissingText);
  }
  ReportTable table({{column, known->second.type}});
  const int exponent = shop.currency_exponent;
  if (known->second.type == ColumnType::kText && value.is_string()) {
    table.Append({value.get<std::string>()});
  } else if (known->second.type == ColumnType::kInteger && value.is_number_integer()) {
    table.Append({value.get<std::int64_t>()});
  } else if (known->second.type == ColumnType::kReal && value.is_number()) {
    table.Append({value.get<double>()});
  } else if (known->second.type == ColumnType::kMoney && value.is_number()) {
    table.Append({Money{std::llround(value.get<double>() * std::pow(10.0, exponent))}});
  } else {
    return std::string(kMissingText);
  }
  return CellText(table, 0, 0, exponent);
}

/// The hits of one kind as a table; nothing when there is none.
std::string DrawKind(const Shop& shop, const SearchTarget& target, const SearchResult& result) {
  TextGrid grid({{std::string(target.name), false}, {"match", false}});
  for (const std::string_view figure : target.figures) {
    grid.AddColumn({std::string(figure), true});
  }
  std::int64_t shown = 0;
  for (const SearchHit& hit : result.hits) {
    if (hit.kind != target.kind) {
      continue;
    }
    ++shown;
    const std::string name = hit.dimension.empty() ? hit.name : hit.dimension + "=" + hit.name;
    std::vector<std::string> cells{EscapeForTerminal(name),
                                   std::string(SearchMatchName(hit.match))};
    const Json figures = Json::parse(hit.figures);
    for (const std::string_view figure : target.figures) {
      const std::string column(figure);
      cells.push_back(FigureText(shop, column, figures.value(column, Json())));
    }
    grid.AddRow(std::move(cells));
  }
  if (shown == 0) {
    return "";
  }
  std::string out = grid.Draw(kWidth, false);
  const std::int64_t found = result.found[static_cast<std::size_t>(target.kind)];
  if (found > shown) {
    out += fmt::format("… the first {} of {}; --limit shows more\n", shown, GroupedText(found));
  }
  return out + "\n";
}

Result<SearchRequest> ReadRequest(const SearchOptions& options) {
  if (options.text.empty()) {
    return Error{ErrorKind::kUsage, "search needs a text that is not empty"};
  }
  SearchRequest request;
  request.text = options.text;
  request.limit = options.limit;
  if (!options.kind.empty()) {
    request.kind = FindSearchKind(options.kind);
  }
  return request;
}

/// The configured shop; offline files need none, then the defaults.
Result<Shop> ShopToSearch(const CommonOptions& common, const SearchOptions& options) {
  if (!options.from.empty() && !std::filesystem::exists(common.config)) {
    Shop shop;
    CARTWRIGHT_ASSIGN(shop.catalogue, Catalogue::Load());
    return shop;
  }
  return OpenShop(common);
}

}  // namespace

Result<int> SearchCommand(const CommonOptions& common, const SearchOptions& options) {
  CARTWRIGHT_ASSIGN(const SearchRequest request, ReadRequest(options));
  CARTWRIGHT_ASSIGN(const Shop shop, ShopToSearch(common, options));
  CARTWRIGHT_ASSIGN(const SearchResult result, options.from.empty()
                                                   ? SearchPublished(shop, request)
                                                   : SearchFiles(options.from, request));
  if (common.json) {
    fmt::print("{}\n", SearchResultJson(result));
    return 0;
  }
  for (const SearchTarget& target : SearchTargets()) {
    fmt::print("{}", DrawKind(shop, target, result));
  }
  if (result.hits.empty() && !common.quiet) {
    fmt::print(stderr, "nothing published answers \"{}\"\n", EscapeForTerminal(options.text));
  }
  return 0;
}

}  // namespace cartwright
