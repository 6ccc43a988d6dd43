#pragma once

#include <string>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/state/dead_letter.h"

namespace cartwright {

/// A letter as one line of JSON: what `dead-letters list --json` prints and `replay --from` reads.
std::string LetterJson(const DeadLetter& letter);

/// `ID file:line: column: reason (value "…"); remedy`, one line.
std::string LetterLine(const DeadLetter& letter);

/// Everything that is kept of a letter, a line each, its bytes escaped.
std::string LetterText(const DeadLetter& letter);

/// The bytes as they were read. Errors: kInternal when what was kept is no base64.
Result<std::string> LetterBytes(const DeadLetter& letter);

/// What `replay --from` takes out of a line of JSON.
struct MendedLetter {
  std::int64_t id = 0;
  std::string raw;
  bool raw_is_base64 = false;
};

/// Reads lines of JSON as LetterJson writes them; other members are passed over. `name` is what
/// messages call the text. Errors: kUsage naming the line.
Result<std::vector<MendedLetter>> ReadMendedLetters(const std::string& text,
                                                    const std::string& name);

}  // namespace cartwright
