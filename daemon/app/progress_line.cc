#include "daemon/app/progress_line.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace cartwright {
namespace {

constexpr int kMostPhaseColumns = 36;
constexpr int kLeastPhaseColumns = 16;
/// Before that a rate or a remaining time is a guess.
constexpr double kSecondsBeforeRate = 0.5;
constexpr double kSecondsBeforeRemaining = 2;

std::string WithThousands(std::int64_t value) {
  std::string text = std::to_string(value);
  for (std::ptrdiff_t at = std::ssize(text) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return text;
}

std::string Bar(double share, int cells) {
  const auto filled = static_cast<std::size_t>(share * cells);
  return "[" + std::string(filled, '#') +
         std::string(static_cast<std::size_t>(cells) - filled, '-') + "]  ";
}

/// Cells of the bar beside a phase, when `columns` are left for both: 0 = no room for a bar.
int BarCells(int columns) {
  for (const int cells : {20, 10}) {
    if (columns - (cells + 4) >= kLeastPhaseColumns) {
      return cells;
    }
  }
  return 0;
}

std::string Remaining(double seconds) {
  const auto left = static_cast<std::int64_t>(std::ceil(seconds));
  if (left < 60) {
    return fmt::format("  about {} s left", left);
  }
  if (left < 3600) {
    return fmt::format("  about {} min left", (left + 30) / 60);
  }
  return fmt::format("  about {} h {} min left", left / 3600, left % 3600 / 60);
}

/// The end of a long phase tells more than its start: the file's name, not its folders. A
/// character of several bytes is not cut.
std::string Fitted(std::string_view phase, int columns) {
  const auto room = static_cast<std::size_t>(columns);
  if (phase.size() <= room) {
    return std::string(phase);
  }
  phase.remove_prefix(phase.size() - (room - 3));
  while (!phase.empty() && (static_cast<unsigned char>(phase.front()) & 0xC0) == 0x80) {
    phase.remove_prefix(1);
  }
  return "..." + std::string(phase);
}

}  // namespace

std::string ProgressLine(const ProgressPoint& point, double seconds, int columns) {
  const double share = std::clamp(point.share.value_or(0), 0.0, 1.0);
  std::string facts;
  if (point.share) {
    facts += fmt::format("{:>3.0f} %  ", std::floor(share * 100));
  }
  facts += WithThousands(point.done);
  if (seconds >= kSecondsBeforeRate && point.done > 0) {
    facts += fmt::format("  {}/s",
                         WithThousands(std::llround(static_cast<double>(point.done) / seconds)));
  }
  if (seconds >= kSecondsBeforeRemaining && share > 0 && share < 1) {
    facts += Remaining(seconds / share * (1 - share));
  }
  if (columns == 0) {
    return fmt::format("{}  {}", point.phase, facts);
  }
  // One column stays free: a terminal that fills its last one goes to the next line.
  const int room = columns - 1 - static_cast<int>(facts.size()) - 2;
  const int cells = point.share ? BarCells(room) : 0;
  const std::string bar = cells > 0 ? Bar(share, cells) : "";
  const int phase_columns =
      std::clamp(room - static_cast<int>(bar.size()), kLeastPhaseColumns, kMostPhaseColumns);
  return fmt::format("{:<{}}  {}{}", Fitted(point.phase, phase_columns), phase_columns, bar, facts);
}

}  // namespace cartwright
