#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace cartwright {

/// Measures this process from its construction to Report(): wall time, processor time of all its
/// threads, and how far its memory grows beyond what it held at the start. What a driver prepares
/// beforehand (rows in memory) is so left out.
class MeasuredSection {
 public:
  MeasuredSection();

  /// One line of JSON: documents, bytes, seconds, cpu_seconds, and in kilobytes rows (resident at
  /// the start) and peak (the most resident since then).
  std::string Report(std::int64_t documents, std::int64_t bytes) const;

 private:
  std::int64_t resident_kilobytes_;
  double cpu_seconds_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace cartwright
