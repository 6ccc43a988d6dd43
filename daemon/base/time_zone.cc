// The only file that sees the Hinnant date library: it turns a zone into our offset table.
#include <date/tz.h>
#include <fmt/core.h>

#include <chrono>
#include <stdexcept>

#include "daemon/base/calendar.h"

namespace cartwright {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kEndYear = 2200;

date::sys_seconds StartOfYear(int year) { return date::sys_days{date::year{year} / 1 / 1}; }

}  // namespace

TimeZone TimeZone::Utc() {
  TimeZone zone;
  zone.name_ = "UTC";
  zone.spans_.push_back({0, 0});
  return zone;
}

Result<TimeZone> TimeZone::Find(std::string_view iana_name) {
  TimeZone zone;
  zone.name_ = std::string(iana_name);
  try {
    const date::time_zone* found = date::locate_zone(zone.name_);
    date::sys_seconds at = StartOfYear(kFirstYear);
    while (at < StartOfYear(kEndYear)) {
      const date::sys_info info = found->get_info(at);
      const std::int64_t offset =
          std::chrono::duration_cast<std::chrono::milliseconds>(info.offset).count();
      if (zone.spans_.empty() || zone.spans_.back().offset != offset) {
        zone.spans_.push_back({at.time_since_epoch().count() * 1000, offset});
      }
      at = info.end;
    }
  } catch (const std::exception&) {
    return Error{ErrorKind::kConfig,
                 fmt::format("unknown time zone \"{}\"; use an IANA name such as Europe/Berlin "
                             "(abbreviations such as CST are ambiguous)",
                             iana_name)};
  }
  return zone;
}

}  // namespace cartwright
