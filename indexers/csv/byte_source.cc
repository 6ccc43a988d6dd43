#include "indexers/csv/byte_source.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

namespace cartwright {
namespace {

constexpr std::size_t kInputBytes = std::size_t{128} * 1024;

Error SystemError(const std::string& path, std::string_view what, int code) {
  return Error{ErrorKind::kPermanent,
               fmt::format("{}: {}: {}", path, what, std::generic_category().message(code))};
}

/// An open file descriptor.
class File {
 public:
  File(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  File(File&& other) noexcept
      : path_(std::move(other.path_)),
        descriptor_(std::exchange(other.descriptor_, -1)),
        size_(other.size_),
        read_(other.read_) {}
  File& operator=(File&&) = delete;
  ~File() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  const std::string& path() const { return path_; }
  void set_size(std::int64_t bytes) { size_ = bytes; }
  /// A file that grows meanwhile stays at 1.
  double share_read() const {
    return size_ <= read_ ? 1.0 : static_cast<double>(read_) / static_cast<double>(size_);
  }

  Result<std::size_t> Read(char* out, std::size_t capacity) {
    for (;;) {
      const ssize_t got = ::read(descriptor_, out, capacity);
      if (got >= 0) {
        read_ += got;
        return static_cast<std::size_t>(got);
      }
      if (errno != EINTR) {
        return SystemError(path_, "cannot be read", errno);
      }
    }
  }

 private:
  std::string path_;
  int descriptor_;
  std::int64_t size_ = 0;
  std::int64_t read_ = 0;
};

Result<File> OpenRegular(const std::string& path) {
  // Non-blocking, so that a FIFO is refused below instead of waited for.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    const int code = errno;
    Error error = SystemError(path, "cannot be opened", code);
    error.kind = code == EACCES ? ErrorKind::kPermission : ErrorKind::kData;
    return error;
  }
  File file(path, descriptor);
  struct stat facts{};
  if (::fstat(descriptor, &facts) != 0) {
    return SystemError(path, "cannot be examined", errno);
  }
  if (!S_ISREG(facts.st_mode)) {
    const std::string_view kind = S_ISDIR(facts.st_mode) ? "a directory" : "not a regular file";
    return Error{ErrorKind::kData, fmt::format("{}: is {}; name a file of rows", path, kind)};
  }
  file.set_size(facts.st_size);
  return file;
}

class PlainBytes final : public ByteSource {
 public:
  PlainBytes(File file, std::vector<char> head) : file_(std::move(file)), head_(std::move(head)) {}

  Result<std::size_t> Read(char* out, std::size_t capacity) override {
    if (used_ == head_.size()) {
      return file_.Read(out, capacity);
    }
    const std::size_t count = std::min(capacity, head_.size() - used_);
    std::memcpy(out, head_.data() + used_, count);
    used_ += count;
    return count;
  }
  double share_read() const override { return file_.share_read(); }

 private:
  File file_;
  std::vector<char> head_;  ///< What was read to recognise the file.
  std::size_t used_ = 0;
};

class GzipBytes final : public ByteSource {
 public:
  GzipBytes(File file, std::vector<char> head) : file_(std::move(file)), input_(std::move(head)) {
    filled_ = input_.size();
    input_.resize(kInputBytes);
  }
  GzipBytes(const GzipBytes&) = delete;
  GzipBytes& operator=(const GzipBytes&) = delete;
  ~GzipBytes() override {
    if (started_) {
      inflateEnd(&stream_);
    }
  }

  /// Allocates the decompressor. Errors: kInternal when zlib cannot start.
  Status Start() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) {
      return Error{ErrorKind::kInternal, fmt::format("{}: zlib cannot start", file_.path())};
    }
    started_ = true;
    return {};
  }

  Result<std::size_t> Read(char* out, std::size_t capacity) override {
    while (!at_end_) {
      CARTWRIGHT_TRY(FillInput());
      if (!in_member_) {
        CARTWRIGHT_TRY(BeginMember());
        continue;
      }
      CARTWRIGHT_ASSIGN(const std::size_t count, Inflate(out, capacity));
      if (count > 0) {
        return count;
      }
    }
    return std::size_t{0};
  }
  double share_read() const override { return file_.share_read(); }

 private:
  Status FillInput() {
    if (used_ < filled_ || input_ended_) {
      return {};
    }
    consumed_ += used_;
    used_ = 0;
    CARTWRIGHT_ASSIGN(filled_, file_.Read(input_.data(), input_.size()));
    input_ended_ = filled_ == 0;
    return {};
  }

  /// Between members: the file ends, another member starts, or zero padding is passed over.
  Status BeginMember() {
    if (used_ == filled_) {
      at_end_ = true;
      return {};
    }
    if (members_ > 0 && input_[used_] == '\0') {
      ++used_;
      return {};
    }
    if (members_ > 0 && static_cast<unsigned char>(input_[used_]) != 0x1F) {
      return Damaged("bytes after the end of the gzip data");
    }
    inflateReset(&stream_);
    in_member_ = true;
    return {};
  }

  Result<std::size_t> Inflate(char* out, std::size_t capacity) {
    if (used_ == filled_) {
      return Damaged("the gzip data is cut off");
    }
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data() + used_);
    stream_.avail_in = static_cast<uInt>(filled_ - used_);
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(capacity);
    const int verdict = inflate(&stream_, Z_NO_FLUSH);
    used_ = filled_ - stream_.avail_in;
    if (verdict == Z_STREAM_END) {
      in_member_ = false;
      ++members_;
    } else if (verdict != Z_OK && verdict != Z_BUF_ERROR) {
      return Damaged(stream_.msg != nullptr ? stream_.msg : "the gzip data is damaged");
    }
    return capacity - stream_.avail_out;
  }

  Error Damaged(std::string_view what) const {
    return Error{ErrorKind::kData,
                 fmt::format("{}: {} at byte {}; the rows before it were read, the file is not "
                             "complete; copy it again",
                             file_.path(), what, consumed_ + used_)};
  }

  File file_;
  std::vector<char> input_;
  std::size_t filled_ = 0;
  std::size_t used_ = 0;
  std::uint64_t consumed_ = 0;  ///< Bytes of earlier input blocks.
  z_stream stream_{};
  int members_ = 0;
  bool started_ = false;
  bool in_member_ = false;
  bool input_ended_ = false;
  bool at_end_ = false;
};

bool LooksLikeGzip(const std::vector<char>& head) {
  return head.size() >= 2 && static_cast<unsigned char>(head[0]) == 0x1F &&
         static_cast<unsigned char>(head[1]) == 0x8B;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> OpenBytes(const std::string& path) {
  CARTWRIGHT_ASSIGN(File file, OpenRegular(path));
  std::vector<char> head(kInputBytes);
  CARTWRIGHT_ASSIGN(const std::size_t got, file.Read(head.data(), head.size()));
  head.resize(got);
  if (!LooksLikeGzip(head)) {
    if (path.ends_with(".gz") && !head.empty()) {
      return Error{
          ErrorKind::kData,
          fmt::format("{}: is not gzip data despite its name; rename it or compress it", path)};
    }
    return std::unique_ptr<ByteSource>(
        std::make_unique<PlainBytes>(std::move(file), std::move(head)));
  }
  auto bytes = std::make_unique<GzipBytes>(std::move(file), std::move(head));
  CARTWRIGHT_TRY(bytes->Start());
  return std::unique_ptr<ByteSource>(std::move(bytes));
}

}  // namespace cartwright
