#pragma once

#include <string>
#include <string_view>

#include "daemon/base/result.h"

namespace cartwright {

/// Holds a file so that one process at a time does something. The system lets go of it when the
/// process ends, however it ends.
class ProcessLock {
 public:
  /// Takes `directory/name.lock`; `doing` says what for, for the message of whoever comes second.
  /// Errors: kTransient naming the holder's process id; kOutput when the file cannot be made.
  static Result<ProcessLock> Take(const std::string& directory, std::string_view name,
                                  std::string_view doing);
  ~ProcessLock();
  ProcessLock(ProcessLock&& other) noexcept;
  ProcessLock& operator=(ProcessLock&&) = delete;

 private:
  explicit ProcessLock(int file) : file_(file) {}
  int file_;
};

}  // namespace cartwright
