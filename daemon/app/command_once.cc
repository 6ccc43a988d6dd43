#include <fmt/core.h>

#include "daemon/app/commands.h"
#include "daemon/app/console.h"
#include "daemon/app/pass.h"
#include "daemon/base/parallel.h"

namespace cartwright {

Result<Shop> OpenShop(const CommonOptions& common) {
  CARTWRIGHT_ASSIGN(
      Shop shop, OpenShop(common.config, common.overrides, [&common](const std::string& warning) {
        if (!common.quiet) {
          fmt::print(stderr, "{}\n", warning);
        }
      }));
  SetParallelThreads(static_cast<int>(shop.config.limits.threads));
  return shop;
}

Result<int> OnceCommand(const CommonOptions& common, const OnceOptions& options) {
  if (options.offline && options.out.empty()) {
    return Error{ErrorKind::kUsage, "--offline needs --out DIR for the report files"};
  }
  if (!options.offline && !options.out.empty()) {
    return Error{ErrorKind::kUsage, "--out DIR belongs to --offline"};
  }
  if (options.load_only && options.analyse_only) {
    return Error{ErrorKind::kUsage, "--load-only and --analyse-only exclude each other"};
  }
  if (options.offline && (options.load_only || options.analyse_only)) {
    return Error{ErrorKind::kUsage, "--offline always reads the sources and analyses them"};
  }
  CARTWRIGHT_ASSIGN(const Shop shop, OpenShop(common));
  PassRequest request;
  request.load = !options.analyse_only;
  request.analyse = !options.load_only;
  request.sources = options.sources;
  request.analyses = options.analyses;
  request.all_dimensions = options.all_dimensions;
  for (const std::string& name : options.sources) {
    if (WholeSources(shop.config, {name}).empty()) {
      return Error{ErrorKind::kUsage, fmt::format("there is no source \"{}\"", name)};
    }
  }
  CARTWRIGHT_TRY(PlanAnalyses(shop.config, options.analyses, options.all_dimensions));
  Console console(common.quiet);
  CARTWRIGHT_ASSIGN(const Receipt receipt, options.offline
                                               ? RunOffline(shop, request, options.out, console)
                                               : RunPass(shop, request, console));
  fmt::print("{}", common.json ? ReceiptJson(receipt) + "\n" : ReceiptText(receipt));
  std::int64_t set_aside = 0;
  for (const SourceBook& book : receipt.books.sources) {
    set_aside += book.set_aside;
  }
  if (set_aside > 0) {
    console.Warning(fmt::format("{} rows were set aside; see cartwright dead-letters list --run {}",
                                set_aside, receipt.run_id));
  }
  return 0;
}

}  // namespace cartwright
