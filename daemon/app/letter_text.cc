#include "daemon/app/letter_text.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "daemon/base/base64.h"
#include "daemon/base/calendar.h"
#include "indexers/shape/set_aside.h"

namespace cartwright {
namespace {

std::string Where(const DeadLetter& letter) {
  return fmt::format("{}:{}", letter.file, letter.line);
}

std::string Fate(const DeadLetter& letter) {
  return letter.is_open() ? "open"
                          : fmt::format("{} by run {}", letter.outcome, letter.outcome_run);
}

/// `name  text`, nothing when the text is empty.
void AddLine(std::string& out, const char* name, const std::string& text) {
  if (!text.empty()) {
    out += fmt::format("  {:<12} {}\n", name, text);
  }
}

}  // namespace

std::string LetterJson(const DeadLetter& letter) {
  nlohmann::ordered_json json = {{"id", letter.id},
                                 {"run_id", letter.run_id},
                                 {"at", FormatInstant(letter.at)},
                                 {"source", letter.source},
                                 {"file", letter.file},
                                 {"line", letter.line},
                                 {"fingerprint", letter.fingerprint},
                                 {"column", letter.column},
                                 {"value", letter.value},
                                 {"code", letter.code},
                                 {"reason", letter.reason},
                                 {"remedy", letter.remedy},
                                 {"key", letter.document_key},
                                 {"attempts", letter.attempts},
                                 {"outcome", letter.is_open() ? "open" : letter.outcome}};
  if (!letter.is_open()) {
    json["outcome_run"] = letter.outcome_run;
  }
  if (letter.is_document()) {
    json["document_of"] = letter.document_of;
  } else {
    json["columns"] = letter.columns;
  }
  json["version"] = letter.version;
  if (letter.server_status != 0) {
    json["server"] = {{"status", letter.server_status},
                      {"type", letter.server_type},
                      {"reason", letter.server_reason}};
  }
  json["raw_is_base64"] = letter.raw_is_base64;
  json["raw_is_cut"] = letter.raw_is_cut;
  json["raw"] = letter.raw;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string LetterLine(const DeadLetter& letter) {
  SetAside row;
  row.file = letter.file;
  row.position.line = letter.line;
  row.column = letter.column;
  row.reason = letter.reason;
  row.value = letter.value;
  row.remedy = letter.remedy;
  return fmt::format("{} {}{}", letter.id, row.Text(),
                     letter.is_open() ? "" : fmt::format(" [{}]", letter.outcome));
}

Result<std::string> LetterBytes(const DeadLetter& letter) {
  if (!letter.raw_is_base64) {
    return letter.raw;
  }
  std::optional<std::string> bytes = DecodeBase64(letter.raw);
  if (!bytes) {
    return Error{ErrorKind::kInternal,
                 fmt::format("the bytes of dead letter {} are no base64", letter.id)};
  }
  return std::move(*bytes);
}

std::string LetterText(const DeadLetter& letter) {
  std::string out = fmt::format("dead letter {}: {}, set aside {} time{}\n", letter.id,
                                Fate(letter), letter.attempts, letter.attempts == 1 ? "" : "s");
  AddLine(out, "run", fmt::format("{} at {}", letter.run_id, FormatInstant(letter.at)));
  AddLine(out, "source", letter.source);
  AddLine(out, "where", Where(letter));
  AddLine(out, "file was", letter.fingerprint);
  AddLine(out, "column", EscapeBytes(letter.column));
  AddLine(out, "value", letter.value.empty() ? "" : fmt::format("\"{}\"", letter.value));
  AddLine(out, "code", letter.code);
  AddLine(out, "reason", letter.reason);
  AddLine(out, "remedy", letter.remedy);
  AddLine(out, "key", EscapeBytes(letter.document_key));
  if (letter.server_status != 0) {
    AddLine(
        out, "server",
        fmt::format("{} {}: {}", letter.server_status, letter.server_type, letter.server_reason));
  }
  AddLine(out, "document of", letter.document_of);
  AddLine(out, "version", letter.version == 0 ? "" : fmt::format("{}", letter.version));
  AddLine(out, "columns", EscapeBytes(fmt::format("{}", fmt::join(letter.columns, ", "))));
  const Result<std::string> bytes = LetterBytes(letter);
  AddLine(out, "raw",
          bytes ? fmt::format("\"{}\"{} ({} bytes)", EscapeBytes(*bytes),
                              letter.raw_is_cut ? "…, cut" : "", bytes->size())
                : bytes.error().message);
  return out;
}

Result<std::vector<MendedLetter>> ReadMendedLetters(const std::string& text,
                                                    const std::string& name) {
  std::vector<MendedLetter> letters;
  std::istringstream lines(text);
  std::string line;
  for (std::int64_t number = 1; std::getline(lines, line); ++number) {
    if (line.empty()) {
      continue;
    }
    const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
    const bool is_letter = json.is_object() && json.contains("id") &&
                           json["id"].is_number_integer() && json.contains("raw") &&
                           json["raw"].is_string();
    if (!is_letter) {
      return Error{ErrorKind::kUsage,
                   fmt::format("{}:{}: not a letter as dead-letters list --json prints it: a JSON "
                               "object on one line with \"id\" and \"raw\"",
                               name, number)};
    }
    const nlohmann::json base64 = json.value("raw_is_base64", nlohmann::json(false));
    letters.push_back({json["id"].get<std::int64_t>(), json["raw"].get<std::string>(),
                       base64.is_boolean() && base64.get<bool>()});
  }
  return letters;
}

}  // namespace cartwright
