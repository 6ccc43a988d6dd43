#pragma once

#include <string>

#include "daemon/base/result.h"

namespace cartwright {

/// What to do about a state file that cannot be used, for the end of a message.
inline constexpr const char* kStateFileRemedy =
    "restore it from a backup, or move it away together with its -wal and -shm files: the next run "
    "starts a new one, reads the sources again and writes newer versions than before; only the run "
    "log and the dead letters are lost";

/// The path of `directory/cartwright.sqlite`, which exists on return: an older file as it is, or a
/// new empty database. A new one is written under another name, synced and then renamed, so a crash
/// never leaves a part of it under its own name. Two processes may ask at once.
/// Errors: kOutput when the folder cannot be written, or when the file is empty or no SQLite file.
Result<std::string> EnsureStateFile(const std::string& directory);

}  // namespace cartwright
