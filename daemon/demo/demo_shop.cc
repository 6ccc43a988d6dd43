#include "daemon/demo/demo_shop.h"

#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "daemon/base/calendar.h"
#include "daemon/demo/csv_file.h"
#include "daemon/demo/shop_process.h"
#include "daemon/demo/shop_texts.h"

namespace cartwright {
namespace {

constexpr std::int64_t kMostSessions = 1'000'000'000;
constexpr std::int64_t kMostWeeks = 520;

Status CheckRange(std::string_view what, std::int64_t value, std::int64_t most) {
  if (value < 1 || value > most) {
    return Error{ErrorKind::kUsage, "the demo shop's " + std::string(what) + " must be 1 to " +
                                        std::to_string(most) + ", not " + std::to_string(value)};
  }
  return {};
}

Result<DayNumber> CheckOptions(const DemoOptions& options) {
  CARTWRIGHT_TRY(CheckRange("sessions", options.sessions, kMostSessions));
  CARTWRIGHT_TRY(CheckRange("weeks", options.weeks, kMostWeeks));
  const Result<DayNumber> start = ParseDay(options.start_day);
  if (!start) {
    return Error{ErrorKind::kUsage,
                 "the demo shop's start day must be YYYY-MM-DD, not " + options.start_day};
  }
  return *start;
}

Result<DemoFiles> CreateFiles(const std::string& directory) {
  CARTWRIGHT_ASSIGN(CsvFile sessions,
                    CsvFile::Create(directory + "/sessions.csv", kDemoSessionsHeader));
  CARTWRIGHT_ASSIGN(CsvFile lines, CsvFile::Create(directory + "/lines.csv", kDemoLinesHeader));
  CARTWRIGHT_ASSIGN(CsvFile customers,
                    CsvFile::Create(directory + "/customers.csv", kDemoCustomersHeader));
  return DemoFiles{std::move(sessions), std::move(lines), std::move(customers)};
}

Status WriteText(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) {
    return Error{ErrorKind::kOutput, "cannot write " + path};
  }
  return {};
}

}  // namespace

Result<DemoTruth> WriteDemoShop(const DemoOptions& options, const std::string& directory) {
  CARTWRIGHT_ASSIGN(const DayNumber start, CheckOptions(options));
  std::error_code fault;
  std::filesystem::create_directories(directory, fault);
  if (fault) {
    return Error{ErrorKind::kOutput, "cannot make " + directory + ": " + fault.message()};
  }
  CARTWRIGHT_ASSIGN(DemoFiles files, CreateFiles(directory));
  DemoTruth truth = ShopProcess(options, start, files).Run();
  CARTWRIGHT_TRY(files.sessions.Close());
  CARTWRIGHT_TRY(files.lines.Close());
  CARTWRIGHT_TRY(files.customers.Close());
  CARTWRIGHT_TRY(WriteText(directory + "/truth.json", TruthJson(options, truth)));
  CARTWRIGHT_TRY(WriteText(directory + "/shop.yaml", ShopYaml(options)));
  if (options.progress) {
    options.progress(truth.counts.sessions);
  }
  return truth;
}

}  // namespace cartwright
