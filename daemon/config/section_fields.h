#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/fields.h"
#include "daemon/config/config.h"

namespace cartwright {

/// A key that a section decodes by hand, because its value is no plain field.
struct CustomKey {
  std::string_view name;
  std::string_view sentence;
};

// The field tables: the single source of each section's keys, ranges, choices and sentences.
std::span<const Field<ShopConfig>> ShopFields();
std::span<const Field<ElasticsearchConfig>> ElasticsearchFields();
std::span<const Field<ElasticsearchConfig>> AuthFields();
std::span<const Field<ElasticsearchConfig>> TlsFields();
std::span<const Field<IndicesConfig>> IndicesFields();
std::span<const Field<IndexConfig>> IndexFields();
std::span<const Field<SourceConfig>> SourceFields();
std::span<const Field<CsvConfig>> CsvFields();
std::span<const Field<DateConfig>> DateFields();
std::span<const Field<ReturnsConfig>> ReturnsFields();
std::span<const Field<EventsConfig>> EventsFields();
std::span<const Field<SkipRule>> SkipFields();
std::span<const Field<JobConfig>> JobFields();
std::span<const Field<LimitsConfig>> LimitsFields();
std::span<const Field<StateConfig>> StateFields();
std::span<const Field<ReportsConfig>> ReportsFields();

std::span<const CustomKey> RootKeys();
std::span<const CustomKey> ElasticsearchKeys();
std::span<const CustomKey> AuthKeys();
std::span<const CustomKey> IndicesKeys();
std::span<const CustomKey> IndexKeys();
std::span<const CustomKey> SourceKeys();
std::span<const CustomKey> JobKeys();

std::vector<std::string_view> NamesOf(std::span<const CustomKey> keys);

/// One key of the configuration with its place: "sources[].csv.path".
struct KeyDescription {
  std::string path;
  std::string_view sentence;
};

/// Every key there is, sections first, except the options of the analyses (the registry has those)
/// and the names that a shop chooses itself (columns, actions, dimensions, index settings).
std::vector<KeyDescription> DescribeAllKeys();

}  // namespace cartwright
