#include "daemon/app/pass.h"

#include <fmt/core.h>

#include <algorithm>

#include "analyses/data_overview/load_overview.h"
#include "daemon/app/direct_tables.h"
#include "daemon/app/environment.h"
#include "daemon/app/index_plan.h"
#include "daemon/app/receipt_index.h"
#include "daemon/elastic/hit_page.h"
#include "daemon/elastic/point_in_time.h"
#include "daemon/ingest/dead_letter_keeper.h"
#include "daemon/load/hit_tables.h"
#include "daemon/load/records.h"

namespace cartwright {
namespace {

bool Runs(const AnalysisPlan& plan, std::string_view name) {
  return std::any_of(plan.analyses.begin(), plan.analyses.end(),
                     [name](const AnalysisConfig& analysis) { return analysis.name == name; });
}

/// The books of these sources as their report takes them.
std::vector<SourceRows> SourcesOf(const Books& books, const std::vector<std::size_t>& loaded) {
  std::vector<SourceRows> sources;
  for (const std::size_t index : loaded) {
    const SourceBook& book = books.sources[index];
    sources.push_back(
        {book.name, book.read, book.used, book.superseded, book.set_aside, book.filtered, {}});
    for (const SetAsideReason& reason : book.reasons) {
      sources.back().reasons.push_back({reason.code, reason.column, reason.rows});
    }
  }
  return sources;
}

/// One pass in hand: its receipt, its state, its progress.
class Pass {
 public:
  Pass(const Shop& shop, const PassRequest& request, Console& console, StateStore state)
      : shop_(shop), request_(request), console_(console), state_(std::move(state)) {
    receipt_.started_at = clock_.Now();
    receipt_.run_id = MakeRunId(receipt_.started_at);
    receipt_.kind = request.kind;
    receipt_.generator = shop.generator;
  }

  Status Begin() {
    return state_.StartRun(
        {receipt_.run_id, receipt_.kind, "running", receipt_.started_at, {}, {}});
  }

  /// Waits for reindexes to end; nothing may be written to the server before. Ends with the pass.
  Status TakeLease(Transport& transport);
  Status Online(Transport& transport);
  Status Offline(const std::string& directory);

  /// Keeps the receipt; `transport` may be null. Returns the receipt, or the error of the pass.
  Result<Receipt> End(Status outcome, Transport* transport);

 private:
  std::vector<std::size_t> SourcesToLoad() const {
    std::vector<std::string> names = request_.sources;
    if (names.empty()) {
      for (const SourceConfig& source : shop_.config.sources) {
        names.push_back(source.name);
      }
    }
    return WholeSources(shop_.config, names);
  }

  LoadJob Job() {
    return {shop_.config,
            shop_.layout,
            state_,
            receipt_.run_id,
            receipt_.started_at,
            SourcesToLoad(),
            SourceOpener(shop_.config),
            ShowProgress(),
            [this] { return Stopped(); },
            [this](const std::string& note) { console_.Info(note); }};
  }

  /// Logical names of the indices that the pass writes to.
  std::vector<std::string> Written() const;
  bool Stopped() const { return StopWasRequested() || (lease_ != nullptr && lease_->lost()); }

  Progress ShowProgress() {
    return [this](const ProgressPoint& point) { console_.Progress(point); };
  }

  /// Runs `step` and adds its wall time to `millis`.
  template <class Step>
  auto Timed(std::int64_t& millis, Step step) {
    const EpochMillis before = clock_.Now();
    auto result = step();
    millis += clock_.Now() - before;
    return result;
  }

  Result<Publication> Analyse(const ShopTables& tables, PublishContext& context);
  Status SpareNewerReports(Transport& transport, DayNumber date, Publication& publication);
  Result<Publication> RunPlan(const ShopTables& tables, const ShopCalendar& calendar);
  Result<ShopTables> ShapeTables();

  const Shop& shop_;
  const PassRequest& request_;
  Console& console_;
  StateStore state_;
  SystemClock clock_;
  Receipt receipt_;
  std::unique_ptr<LeaseKeeper> lease_;
};

std::vector<std::string> Pass::Written() const {
  std::vector<std::string> names{"runs"};
  if (request_.load) {
    const std::vector<std::size_t> sources = SourcesToLoad();
    if (FeedsOrders(shop_.config, sources)) {
      names.emplace_back("orders");
    }
    if (FeedsDownloads(shop_.config, sources)) {
      names.emplace_back("downloads");
    }
  }
  if (request_.analyse) {
    for (const char* name :
         {"reports", "report-rows-latest", "report-rows-history", "customer-values"}) {
      names.emplace_back(name);
    }
  }
  return names;
}

Status Pass::TakeLease(Transport& transport) {
  bool waited = false;
  const auto show = [&](const std::string& status) {
    return state_.FinishRun({receipt_.run_id, receipt_.kind, status, receipt_.started_at, {}, {}});
  };
  Status shown;
  OnLeaseWait waiting;
  if (request_.waits_for_reindex) {
    waiting = [&](const Lease& reindex) {
      waited = true;
      console_.Info(fmt::format("waiting for the reindex of {}", DescribeLease(reindex)));
      shown = show("reindexing");
    };
  }
  CARTWRIGHT_ASSIGN(lease_, TakeLoadLease(shop_, transport, receipt_.run_id, Written(), waiting));
  if (waited) {
    CARTWRIGHT_TRY(shown);
    CARTWRIGHT_TRY(show("running"));
  }
  // After the wait: what is loaded now must be newer than what the reindex has loaded.
  CARTWRIGHT_ASSIGN(receipt_.load_sequence, state_.NextLoadSequence(clock_.Now()));
  return {};
}

Result<Publication> Pass::RunPlan(const ShopTables& tables, const ShopCalendar& calendar) {
  CARTWRIGHT_ASSIGN(const AnalysisPlan plan,
                    PlanAnalyses(shop_.config, request_.analyses, request_.all_dimensions));
  CARTWRIGHT_ASSIGN(Analysed analysed, RunAnalyses(shop_, plan, tables, calendar, ShowProgress()));
  Publication publication{std::move(analysed.reports), {}};
  if (receipt_.books.closed && Runs(plan, "data_overview")) {
    Report load = LoadOverview(SourcesOf(receipt_.books, SourcesToLoad()));
    CARTWRIGHT_TRY(shop_.catalogue.Check(load));
    publication.reports.insert(publication.reports.begin(), TimedReport{std::move(load), 0});
  }
  if (request_.analyses.empty()) {
    publication.customer_reports = std::move(analysed.customer_reports);
  } else if (!analysed.customer_reports.empty()) {
    // A document of customer-values has the fields of every analysis of customer grain and is
    // written as a whole: those that were not asked for are needed too.
    CARTWRIGHT_ASSIGN(const AnalysisPlan all, PlanAnalyses(shop_.config, {}, false));
    CARTWRIGHT_ASSIGN(Analysed everything,
                      RunAnalyses(shop_, all, tables, calendar, ShowProgress()));
    publication.customer_reports = std::move(everything.customer_reports);
  }
  return publication;
}

Result<Publication> Pass::Analyse(const ShopTables& tables, PublishContext& context) {
  receipt_.tables = MemoryOf(tables);
  context.run_id = receipt_.run_id;
  context.generator = receipt_.generator;
  context.generated_at = clock_.Now();
  context.calendar = shop_.Calendar(receipt_.started_at, LatestRecord(tables));
  context.currency = shop_.config.shop.currency;
  context.currency_exponent = shop_.currency_exponent;
  context.max_rows = shop_.config.reports.max_rows;
  return Timed(receipt_.analyse_ms, [&] { return RunPlan(tables, context.calendar); });
}

Status Pass::SpareNewerReports(Transport& transport, DayNumber date, Publication& publication) {
  if (!shop_.looks_back) {
    return {};
  }
  CARTWRIGHT_ASSIGN(const std::optional<DayNumber> newest, NewestReportDate(shop_, transport));
  if (newest && *newest > date) {
    publication.history_only = true;
    console_.Info(fmt::format("reports of {} are published: {} and {} keep speaking of them",
                              FormatDay(*newest), shop_.Alias("report-rows-latest"),
                              shop_.Alias("customer-values")));
  }
  return {};
}

Status Pass::Online(Transport& transport) {
  std::vector<std::string> created;
  CARTWRIGHT_TRY(EnsureIndices(shop_, transport, receipt_.started_at, created));
  for (const std::string& name : created) {
    console_.Info(fmt::format("created the index {}", name));
  }
  if (request_.load) {
    const LoadTarget target{transport, shop_.Bulk(), receipt_.load_sequence, shop_.Alias("orders"),
                            shop_.Alias("downloads")};
    const LoadJob job = Job();
    CARTWRIGHT_TRY(Timed(receipt_.load_ms,
                         [&] { return LoadIntoElasticsearch(job, target, receipt_.books); }));
  }
  if (!request_.analyse) {
    return {};
  }
  CARTWRIGHT_ASSIGN(const ShopTables tables, Timed(receipt_.read_back_ms, [&] {
                      return ReadTables(shop_, transport, ShowProgress(),
                                        receipt_.read_back.emplace());
                    }));
  PublishContext context;
  CARTWRIGHT_ASSIGN(Publication publication, Analyse(tables, context));
  CARTWRIGHT_TRY(SpareNewerReports(transport, context.calendar.AsOfDay(), publication));
  CARTWRIGHT_ASSIGN(receipt_.published, Timed(receipt_.publish_ms, [&] {
                      return PublishReports(shop_, transport, publication, context,
                                            receipt_.load_sequence);
                    }));
  return {};
}

Result<ShopTables> Pass::ShapeTables() {
  const LoadJob job = Job();
  CARTWRIGHT_ASSIGN(std::optional<DirectTables> direct,
                    ReadDirectly(job, shop_.TablesLayout(), shop_.zone, kDirectPartBytes));
  if (direct) {
    receipt_.books.sources = std::move(direct->sources);
    receipt_.books.closed = true;
    CARTWRIGHT_TRY(receipt_.books.Check());
    return std::move(direct->tables);
  }
  DeadLetterKeeper keeper(job, receipt_.load_sequence);
  CARTWRIGHT_ASSIGN(ShopShaper shaper, ReadSources(job, keeper));
  ShopTablesBuilder builder(shop_.TablesLayout(), shop_.zone);
  RecordAdder adder(builder);
  CARTWRIGHT_TRY(
      shaper.EmitSessions([&adder](const SessionRecord& record, std::span<const RowRef>) -> Status {
        adder.AddSession(record);
        return {};
      }));
  CARTWRIGHT_TRY(shaper.EmitCustomers(
      [&adder](const CustomerRecord& record, std::span<const RowRef>) -> Status {
        adder.AddCustomer(record);
        return {};
      }));
  CARTWRIGHT_TRY(keeper.status());
  receipt_.books.sources = ShapedBooks(job, shaper);
  AddReasons(keeper, receipt_.books.sources);
  receipt_.books.closed = true;
  CARTWRIGHT_TRY(receipt_.books.Check());
  return std::move(builder).Finish();
}

Status Pass::Offline(const std::string& directory) {
  state_.Begin();
  Result<ShopTables> tables = Timed(receipt_.load_ms, [this] { return ShapeTables(); });
  CARTWRIGHT_TRY(state_.Commit());
  CARTWRIGHT_TRY(tables);
  PublishContext context;
  CARTWRIGHT_ASSIGN(const Publication publication, Analyse(*tables, context));
  CARTWRIGHT_ASSIGN(receipt_.published, Timed(receipt_.publish_ms, [&] {
                      return WriteReportFiles(directory, publication, context);
                    }));
  return {};
}

Result<Receipt> Pass::End(Status outcome, Transport* transport) {
  console_.EndPhase();
  if (!outcome && lease_ != nullptr && lease_->lost()) {
    outcome = Error{ErrorKind::kTransient,
                    fmt::format("run {} could not renew its lease in time, so that a reindex may "
                                "have begun; it stopped, run again ({})",
                                receipt_.run_id, outcome.error().message)};
  }
  receipt_.finished_at = clock_.Now();
  receipt_.status = outcome ? "ok" : "failed";
  receipt_.error = outcome ? "" : outcome.error().message;
  const std::string json = ReceiptJson(receipt_);
  const Status kept = state_.FinishRun({receipt_.run_id, receipt_.kind, receipt_.status,
                                        receipt_.started_at, receipt_.finished_at, json});
  // Without a lease `runs` may be on its way to another index.
  if (transport != nullptr && lease_ != nullptr && !lease_->lost()) {
    const Status indexed = IndexReceipt(shop_, *transport, receipt_);
    if (outcome && !indexed) {
      return Error{indexed.error().kind,
                   fmt::format("the run succeeded but its receipt could not be indexed in {}: {}",
                               shop_.Alias("runs"), indexed.error().message)};
    }
  }
  if (!outcome && !receipt_.books.sources.empty()) {
    console_.Info(ReceiptText(receipt_));
  }
  CARTWRIGHT_TRY(outcome);
  CARTWRIGHT_TRY(kept);
  return receipt_;
}

}  // namespace

Result<ShopTables> ReadTables(const Shop& shop, Transport& transport, const Progress& progress,
                              ReadBackBook& book) {
  HitTables tables(shop.TablesLayout(), shop.zone);
  ReadRequest orders;
  orders.index = shop.Alias("orders");
  // For progress only; what is read is checked against the count of the view itself.
  CARTWRIGHT_ASSIGN(const std::int64_t expected, IndexAdmin(transport).Count(orders.index, ""));
  std::int64_t read = 0;
  // Two even of one shard: the server works on both at once.
  orders.slices =
      static_cast<int>(std::clamp<std::int64_t>(shop.config.indices.orders.shards, 2, 4));
  CARTWRIGHT_TRY(ReadPointInTime(transport, orders, [&](const HitPage& page) -> Status {
    if (StopWasRequested()) {
      return Error{ErrorKind::kCancelled, "stopped while reading back; nothing was published"};
    }
    CARTWRIGHT_TRY(
        tables.AddPage([&page](std::size_t share, std::size_t shares, HitDecoder& decoder) {
          return page.EachOf(share, shares, [&decoder](const Hit& hit) {
            return decoder.AddOrder(hit.id, hit.source);
          });
        }));
    read += static_cast<std::int64_t>(page.size());
    progress({"reading back " + orders.index, read,
              static_cast<double>(read) / static_cast<double>(std::max(expected, read))});
    return {};
  }));

  ReadRequest downloads;
  downloads.index = shop.Alias("downloads");
  const auto add_page = [&tables](const HitPage& page) {
    return tables.AddPage([&page](std::size_t share, std::size_t shares, HitDecoder& decoder) {
      return page.EachOf(share, shares, [&decoder](const Hit& hit) {
        return decoder.AddCustomer(hit.id, hit.source);
      });
    });
  };
  CARTWRIGHT_ASSIGN(const std::int64_t customers, ReadPointInTime(transport, downloads, add_page));
  book = {read + customers, tables.deleted()};
  return std::move(tables).Finish();
}

Result<Receipt> RunPass(const Shop& shop, const PassRequest& request, Console& console) {
  CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(shop.config.state.directory));
  Pass pass(shop, request, console, std::move(state));
  CARTWRIGHT_TRY(pass.Begin());
  Result<std::unique_ptr<Transport>> transport = Transport::Create(shop.Elastic(request.kind));
  if (!transport) {
    return pass.End(transport.error(), nullptr);
  }
  const Result<ServerInfo> server = IndexAdmin(**transport).ProbeServer();
  if (!server) {
    return pass.End(server.error(), nullptr);
  }
  Status outcome = pass.TakeLease(**transport);
  if (outcome) {
    outcome = pass.Online(**transport);
  }
  return pass.End(std::move(outcome), transport->get());
}

Result<Receipt> RunOffline(const Shop& shop, const PassRequest& request,
                           const std::string& directory, Console& console) {
  CARTWRIGHT_ASSIGN(StateStore state, StateStore::Open(shop.config.state.directory));
  Pass pass(shop, request, console, std::move(state));
  CARTWRIGHT_TRY(pass.Begin());
  Status outcome = pass.Offline(directory);
  return pass.End(std::move(outcome), nullptr);
}

}  // namespace cartwright
