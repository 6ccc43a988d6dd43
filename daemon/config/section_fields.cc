#include "daemon/config/section_fields.h"

namespace cartwright {
namespace {

constexpr double kKibibyte = 1024;
constexpr double kMebibyte = 1024 * kKibibyte;
constexpr double kTebibyte = 1024 * 1024 * kMebibyte;
// Elasticsearch refuses bodies above http.max_content_length, 100 MB by default.
constexpr double kLargestBulk = 90 * kMebibyte;
constexpr double kManyRows = 1e12;

constexpr std::string_view kWeekStarts[] = {"monday", "sunday"};
constexpr std::string_view kCompressions[] = {"auto", "on", "off"};
constexpr std::string_view kRepeatedKeys[] = {"supersede", "number"};
constexpr std::string_view kInGap[] = {"reject", "shift"};
constexpr std::string_view kInOverlap[] = {"reject", "earliest", "latest"};

const Field<ShopConfig> kShop[] = {
    {"name", &ShopConfig::name, "Name of the shop, shown in headings."},
    {"currency", &ShopConfig::currency, "ISO 4217 code of all amounts."},
    {"time_zone", &ShopConfig::time_zone, "IANA zone in which days, weeks and months are counted."},
    {.name = "week_starts_on",
     .member = &ShopConfig::week_starts_on,
     .sentence = "First day of a week.",
     .choices = kWeekStarts},
    {"guest_values", &ShopConfig::guest_values, "Client ids that stand for a guest."},
    {"as_of", &ShopConfig::as_of,
     "The moment reports speak of: now, latest_record, or a day (its end)."},
};

const Field<ElasticsearchConfig> kElasticsearch[] = {
    {.name = "hosts",
     .member = &ElasticsearchConfig::hosts,
     .sentence = "Base addresses of the cluster, http(s)://host[:port].",
     .required = false},
    {"connect_timeout_seconds", &ElasticsearchConfig::connect_timeout_seconds,
     "How long a connection may take to open.", 1, 300},
    {"idle_timeout_seconds", &ElasticsearchConfig::idle_timeout_seconds,
     "How long a request may go without a byte sent or received.", 1, 3600},
    {"request_timeout_seconds", &ElasticsearchConfig::request_timeout_seconds,
     "How long a whole request may take.", 1, 3600},
    {.name = "compression",
     .member = &ElasticsearchConfig::compression,
     .sentence = "Whether bodies and answers travel as gzip; auto: but for hosts on this machine.",
     .choices = kCompressions},
    {"bulk_bytes", &ElasticsearchConfig::bulk_bytes, "Size of a bulk body at which it is sent.",
     kKibibyte, kLargestBulk},
    {"bulk_documents", &ElasticsearchConfig::bulk_documents,
     "Documents in a bulk body at which it is sent.", 1, 1'000'000},
    {"bulk_linger_milliseconds", &ElasticsearchConfig::bulk_linger_milliseconds,
     "How long a partly filled bulk body waits for more documents.", 0, 3'600'000},
    {"bulk_in_flight", &ElasticsearchConfig::bulk_in_flight,
     "Bulk requests that may be under way at once to each host.", 1, 16},
    {"bulk_memory_bytes", &ElasticsearchConfig::bulk_memory_bytes,
     "Memory for all bulk bodies; a document over a quarter of it is rejected.", kMebibyte,
     kTebibyte},
    {"bulk_documents_per_second", &ElasticsearchConfig::bulk_documents_per_second,
     "Documents sent in a second; 0: as many as the cluster takes.", 0, 1e9},
    {"bulk_retry_share", &ElasticsearchConfig::bulk_retry_share,
     "Documents sent again for each sent first; more than that waits.", 0, 100},
    {"retry_total_seconds", &ElasticsearchConfig::retry_total_seconds,
     "How long one request is tried again before the run fails.", 0, 86'400},
};

const Field<ElasticsearchConfig> kAuth[] = {
    {"username", &ElasticsearchConfig::username, "User name for basic authentication."},
};

const Field<ElasticsearchConfig> kTls[] = {
    {"ca_file", &ElasticsearchConfig::ca_file,
     "PEM file of the authorities to trust; without it the system's."},
    {"fingerprint", &ElasticsearchConfig::fingerprint,
     "SHA-256 of the authority's or the server's certificate, to trust it alone."},
};

const Field<IndicesConfig> kIndices[] = {
    {"prefix", &IndicesConfig::prefix, "Leads the name of every index and alias."},
    {"keep_old", &IndicesConfig::keep_old, "Replaced physical indices that a reindex keeps.", 0,
     100},
};

const Field<IndexConfig> kIndex[] = {
    {"shards", &IndexConfig::shards, "Primary shards.", 1, 1024},
    {"replicas", &IndexConfig::replicas, "Copies of each shard.", 0, 10},
};

const Field<SourceConfig> kSource[] = {
    {.name = "name",
     .member = &SourceConfig::name,
     .sentence = "Name of the source, unique.",
     .required = true},
    {"key", &SourceConfig::key, "Columns that together name a row and make the document id."},
    {.name = "repeated_keys",
     .member = &SourceConfig::repeated_keys,
     .sentence = "Equal keys: the later row wins (supersede), or each counts (number).",
     .choices = kRepeatedKeys},
    {"version", &SourceConfig::version_column,
     "Column with the row's last change; without it the load sequence decides."},
    {"true_values", &SourceConfig::true_values, "Texts that mean true."},
    {"false_values", &SourceConfig::false_values, "Texts that mean false."},
    {"allow_negative_amounts", &SourceConfig::allow_negative_amounts,
     "Whether amounts below zero are taken instead of set aside."},
    {"orders_only", &SourceConfig::orders_only, "Every row of a sessions feed is a purchase."},
    {"promotion_separator", &SourceConfig::promotion_separator,
     "Splits several promotion ids in one field."},
};

const Field<CsvConfig> kCsv[] = {
    {.name = "path",
     .member = &CsvConfig::path,
     .sentence = "The file, relative to this one; .gz is decompressed.",
     .required = true},
    {"separator", &CsvConfig::separator, "One byte, tab, or whitespace (any run of blanks)."},
    {"header", &CsvConfig::header, "Whether the first row names the columns."},
    {"names", &CsvConfig::names, "The columns in order, where there is no header."},
    {"max_field_bytes", &CsvConfig::max_field_bytes, "Longest field.", 1, 1024 * kMebibyte},
    {"max_record_bytes", &CsvConfig::max_record_bytes, "Longest row.", 1, 1024 * kMebibyte},
};

const Field<DateConfig> kDates[] = {
    {"format", &DateConfig::format,
     "iso8601, epoch_seconds, epoch_milliseconds, or a pattern of %Y %m %d %H %M %S %f."},
    {"time_zone", &DateConfig::time_zone,
     "IANA zone of readings without an offset; without it the shop's."},
    {.name = "in_gap",
     .member = &DateConfig::in_gap,
     .sentence = "A reading that the clock skipped: reject the row, or shift to the jump.",
     .choices = kInGap},
    {.name = "in_overlap",
     .member = &DateConfig::in_overlap,
     .sentence = "A reading that came twice: reject the row, or take the earliest or latest.",
     .choices = kInOverlap},
};

const Field<ReturnsConfig> kReturns[] = {
    {"order_prefix", &ReturnsConfig::order_prefix, "Orders whose id starts so are returns."},
    {"negative_quantity", &ReturnsConfig::negative_quantity,
     "Lines with a quantity below zero are returns."},
};

const Field<EventsConfig> kEvents[] = {
    {"view", &EventsConfig::view, "Event types that mean: something was looked at."},
    {"cart", &EventsConfig::cart, "Event types that mean: put into the basket."},
    {"remove", &EventsConfig::remove, "Event types that mean: taken out of the basket."},
    {"checkout", &EventsConfig::checkout, "Event types that mean: the order screen was reached."},
    {"purchase", &EventsConfig::purchase, "Event types that mean: bought."},
    {"inactivity_minutes", &EventsConfig::inactivity_minutes,
     "Without a column for user_session: a session ends after this long without an event.", 1,
     10'080},
};

const Field<SkipRule> kSkip[] = {
    {.name = "column",
     .member = &SkipRule::column,
     .sentence = "Column that the rule looks at.",
     .required = true},
    {"equals", &SkipRule::equals, "Leaves out rows whose field is exactly this."},
    {"prefix", &SkipRule::prefix, "Leaves out rows whose field starts so."},
    {"empty", &SkipRule::empty, "Leaves out rows whose field is empty."},
    {"not_positive", &SkipRule::not_positive, "Leaves out rows whose number is zero or below."},
};

const Field<JobConfig> kJob[] = {
    {.name = "name",
     .member = &JobConfig::name,
     .sentence = "Name of the job, unique.",
     .required = true},
};

const Field<LimitsConfig> kLimits[] = {
    {"max_set_aside_rows", &LimitsConfig::max_set_aside_rows,
     "A run fails above this many rows set aside.", 0, kManyRows},
    {"max_set_aside_share", &LimitsConfig::max_set_aside_share,
     "A run fails above this share of rows set aside, once 1,000 were read.", 0, 1},
    {"max_rejected_in_a_row", &LimitsConfig::max_rejected_in_a_row,
     "A load fails when Elasticsearch rejects this many documents and writes none between.", 1,
     kManyRows},
    {"grouping_bytes", &LimitsConfig::grouping_bytes,
     "Memory for grouping rows into documents; above it, it spills to disk.", kMebibyte, kTebibyte},
    {"threads", &LimitsConfig::threads,
     "Threads that read and analyse; 0: as many as the machine has cores.", 0, 1024},
};

const Field<StateConfig> kState[] = {
    {.name = "directory",
     .member = &StateConfig::directory,
     .sentence = "Folder for checkpoints, the run log and dead letters.",
     .required = false},
};

const Field<ReportsConfig> kReports[] = {
    {"max_rows", &ReportsConfig::max_rows, "Rows in the data of one report document.", 1,
     1'000'000},
};

constexpr CustomKey kRootKeys[] = {
    {"shop", "Whose data this is and how it counts."},
    {"elasticsearch", "Where the cluster is and how it is spoken to."},
    {"indices", "Shards, replicas and settings of each index."},
    {"sources", "Where the data comes from."},
    {"analyses", "What is computed; all with defaults without this section."},
    {"schedule", "What the daemon does when."},
    {"limits", "When a run with bad rows fails, and what it may take of the machine."},
    {"state", "Where checkpoints, the run log and dead letters live."},
    {"reports", "What is published."},
};
constexpr CustomKey kElasticsearchKeys[] = {
    {"auth", "An api_key, or username and password, by reference."},
    {"tls", "How the server's certificate is checked."},
};
constexpr CustomKey kAuthKeys[] = {
    {"api_key", "Reference to an API key: {env: NAME}, {file: path} or {credential: name}."},
    {"password", "Reference to the password: {env: NAME}, {file: path} or {credential: name}."},
};
constexpr CustomKey kIndicesKeys[] = {
    {"orders", "One document a session."},
    {"downloads", "One document a customer."},
    {"reports", "One document a report and date."},
    {"report_rows", "One document a row of a report, latest and history."},
    {"customer_values", "One current document a customer, written by analyses."},
    {"runs", "One document a run."},
};
constexpr CustomKey kIndexKeys[] = {
    {"settings", "Further index settings, passed on as written."},
};
constexpr CustomKey kSourceKeys[] = {
    {"feeds", "What a row is: sessions, lines, customers or events."},
    {"csv", "A CSV file."},
    {"columns", "Record field: column of the source."},
    {"actions", "Further yes/no columns of sessions, or date columns of customers."},
    {"dimensions", "Columns to group by."},
    {"dates", "How the source writes dates."},
    {"returns", "Which lines or orders are returned or cancelled."},
    {"events", "How events write their kinds, and when a session ends."},
    {"skip", "Rows to leave out; any rule that holds leaves out."},
};
constexpr CustomKey kJobKeys[] = {
    {"every", "How often: 30s, 15m, 1h, 1d."},
    {"load", "Sources to load: all, or a list of names."},
    {"analyse", "Analyses to run: all, or a list of names."},
    {"dimensions", "all: also one report a dimension value; none: not."},
};

class KeyCollector {
 public:
  template <class T>
  void AddFields(std::string_view section, std::span<const Field<T>> fields) {
    for (const Field<T>& field : fields) {
      Add(section, field.name, field.sentence);
    }
  }
  void AddKeys(std::string_view section, std::span<const CustomKey> keys) {
    for (const CustomKey& key : keys) {
      Add(section, key.name, key.sentence);
    }
  }
  std::vector<KeyDescription> Take() { return std::move(keys_); }

 private:
  void Add(std::string_view section, std::string_view name, std::string_view sentence) {
    std::string path(section);
    path += section.empty() ? "" : ".";
    keys_.push_back({path + std::string(name), sentence});
  }
  std::vector<KeyDescription> keys_;
};

}  // namespace

std::span<const Field<ShopConfig>> ShopFields() { return kShop; }
std::span<const Field<ElasticsearchConfig>> ElasticsearchFields() { return kElasticsearch; }
std::span<const Field<ElasticsearchConfig>> AuthFields() { return kAuth; }
std::span<const Field<ElasticsearchConfig>> TlsFields() { return kTls; }
std::span<const Field<IndicesConfig>> IndicesFields() { return kIndices; }
std::span<const Field<IndexConfig>> IndexFields() { return kIndex; }
std::span<const Field<SourceConfig>> SourceFields() { return kSource; }
std::span<const Field<CsvConfig>> CsvFields() { return kCsv; }
std::span<const Field<DateConfig>> DateFields() { return kDates; }
std::span<const Field<ReturnsConfig>> ReturnsFields() { return kReturns; }
std::span<const Field<EventsConfig>> EventsFields() { return kEvents; }
std::span<const Field<SkipRule>> SkipFields() { return kSkip; }
std::span<const Field<JobConfig>> JobFields() { return kJob; }
std::span<const Field<LimitsConfig>> LimitsFields() { return kLimits; }
std::span<const Field<StateConfig>> StateFields() { return kState; }
std::span<const Field<ReportsConfig>> ReportsFields() { return kReports; }

std::span<const CustomKey> RootKeys() { return kRootKeys; }
std::span<const CustomKey> ElasticsearchKeys() { return kElasticsearchKeys; }
std::span<const CustomKey> AuthKeys() { return kAuthKeys; }
std::span<const CustomKey> IndicesKeys() { return kIndicesKeys; }
std::span<const CustomKey> IndexKeys() { return kIndexKeys; }
std::span<const CustomKey> SourceKeys() { return kSourceKeys; }
std::span<const CustomKey> JobKeys() { return kJobKeys; }

std::vector<std::string_view> NamesOf(std::span<const CustomKey> keys) {
  std::vector<std::string_view> names;
  for (const CustomKey& key : keys) {
    names.push_back(key.name);
  }
  return names;
}

std::vector<KeyDescription> DescribeAllKeys() {
  KeyCollector keys;
  keys.AddKeys("", RootKeys());
  keys.AddFields("shop", ShopFields());
  keys.AddFields("elasticsearch", ElasticsearchFields());
  keys.AddKeys("elasticsearch", ElasticsearchKeys());
  keys.AddFields("elasticsearch.auth", AuthFields());
  keys.AddKeys("elasticsearch.auth", AuthKeys());
  keys.AddFields("elasticsearch.tls", TlsFields());
  keys.AddFields("indices", IndicesFields());
  keys.AddKeys("indices", IndicesKeys());
  for (const CustomKey& index : IndicesKeys()) {
    const std::string section = "indices." + std::string(index.name);
    keys.AddFields(section, IndexFields());
    keys.AddKeys(section, IndexKeys());
  }
  keys.AddFields("sources[]", SourceFields());
  keys.AddKeys("sources[]", SourceKeys());
  keys.AddFields("sources[].csv", CsvFields());
  keys.AddFields("sources[].dates", DateFields());
  keys.AddFields("sources[].returns", ReturnsFields());
  keys.AddFields("sources[].events", EventsFields());
  keys.AddFields("sources[].skip[]", SkipFields());
  keys.AddFields("schedule[]", JobFields());
  keys.AddKeys("schedule[]", JobKeys());
  keys.AddFields("limits", LimitsFields());
  keys.AddFields("state", StateFields());
  keys.AddFields("reports", ReportsFields());
  return keys.Take();
}

}  // namespace cartwright
