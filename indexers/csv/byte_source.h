#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/base/result.h"

namespace cartwright {

/// The bytes of a file, decompressed when they are gzip. One thread.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills `out` with up to `capacity` bytes and returns how many; 0 only at the end.
  /// Errors: kPermanent when the system fails to read, kData for a damaged gzip file.
  virtual Result<std::size_t> Read(char* out, std::size_t capacity) = 0;

  /// How much of the file was read, 0..1: its bytes as they lie on the disk.
  virtual double share_read() const = 0;
};

/// Opens a regular file. gzip is recognised by its first bytes; all members are read.
/// Errors: kPermission for what may not be opened; kData for what is not there or is no regular
/// file, and for a name ending in `.gz` whose content is not gzip.
Result<std::unique_ptr<ByteSource>> OpenBytes(const std::string& path);

}  // namespace cartwright
