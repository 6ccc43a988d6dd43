#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/app/commands.h"
#include "daemon/base/calendar.h"

namespace cartwright {
namespace {

nlohmann::ordered_json ToJson(const DeadLetter& letter) {
  return {{"id", letter.id},         {"run_id", letter.run_id}, {"source", letter.source},
          {"file", letter.file},     {"line", letter.line},     {"column", letter.column},
          {"value", letter.value},   {"code", letter.code},     {"reason", letter.reason},
          {"remedy", letter.remedy}, {"raw", letter.raw},       {"at", FormatInstant(letter.at)}};
}

std::string Text(const DeadLetter& letter) {
  std::string text = fmt::format("{}:{}: ", letter.file, letter.line);
  if (!letter.column.empty()) {
    text += letter.column + ": ";
  }
  text += letter.reason;
  if (!letter.value.empty()) {
    text += fmt::format(" (value \"{}\")", letter.value);
  }
  return text + "; " + letter.remedy;
}

}  // namespace

Result<int> DeadLettersListCommand(const CommonOptions& common, const DeadLettersOptions& options) {
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(shop.config.state.directory));
  CARTWRIGHT_ASSIGN(const std::vector<DeadLetter> letters,
                    state.DeadLetters(options.run_id, options.limit));
  CARTWRIGHT_ASSIGN(const std::int64_t all, state.CountDeadLetters());
  for (const DeadLetter& letter : letters) {
    fmt::print("{}\n", common.json ? ToJson(letter).dump(-1, ' ', false,
                                                         nlohmann::json::error_handler_t::replace)
                                   : Text(letter));
  }
  if (!common.json && !common.quiet) {
    fmt::print(stderr, "{} shown of {} kept in {}\n", letters.size(), all,
               shop.config.state.directory);
  }
  return 0;
}

}  // namespace cartwright
