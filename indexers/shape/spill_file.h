#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/base/result.h"

namespace cartwright {

/// A temporary file that has no name any more once it is open, so that nothing is left behind
/// however the process ends. Written once, read once. One thread.
class SpillFile {
 public:
  /// `number` tells the files of one process apart. Errors: kOutput.
  static Result<SpillFile> Create(const std::string& folder, std::uint64_t number);
  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&&) = delete;
  ~SpillFile();

  /// Appends bytes through a small buffer. Errors: kOutput, a full disk among them.
  Status Append(std::string_view bytes);

  /// All that was appended. Errors: kOutput.
  Result<std::string> ReadAll();

 private:
  SpillFile(std::string folder, int descriptor);
  Status Flush();
  Error SystemError(std::string_view what) const;

  std::string folder_;
  int descriptor_;
  std::string buffer_;
  std::uint64_t size_ = 0;
};

}  // namespace cartwright
