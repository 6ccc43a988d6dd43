#include "indexers/shape/spill_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "indexers/shape/stored_bytes.h"

namespace cartwright {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} * 1024;

}  // namespace

SpillFile::SpillFile(std::string folder, int descriptor)
    : folder_(std::move(folder)), descriptor_(descriptor) {}

SpillFile::SpillFile(SpillFile&& other) noexcept
    : folder_(std::move(other.folder_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      size_(other.size_) {}

SpillFile::~SpillFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

Error SpillFile::SystemError(std::string_view what) const {
  return Error{ErrorKind::kOutput,
               fmt::format("{}: a temporary file for grouping cannot be {}: {}; free space there "
                           "or raise limits.grouping_bytes",
                           folder_, what, std::generic_category().message(errno))};
}

Result<SpillFile> SpillFile::Create(const std::string& folder, std::uint64_t number) {
  const std::string path = fmt::format("{}/grouping-{}-{}", folder, ::getpid(), number);
  SpillFile file(folder, ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.descriptor_ < 0 || ::unlink(path.c_str()) != 0) {
    return file.SystemError("made");
  }
  return file;
}

Status SpillFile::AppendSized(std::string_view bytes) {
  const std::size_t before = buffer_.size();
  StoredWriter(buffer_).Text(bytes);
  size_ += buffer_.size() - before;
  return buffer_.size() >= kBufferBytes ? Flush() : Status();
}

Status SpillFile::Flush() {
  std::string_view rest = buffer_.view();
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      return SystemError("written");
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.Clear();
  return {};
}

Status SpillFile::ReadAt(std::uint64_t offset, std::span<char> out) const {
  while (!out.empty()) {
    const ssize_t got = ::pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return SystemError("read");
    }
    offset += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

}  // namespace cartwright
