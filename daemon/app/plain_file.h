#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace cartwright {

/// A regular, uncompressed file that several threads read in parts.
///
/// A part is what lies between two line feeds near its even share of the file. Whether those are
/// ends of rows is for the reader to find out: a line feed inside quotes is none.
class PlainFile {
 public:
  /// Nothing for what cannot be opened, is no regular file, or is gzip.
  static std::optional<PlainFile> Open(const std::string& path, std::size_t part_bytes);
  PlainFile(PlainFile&& other) noexcept;
  PlainFile& operator=(PlainFile&&) = delete;
  ~PlainFile();

  std::size_t parts() const;
  /// The bytes of a part, none where a line is longer than one. Nothing when reading fails or a
  /// line is far too long. Any thread.
  std::optional<std::string> Read(std::size_t part) const;

 private:
  PlainFile(int descriptor, std::size_t size, std::size_t part_bytes);
  std::optional<std::size_t> Begin(std::size_t part) const;

  int descriptor_;
  std::size_t size_;
  std::size_t part_bytes_;
};

}  // namespace cartwright
