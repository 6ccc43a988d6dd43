#pragma once

#include <span>
#include <string_view>

#include "analyses/report/report.h"

namespace cartwright {

/// Makes those of `columns` that the report has null and warns "no source gives `what`; not
/// available: …": zero would be a claim about what nobody recorded.
void HideColumns(Report& report, std::string_view what, std::span<const std::string_view> columns);

}  // namespace cartwright
