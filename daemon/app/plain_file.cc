#include "daemon/app/plain_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace cartwright {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} * 1024 * 1024;
constexpr std::string_view kGzip = "\x1f\x8b";

/// Reads up to `size` bytes, fewer at the end of the file; false when the system refuses.
bool ReadAt(int descriptor, std::size_t offset, std::size_t size, std::string& out) {
  out.resize(size);
  std::size_t got = 0;
  while (got < size) {
    const ssize_t more =
        pread(descriptor, out.data() + got, size - got, static_cast<off_t>(offset + got));
    if (more < 0) {
      return false;
    }
    if (more == 0) {
      break;
    }
    got += static_cast<std::size_t>(more);
  }
  out.resize(got);
  return true;
}

}  // namespace

PlainFile::PlainFile(int descriptor, std::size_t size, std::size_t part_bytes)
    : descriptor_(descriptor), size_(size), part_bytes_(part_bytes) {}

PlainFile::PlainFile(PlainFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      part_bytes_(other.part_bytes_) {}

PlainFile::~PlainFile() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

std::optional<PlainFile> PlainFile::Open(const std::string& path, std::size_t part_bytes) {
  // Without O_NONBLOCK a pipe that nobody writes to would hold the program here.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    return std::nullopt;
  }
  struct stat about{};
  const bool regular = fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
  PlainFile file(descriptor, regular ? static_cast<std::size_t>(about.st_size) : 0, part_bytes);
  std::string head;
  if (!regular || !ReadAt(descriptor, 0, kGzip.size(), head) || head == kGzip) {
    return std::nullopt;
  }
  return file;
}

std::size_t PlainFile::parts() const { return (size_ + part_bytes_ - 1) / part_bytes_; }

/// Behind the first line feed at or after the byte before the part's even share.
std::optional<std::size_t> PlainFile::Begin(std::size_t part) const {
  if (part == 0) {
    return 0;
  }
  constexpr std::size_t kStep = 4096;
  const std::size_t from = part * part_bytes_ - 1;
  std::string text;
  for (std::size_t at = from; at < std::min(size_, from + kLongestLine); at += kStep) {
    if (!ReadAt(descriptor_, at, kStep, text)) {
      return std::nullopt;
    }
    const std::size_t found = text.find('\n');
    if (found != std::string::npos) {
      return at + found + 1;
    }
  }
  return from + kLongestLine >= size_ ? std::optional(size_) : std::nullopt;
}

std::optional<std::string> PlainFile::Read(std::size_t part) const {
  const std::optional<std::size_t> begin = Begin(part);
  const std::optional<std::size_t> end = part + 1 < parts() ? Begin(part + 1) : size_;
  std::string text;
  if (!begin || !end || !ReadAt(descriptor_, *begin, *end - *begin, text) ||
      text.size() != *end - *begin) {
    return std::nullopt;
  }
  return text;
}

}  // namespace cartwright
