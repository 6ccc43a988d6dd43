#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "daemon/base/byte_buffer.h"
#include "daemon/base/result.h"

namespace cartwright {

/// A temporary file that has no name any more once it is open, so that nothing is left behind
/// however the process ends. Written first, then read. One thread.
class SpillFile {
 public:
  /// `number` tells the files of one process apart. Errors: kOutput.
  static Result<SpillFile> Create(const std::string& folder, std::uint64_t number);
  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&&) = delete;
  ~SpillFile();

  /// Appends bytes behind their number, as StoredWriter::Text writes it, through a small buffer.
  /// Errors: kOutput, a full disk among them.
  Status AppendSized(std::string_view bytes);
  /// Hands the rest of the buffer to the system; before reading. Errors: as AppendSized().
  Status Flush();
  /// Bytes appended.
  std::uint64_t size() const { return size_; }

  /// Fills `out` with what stands from `offset` on; all of it must have been flushed. Errors:
  /// kOutput.
  Status ReadAt(std::uint64_t offset, std::span<char> out) const;

 private:
  SpillFile(std::string folder, int descriptor);
  Error SystemError(std::string_view what) const;

  std::string folder_;
  int descriptor_;
  ByteBuffer buffer_;
  std::uint64_t size_ = 0;
};

}  // namespace cartwright
