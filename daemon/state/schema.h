#pragma once

#include "daemon/base/result.h"

namespace cartwright {

class SqliteDatabase;

/// Brings the tables of a state file up to this version, one step after another in one transaction:
/// all or nothing. Errors: kOutput for a file of a newer version or of another program, which is
/// left as it is; and those of writing.
Status Migrate(SqliteDatabase& database);

}  // namespace cartwright
