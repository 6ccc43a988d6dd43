#include "daemon/demo/csv_file.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

Error WriteError(const std::string& path, int fault) {
  return Error{ErrorKind::kOutput,
               "cannot write " + path + ": " + std::generic_category().message(fault)};
}

}  // namespace

Result<CsvFile> CsvFile::Create(const std::string& path, std::string_view header) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return WriteError(path, errno);
  }
  CsvFile csv(path, file);
  // The buffer of our own is the only one.
  std::setvbuf(file, nullptr, _IONBF, 0);
  csv.buffer_.reserve(kBufferBytes + 4096);
  csv.buffer_.append(header).push_back('\n');
  return csv;
}

void CsvFile::EndRow() {
  buffer_.push_back('\n');
  ++rows_;
  if (buffer_.size() >= kBufferBytes) {
    Flush();
  }
}

void CsvFile::Integer(std::int64_t value) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  buffer_.append(text.data(), end);
}

void CsvFile::Numbered(char prefix, std::int64_t number, int digits) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  const auto length = end - text.data();
  buffer_.push_back(prefix);
  if (length < digits) {
    buffer_.append(static_cast<std::size_t>(digits - length), '0');
  }
  buffer_.append(text.data(), end);
}

void CsvFile::Cents(std::int64_t cents) {
  CARTWRIGHT_CHECK(cents >= 0, "the demo shop has no negative amounts");
  Integer(cents / 100);
  const auto rest = static_cast<int>(cents % 100);
  buffer_.push_back('.');
  buffer_.push_back(static_cast<char>('0' + rest / 10));
  buffer_.push_back(static_cast<char>('0' + rest % 10));
}

void CsvFile::Flush() {
  if (fault_ == 0 &&
      std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size()) {
    fault_ = errno;
  }
  buffer_.clear();
}

Status CsvFile::Close() {
  Flush();
  if (std::fclose(file_.release()) != 0 && fault_ == 0) {
    fault_ = errno;
  }
  if (fault_ != 0) {
    return WriteError(path_, fault_);
  }
  return {};
}

std::string QuotedCsvField(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted.append(c == '"' ? 2 : 1, c);
  }
  quoted.push_back('"');
  return quoted;
}

}  // namespace cartwright
