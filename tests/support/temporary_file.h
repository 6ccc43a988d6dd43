#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

namespace cartwright {

/// A file with the given bytes that lives as long as the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view bytes, std::string_view ending = ".csv") {
    static int number = 0;
    path_ = testing::TempDir() + "cartwright-" + std::to_string(::getpid()) + "-" +
            std::to_string(number++) + std::string(ending);
    std::ofstream(path_, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::remove(path_.c_str()); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace cartwright
