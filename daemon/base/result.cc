#include "daemon/base/result.h"

namespace cartwright {

int ExitCode(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return 64;
    case ErrorKind::kData:
      return 65;
    case ErrorKind::kUnavailable:
      return 69;
    case ErrorKind::kInternal:
      return 70;
    case ErrorKind::kOutput:
      return 73;
    case ErrorKind::kTransient:
      return 75;
    case ErrorKind::kPermission:
      return 77;
    case ErrorKind::kConfig:
      return 78;
    case ErrorKind::kPermanent:
      return 1;
    case ErrorKind::kCancelled:
      return 130;
  }
  return 70;
}

}  // namespace cartwright
