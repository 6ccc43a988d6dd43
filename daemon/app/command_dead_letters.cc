#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "daemon/app/commands.h"
#include "daemon/app/letter_text.h"

namespace cartwright {
namespace {

void PrintSummary(const std::vector<LetterCount>& counts, bool json) {
  if (!json) {
    fmt::print("{:>8} {:>8}  {:<24} {}\n", "open", "settled", "code", "source");
  }
  for (const LetterCount& count : counts) {
    if (json) {
      const nlohmann::ordered_json line = {{"source", count.source},
                                           {"code", count.code},
                                           {"open", count.open},
                                           {"settled", count.settled}};
      fmt::print("{}\n", line.dump());
    } else {
      fmt::print("{:>8} {:>8}  {:<24} {}\n", count.open, count.settled, count.code, count.source);
    }
  }
}

}  // namespace

Result<int> DeadLettersListCommand(const CommonOptions& common, const DeadLettersOptions& options) {
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(shop.config.state.directory));
  CARTWRIGHT_ASSIGN(const std::vector<LetterCount> counts, state.CountByCode(options.filter));
  if (options.summary) {
    PrintSummary(counts, common.json);
    return 0;
  }
  LetterFilter filter = options.filter;
  filter.open_only = !options.settled_too;
  CARTWRIGHT_ASSIGN(const std::vector<DeadLetter> letters,
                    state.DeadLetters(filter, options.limit));
  for (const DeadLetter& letter : letters) {
    fmt::print("{}\n", common.json ? LetterJson(letter) : LetterLine(letter));
  }
  std::int64_t open = 0;
  std::int64_t settled = 0;
  for (const LetterCount& count : counts) {
    open += count.open;
    settled += count.settled;
  }
  if (!common.json && !common.quiet) {
    fmt::print(stderr, "{} shown of {} open and {} settled in {}\n", letters.size(), open, settled,
               shop.config.state.directory);
  }
  return 0;
}

Result<int> DeadLettersShowCommand(const CommonOptions& common, const DeadLettersOptions& options) {
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(shop.config.state.directory));
  CARTWRIGHT_ASSIGN(const std::vector<DeadLetter> letters, state.DeadLetters(options.filter, 1));
  if (letters.empty()) {
    return Error{ErrorKind::kUsage,
                 fmt::format("there is no dead letter {} in {}; see cartwright dead-letters list",
                             options.filter.ids.front(), shop.config.state.directory)};
  }
  const DeadLetter& letter = letters.front();
  if (options.raw) {
    CARTWRIGHT_ASSIGN(const std::string bytes, LetterBytes(letter));
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  } else {
    fmt::print("{}", common.json ? LetterJson(letter) + "\n" : LetterText(letter));
  }
  return 0;
}

}  // namespace cartwright
