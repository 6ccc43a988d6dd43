#include "tests/bench/engine/measured_section.h"

#include <fmt/core.h>
#include <malloc.h>
#include <sys/resource.h>

#include <fstream>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::int64_t StatusKilobytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::int64_t kilobytes = 0;
    if (word == name && status >> kilobytes) {
      return kilobytes;
    }
  }
  CARTWRIGHT_CHECK(false, "/proc/self/status has no such line");
  return 0;
}

/// Makes the kernel's high-water mark start again from what is resident now.
void ResetPeak() {
  // Freed memory that the allocator still holds would hide what is taken from it later.
  malloc_trim(0);
  std::ofstream references("/proc/self/clear_refs");
  references << "5" << std::flush;
  CARTWRIGHT_CHECK(references.good(), "/proc/self/clear_refs does not take 5");
}

}  // namespace

MeasuredSection::MeasuredSection() : resident_kilobytes_(0), cpu_seconds_(0) {
  ResetPeak();
  resident_kilobytes_ = StatusKilobytes("VmRSS:");
  cpu_seconds_ = CpuSeconds();
  started_ = std::chrono::steady_clock::now();
}

std::string MeasuredSection::Report(std::int64_t documents, std::int64_t bytes) const {
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started_;
  return fmt::format(
      R"({{"documents":{},"bytes":{},"seconds":{:.6f},"cpu_seconds":{:.6f},"rows":{},"peak":{}}})",
      documents, bytes, seconds.count(), CpuSeconds() - cpu_seconds_, resident_kilobytes_,
      StatusKilobytes("VmHWM:"));
}

}  // namespace cartwright
