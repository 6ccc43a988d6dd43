#include "daemon/elastic/index_leases.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/base/calendar.h"
#include "daemon/elastic/index_admin.h"
#include "daemon/elastic/server_error.h"

namespace cartwright {
namespace {

using Json = nlohmann::json;

constexpr const char* kDocument = "leases";
constexpr int kMostAttempts = 50;

constexpr const char* kIndexBody = R"({
  "settings": {"index.number_of_shards": "1", "index.auto_expand_replicas": "0-1"},
  "mappings": {"dynamic": "strict", "properties": {"leases": {"type": "object", "enabled": false}}}
})";

bool Overlap(const Lease& a, const Lease& b) {
  return std::any_of(a.indices.begin(), a.indices.end(), [&b](const std::string& index) {
    return std::find(b.indices.begin(), b.indices.end(), index) != b.indices.end();
  });
}

bool Exclude(const Lease& a, const Lease& b) {
  return a.run_id != b.run_id && Overlap(a, b) &&
         (a.kind == LeaseKind::kReindex || b.kind == LeaseKind::kReindex);
}

Json ToJson(const Lease& lease) {
  return {
      {"run_id", lease.run_id},     {"kind", lease.kind == LeaseKind::kLoad ? "load" : "reindex"},
      {"holder", lease.holder},     {"indices", lease.indices},
      {"taken_at", lease.taken_at}, {"expires_at", lease.expires_at}};
}

Lease FromJson(const Json& json) {
  return {json.value("run_id", ""),
          json.value("kind", "") == "load" ? LeaseKind::kLoad : LeaseKind::kReindex,
          json.value("holder", ""),
          json.value("indices", std::vector<std::string>{}),
          json.value("taken_at", std::int64_t{0}),
          json.value("expires_at", std::int64_t{0})};
}

}  // namespace

std::string DescribeLease(const Lease& lease) {
  return fmt::format("run {} ({}) since {}, until {} unless renewed", lease.run_id, lease.holder,
                     FormatInstant(lease.taken_at), FormatInstant(lease.expires_at));
}

Result<IndexLeases::Stored> IndexLeases::Read() {
  const std::string path = fmt::format("/{}/_doc/{}", EscapeUrl(index_), kDocument);
  CARTWRIGHT_ASSIGN(const HttpResponse response, transport_.Perform({"GET", path, "", ""}));
  const Json json = Json::parse(response.body, nullptr, false);
  const bool whole = IsJson(response) && json.is_object();
  if (response.status == 404 && whole) {
    return Stored{};
  }
  const Json leases = json.value("/_source/leases"_json_pointer, Json());
  if (response.status != 200 || !whole || !leases.is_array()) {
    return ErrorOfResponse(fmt::format("cannot read the leases in \"{}\"", index_), response);
  }
  Stored stored{
      {}, json.value("_seq_no", std::int64_t{-1}), json.value("_primary_term", std::int64_t{0})};
  for (const Json& lease : leases) {
    stored.leases.push_back(FromJson(lease));
  }
  return stored;
}

Status IndexLeases::MakeIndex() {
  IndexAdmin admin(transport_);
  CARTWRIGHT_ASSIGN(const bool exists, admin.IndexExists(index_));
  if (exists) {
    return {};
  }
  const Status made = admin.CreateIndex(index_, kIndexBody);
  // Somebody else may have been a moment faster.
  CARTWRIGHT_ASSIGN(const bool there, admin.IndexExists(index_));
  return there ? Status{} : made;
}

// False when somebody else has changed the document since it was read.
Result<bool> IndexLeases::Write(const Stored& before, const std::vector<Lease>& leases) {
  if (before.seq_no < 0) {
    CARTWRIGHT_TRY(MakeIndex());
  }
  Json body{{"leases", Json::array()}};
  for (const Lease& lease : leases) {
    body["leases"].push_back(ToJson(lease));
  }
  const std::string condition = before.seq_no < 0 ? std::string("op_type=create")
                                                  : fmt::format("if_seq_no={}&if_primary_term={}",
                                                                before.seq_no, before.primary_term);
  const std::string path = fmt::format("/{}/_doc/{}?{}", EscapeUrl(index_), kDocument, condition);
  CARTWRIGHT_ASSIGN(const HttpResponse response,
                    transport_.Perform({"PUT", path, body.dump(), ""}));
  if (response.status == 409) {
    return false;
  }
  if (response.status != 200 && response.status != 201) {
    return ErrorOfResponse(fmt::format("cannot write the leases in \"{}\"", index_), response);
  }
  return true;
}

/// Applies `change(leases)`, which returns whether there is anything to write, to what is stored.
template <class Change>
Status IndexLeases::Update(Change change) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    CARTWRIGHT_ASSIGN(const Stored before, Read());
    std::vector<Lease> leases = before.leases;
    if (!change(leases)) {
      return {};
    }
    CARTWRIGHT_ASSIGN(const bool written, Write(before, leases));
    if (written) {
      return {};
    }
  }
  return Error{ErrorKind::kTransient,
               fmt::format("the leases in \"{}\" were changed by others {} times in a row; try "
                           "again",
                           index_, kMostAttempts)};
}

Result<std::vector<Lease>> IndexLeases::List() {
  CARTWRIGHT_ASSIGN(Stored stored, Read());
  return std::move(stored.leases);
}

Result<std::vector<Lease>> IndexLeases::TryTake(const Lease& lease) {
  std::vector<Lease> in_the_way;
  CARTWRIGHT_TRY(Update([&](std::vector<Lease>& leases) {
    in_the_way.clear();
    std::vector<Lease> kept;
    for (Lease& other : leases) {
      const bool excludes = Exclude(lease, other);
      const bool expired = other.expires_at <= clock_.Now();
      if (other.run_id == lease.run_id || (excludes && expired)) {
        continue;
      }
      if (excludes && other.kind == LeaseKind::kReindex) {
        in_the_way.push_back(other);
      }
      kept.push_back(std::move(other));
    }
    kept.push_back(lease);
    leases = std::move(kept);
    return in_the_way.empty();
  }));
  return in_the_way;
}

Result<std::vector<Lease>> IndexLeases::LoadsBefore(const Lease& reindex) {
  CARTWRIGHT_ASSIGN(std::vector<Lease> leases, List());
  std::erase_if(leases, [&](const Lease& other) {
    return other.kind != LeaseKind::kLoad || !Exclude(reindex, other) ||
           other.expires_at <= clock_.Now();
  });
  return leases;
}

Result<bool> IndexLeases::Renew(const std::string& run_id, EpochMillis expires_at) {
  bool found = false;
  CARTWRIGHT_TRY(Update([&](std::vector<Lease>& leases) {
    found = false;
    for (Lease& lease : leases) {
      if (lease.run_id == run_id) {
        lease.expires_at = expires_at;
        found = true;
      }
    }
    return found;
  }));
  return found;
}

Status IndexLeases::Release(const std::string& run_id) {
  return Update([&](std::vector<Lease>& leases) {
    return std::erase_if(leases, [&](const Lease& lease) { return lease.run_id == run_id; }) > 0;
  });
}

Result<std::optional<Lease>> IndexLeases::Find(const std::string& run_id) {
  CARTWRIGHT_ASSIGN(const std::vector<Lease> leases, List());
  for (const Lease& lease : leases) {
    if (lease.run_id == run_id) {
      return std::optional(lease);
    }
  }
  return std::optional<Lease>();
}

}  // namespace cartwright
