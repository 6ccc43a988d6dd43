#pragma once

#include <string>

#include "daemon/base/clock.h"
#include "daemon/ingest/document_layout.h"
#include "indexers/record/record.h"

namespace cartwright {

/// Appends the document of `orders` for a record: one line of compact JSON without its newline.
/// Missing values are left out; dates are UTC instants; amounts are decimal text.
void AppendOrderDocument(const SessionRecord& record, const DocumentLayout& layout,
                         EpochMillis ingested_at, std::string& out);

/// Appends the document of `downloads` for a record, in the same form.
void AppendCustomerDocument(const CustomerRecord& record, const DocumentLayout& layout,
                            EpochMillis ingested_at, std::string& out);

}  // namespace cartwright
