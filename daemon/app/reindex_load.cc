#include "daemon/app/reindex_load.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/elastic/copy_index.h"
#include "daemon/elastic/index_stats.h"

namespace cartwright {
namespace {

/// Loads the builds that come from the sources, or copies one that does not.
class Loader {
 public:
  Loader(const ReindexTools& tools, Receipt& receipt, const std::function<bool()>& stop)
      : tools_(tools), shop_(tools.shop), receipt_(receipt), stop_(stop) {}

  Status FromSources(const std::vector<const Build*>& builds);
  Status FromIndex(const Build& build);
  LoadedIndices Take() { return std::move(loaded_); }

 private:
  Status Tally(const std::string& physical, std::string_view id, std::int64_t version,
               std::string_view source) {
    if (!std::exchange(begun_, true) && tools_.moments) {
      tools_.moments("loading");
    }
    return loaded_.at(physical).tally.Add(id, version, source);
  }
  Progress ShowProgress() {
    return [this](const ProgressPoint& point) { tools_.console.Progress(point); };
  }
  BulkOptions Bulk() {
    BulkOptions options = shop_.Bulk();
    options.require_alias = false;
    options.cancelled = stop_;
    return options;
  }

  const ReindexTools& tools_;
  const Shop& shop_;
  Receipt& receipt_;
  const std::function<bool()>& stop_;
  LoadedIndices loaded_;
  bool begun_ = false;
};

Status Loader::FromSources(const std::vector<const Build*>& builds) {
  LoadTarget target{tools_.transport, Bulk(), receipt_.load_sequence, "", "", nullptr};
  std::vector<std::size_t> sources;
  for (const Build* build : builds) {
    const bool orders = build->index.name == "orders";
    (orders ? target.orders : target.downloads) = build->physical;
    loaded_.emplace(build->physical,
                    LoadedIndex{ContentTally(TallyFieldsOf(shop_, build->index.name)), ""});
    for (std::size_t i = 0; i < shop_.config.sources.size(); ++i) {
      if ((shop_.config.sources[i].feeds != FeedKind::kCustomers) == orders) {
        sources.push_back(i);
      }
    }
  }
  std::sort(sources.begin(), sources.end());
  Status tally;
  DocumentWatcher watcher;
  watcher.composed = [this](const BulkDocument& document) {
    return Tally(std::string(document.index), document.id, document.version, document.source);
  };
  watcher.refused = [this, &tally](const std::string& index, const BulkRejection& rejection) {
    const Status removed = loaded_.at(index).tally.Remove(rejection.id, rejection.source);
    tally = tally ? removed : tally;
  };
  target.watcher = &watcher;
  const LoadJob job{shop_.config,
                    shop_.layout,
                    tools_.state,
                    receipt_.run_id,
                    receipt_.started_at,
                    sources,
                    SourceOpener(shop_.config),
                    ShowProgress(),
                    stop_,
                    [this](const std::string& note) { tools_.console.Info(note); }};
  CARTWRIGHT_TRY(LoadIntoElasticsearch(job, target, receipt_.books));
  return tally;
}

Status Loader::FromIndex(const Build& build) {
  IndexAdmin admin(tools_.transport);
  // The mark before the refresh, the refresh before the view: what is written later is noticed.
  CARTWRIGHT_ASSIGN(const IndexStats stats, ReadIndexStats(tools_.transport, build.live));
  CARTWRIGHT_TRY(admin.Refresh(build.live));
  loaded_.emplace(build.physical, LoadedIndex{ContentTally(TallyFieldsOf(shop_, build.index.name)),
                                              stats.last_writes});
  CopyRequest request;
  request.from = build.live;
  request.to = build.physical;
  request.documents = stats.documents;
  request.bytes = stats.store_bytes;
  request.slices = static_cast<int>(std::clamp<std::int64_t>(build.index.settings.shards, 1, 4));
  request.copied = [&](std::string_view id, std::int64_t version, std::string_view source) {
    return Tally(build.physical, id, version, source);
  };
  request.progress = ShowProgress();
  CARTWRIGHT_ASSIGN(const BulkCounts counts, CopyIndex(tools_.transport, Bulk(), request));
  CARTWRIGHT_TRY(admin.Refresh(build.physical));
  IndexBook book;
  book.name = build.physical;
  book.built = loaded_.at(build.physical).tally.documents();
  book.created = counts.created;
  book.replaced = counts.replaced;
  book.conflicted = counts.conflicted;
  book.ambiguous = counts.ambiguous_resent;
  book.count_before = 0;
  CARTWRIGHT_ASSIGN(book.count_after, admin.Count(build.physical, ""));
  receipt_.books.indices.push_back(std::move(book));
  receipt_.books.closed = true;
  return receipt_.books.Check();
}

}  // namespace

Result<LoadedIndices> LoadBuilds(const ReindexTools& tools, const std::vector<Build>& builds,
                                 Receipt& receipt, const std::function<bool()>& stop) {
  Loader loader(tools, receipt, stop);
  std::vector<const Build*> from_sources;
  for (const Build& build : builds) {
    if (build.origin == Origin::kSources) {
      from_sources.push_back(&build);
    }
  }
  if (!from_sources.empty()) {
    CARTWRIGHT_TRY(loader.FromSources(from_sources));
  }
  for (const Build& build : builds) {
    if (build.origin == Origin::kIndex) {
      CARTWRIGHT_TRY(loader.FromIndex(build));
    }
  }
  tools.console.EndPhase();
  return loader.Take();
}

std::string LoadedJson(const LoadedIndices& loaded) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [physical, index] : loaded) {
    json[physical] = {{"tally", index.tally.ToJson()}, {"live_writes", index.live_writes}};
  }
  return json.dump();
}

Result<LoadedIndices> ParseLoaded(const Shop& shop, const std::vector<Build>& builds,
                                  const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  LoadedIndices loaded;
  for (const Build& build : builds) {
    const nlohmann::json index =
        json.is_object() ? json.value(build.physical, nlohmann::json::object()) : json;
    CARTWRIGHT_ASSIGN(ContentTally tally,
                      ContentTally::FromJson(index.is_object() ? index.value("tally", "") : "",
                                             TallyFieldsOf(shop, build.index.name)));
    loaded.emplace(build.physical,
                   LoadedIndex{std::move(tally), index.value("live_writes", std::string())});
  }
  return loaded;
}

}  // namespace cartwright
