#include "daemon/state/state_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace cartwright {
namespace {

constexpr std::string_view kSqliteMagic{"SQLite format 3\0", 16};

Error SystemError(std::string_view what, const std::string& path) {
  return Error{
      ErrorKind::kOutput,
      fmt::format("cannot {} {}: {}; check that state.directory exists, can be written and "
                  "has room",
                  what, path, std::generic_category().message(errno))};
}

/// An open file or folder. Closing it lets go of its lock.
class OpenFile {
 public:
  explicit OpenFile(int file) : file_(file) {}
  ~OpenFile() {
    if (file_ >= 0) {
      close(file_);
    }
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int number() const { return file_; }
  bool is_open() const { return file_ >= 0; }

 private:
  int file_;
};

Status CheckContent(const std::string& path) {
  const OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, kSqliteMagic.size()> head{};
  const ssize_t got = file.is_open() ? pread(file.number(), head.data(), head.size(), 0) : -1;
  if (got < 0) {
    return SystemError("read the state database", path);
  }
  if (got == 0) {
    return Error{ErrorKind::kOutput, fmt::format("the state database {} is empty (0 bytes): it was "
                                                 "cut or overwritten; {}",
                                                 path, kStateFileRemedy)};
  }
  if (std::string_view(head.data(), static_cast<std::size_t>(got)) != kSqliteMagic) {
    return Error{ErrorKind::kOutput,
                 fmt::format("the state database {} is damaged: it does not begin like an SQLite "
                             "file; {}",
                             path, kStateFileRemedy)};
  }
  return {};
}

Status MakeDatabase(const std::string& path) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open(path.c_str(), &opened);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, &sqlite3_close);
  if (code != SQLITE_OK ||
      sqlite3_exec(opened, "PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL;", nullptr,
                   nullptr, nullptr) != SQLITE_OK) {
    return Error{ErrorKind::kOutput,
                 fmt::format("cannot make the state database {}: {}; check that state.directory "
                             "exists, can be written and has room",
                             path, sqlite3_errmsg(opened))};
  }
  return {};
}

Status SyncFile(const std::string& path) {
  const OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return file.is_open() && fsync(file.number()) == 0 ? Status()
                                                     : SystemError("write to the disk", path);
}

/// What a crash or a deletion left over: a log without its database holds nothing that can be read.
void RemoveRemains(const std::string& path) {
  for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
    unlink((path + ending).c_str());
  }
}

}  // namespace

Result<std::string> EnsureStateFile(const std::string& directory) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  const std::string path = directory + "/cartwright.sqlite";
  const OpenFile folder(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || flock(folder.number(), LOCK_EX) != 0) {
    return SystemError("open the state folder", directory);
  }
  struct stat found{};
  if (stat(path.c_str(), &found) == 0) {
    CARTWRIGHT_TRY(CheckContent(path));
    return path;
  }
  if (errno != ENOENT) {
    return SystemError("read the state database", path);
  }
  const std::string unfinished = path + ".new";
  RemoveRemains(unfinished);
  RemoveRemains(path);
  CARTWRIGHT_TRY(MakeDatabase(unfinished));
  CARTWRIGHT_TRY(SyncFile(unfinished));
  if (rename(unfinished.c_str(), path.c_str()) != 0) {
    return SystemError("name the state database", path);
  }
  CARTWRIGHT_TRY(SyncFile(directory));
  return path;
}

}  // namespace cartwright
