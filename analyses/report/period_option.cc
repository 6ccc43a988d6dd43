#include "analyses/report/period_option.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "analyses/report/option_texts.h"

namespace cartwright {

std::vector<OptionFault> PeriodFaults(std::string_view name, const std::vector<std::string>& texts,
                                      const std::vector<Period>& allowed) {
  std::vector<std::string_view> choices;
  choices.reserve(allowed.size());
  for (const Period period : allowed) {
    choices.push_back(TimePeriodName(period));
  }
  std::vector<OptionFault> faults;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (std::find(choices.begin(), choices.end(), texts[i]) == choices.end()) {
      faults.push_back({std::string(name), i, ExpectedOneOf(choices, texts[i])});
    } else if (std::find(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(i), texts[i]) !=
               texts.begin() + static_cast<std::ptrdiff_t>(i)) {
      faults.push_back(
          {std::string(name), i, fmt::format("\"{}\" is named a second time", texts[i])});
    }
  }
  return faults;
}

std::vector<Period> ReadPeriods(const std::vector<std::string>& texts) {
  static constexpr std::array kPeriods = {Period::kHour, Period::kDay, Period::kWeek,
                                          Period::kMonth};
  std::vector<Period> periods;
  for (const std::string& text : texts) {
    const auto found = std::find_if(kPeriods.begin(), kPeriods.end(), [&text](Period period) {
      return TimePeriodName(period) == text;
    });
    if (found != kPeriods.end()) {
      periods.push_back(*found);
    }
  }
  return periods;
}

}  // namespace cartwright
