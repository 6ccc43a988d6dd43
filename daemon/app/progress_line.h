#pragma once

#include <string>

#include "daemon/base/progress.h"

namespace cartwright {

/// One line about a phase that has run for `seconds`:
/// "reading orders.csv  [######--------------]  31 %  120,000  61,000/s  about 4 s left".
///
/// `columns` > 0 is a terminal's width: the line fits into it (a long phase loses its beginning, a
/// narrow terminal the bar) and draws a bar. 0 is a log: no bar. What is not known yet is left out.
std::string ProgressLine(const ProgressPoint& point, double seconds, int columns);

}  // namespace cartwright
