#include "daemon/state/process_lock.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace cartwright {
namespace {

std::string HolderOf(int file) {
  std::array<char, 32> text{};
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "?";
}

}  // namespace

Result<ProcessLock> ProcessLock::Take(const std::string& directory, std::string_view name,
                                      std::string_view doing) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  const std::string path = fmt::format("{}/{}.lock", directory, name);
  const int file = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {
    return Error{ErrorKind::kOutput, fmt::format("cannot open {}: {}; check that state.directory "
                                                 "exists and can be written",
                                                 path, std::generic_category().message(errno))};
  }
  ProcessLock lock(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorKind::kTransient, fmt::format("{}: process {} does it already (it holds {}); "
                                                    "wait until it has ended",
                                                    doing, HolderOf(file), path)};
  }
  const std::string holder = std::to_string(getpid());
  if (ftruncate(file, 0) != 0 || pwrite(file, holder.data(), holder.size(), 0) < 0) {
    return Error{ErrorKind::kOutput,
                 fmt::format("cannot write {}: {}", path, std::generic_category().message(errno))};
  }
  return lock;
}

ProcessLock::ProcessLock(ProcessLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

ProcessLock::~ProcessLock() {
  if (file_ >= 0) {
    close(file_);
  }
}

}  // namespace cartwright
