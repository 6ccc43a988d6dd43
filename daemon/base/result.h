#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace cartwright {

/// What the caller should do about an error. Each kind has one process exit code (ExitCode).
enum class ErrorKind {
  kUsage,        ///< The command line is wrong: exit 64.
  kData,         ///< Input data is bad beyond the allowed budget: exit 65.
  kUnavailable,  ///< A server cannot be reached or answers that it cannot serve now: exit 69.
  kInternal,     ///< A bug of ours: exit 70.
  kOutput,       ///< Output cannot be written: exit 73.
  kTransient,    ///< Trying again later may help: exit 75.
  kPermission,   ///< Refused by the server or the system: exit 77.
  kConfig,       ///< The configuration is wrong: exit 78.
  kPermanent,    ///< This job cannot succeed as asked; others may: exit 1.
  kCancelled,    ///< The user or the system asked to stop: exit 130.
};

/// An error as a value. `message` says what failed, where (file, line, column, path, index), the
/// value last, and what to do where that is known. One line unless it lists several findings.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
};

/// The sysexits code of a kind.
int ExitCode(ErrorKind kind);

/// A value or an Error, with the method names of std::expected so that it can become one.
template <class T>
class [[nodiscard]] Result {
 public:
  // NOLINTBEGIN(google-explicit-constructor): a value and an error are results.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

/// Success or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace cartwright

#define CARTWRIGHT_CONCAT_(a, b) a##b
#define CARTWRIGHT_CONCAT(a, b) CARTWRIGHT_CONCAT_(a, b)

/// Returns the error of `expression` (a Result of any type) from the enclosing function, if any.
#define CARTWRIGHT_TRY(expression) \
  CARTWRIGHT_TRY_(CARTWRIGHT_CONCAT(cartwright_result_, __COUNTER__), expression)
#define CARTWRIGHT_TRY_(result, expression)                  \
  do {                                                       \
    auto result = (expression);                              \
    if (!result) {                                           \
      return ::cartwright::Error(std::move(result).error()); \
    }                                                        \
  } while (false)

/// Declares `declaration` from the value of `expression`, or returns its error.
#define CARTWRIGHT_ASSIGN(declaration, expression) \
  CARTWRIGHT_ASSIGN_(CARTWRIGHT_CONCAT(cartwright_result_, __COUNTER__), declaration, expression)
#define CARTWRIGHT_ASSIGN_(result, declaration, expression) \
  auto result = (expression);                               \
  if (!result) {                                            \
    return ::cartwright::Error(std::move(result).error());  \
  }                                                         \
  declaration = std::move(result).value()
