#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/clock.h"
#include "daemon/config/config.h"

namespace cartwright {

/// Secrets from this process's environment and files.
class SystemSecrets final : public SecretSource {
 public:
  std::optional<std::string> Environment(std::string_view name) const override;
  Result<std::string> File(std::string_view path) const override;
};

/// Turns SIGINT and SIGTERM into a wish to stop: work in hand is finished. A second signal ends the
/// process at once. Call once, before threads start.
void CatchStopSignals();
/// Whether a stop was asked for.
bool StopWasRequested();
/// Sleeps until `wake` (epoch milliseconds of the system clock) or until a stop is asked for.
void SleepUntil(EpochMillis wake);

}  // namespace cartwright
