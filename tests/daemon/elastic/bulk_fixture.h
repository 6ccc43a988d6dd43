#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/elastic/bulk_writer.h"
#include "tests/support/scripted_server.h"

namespace cartwright {

/// A bulk answer with one `index` item for each of these statuses.
inline std::string IndexItems(const std::vector<int>& statuses, const std::string& type = "odd") {
  std::string items;
  bool errors = false;
  for (const int status : statuses) {
    items += items.empty() ? "" : ",";
    items += R"({"index":{"status":)" + std::to_string(status);
    if (status >= 300) {
      errors = true;
      items += R"(,"error":{"type":")" + type + R"(","reason":"because"})";
    }
    items += "}}";
  }
  return std::string(R"({"took":3,"errors":)") + (errors ? "true" : "false") + R"(,"items":[)" +
         items + "]}";
}

inline std::string ErrorBody(const std::string& type) {
  return R"({"error":{"type":")" + type + R"(","reason":"because"},"status":0})";
}

inline ScriptedReply Answer(int status, std::string body) {
  ScriptedReply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

inline std::int64_t Documents(const std::string& body) {
  return std::count(body.begin(), body.end(), '\n') / 2;
}

/// Answers a body with 201 for each document.
inline ScriptedReply CreateAll(const ReceivedRequest& request) {
  return Answer(
      200, IndexItems(std::vector<int>(static_cast<std::size_t>(Documents(request.body)), 201)));
}

/// A transport to one host.
inline std::unique_ptr<Transport> Connect(const std::string& url) {
  ElasticOptions options;
  options.hosts = {url};
  options.request_timeout = std::chrono::seconds(20);
  auto created = Transport::Create(options);
  EXPECT_TRUE(created.has_value());
  return std::move(*created);
}

/// A writer against a scripted server, on a clock that only moves when the writer waits.
class BulkFixture : public ::testing::Test {
 protected:
  BulkFixture() {
    transport = Connect(server.url());
    options.in_flight = 1;
    options.now = [this] { return now; };
    options.wait = [this](std::chrono::milliseconds time) {
      waits.push_back(time);
      now += time;
    };
    events.rejected = [this](const BulkRejection& rejection) { rejections.push_back(rejection); };
    events.conflicted = [this](std::uint64_t tag) { conflicted.push_back(tag); };
    events.written = [this](std::uint64_t tag, bool) { written.push_back(tag); };
    events.deleted = [this](std::uint64_t tag) { deleted.push_back(tag); };
    events.delayed = [this](const BulkDelay& delay) { delays.push_back(delay); };
  }

  void Open() { writer = std::make_unique<BulkWriter>(*transport, options, events); }

  Status AddDocument(const std::string& id, std::uint64_t tag, std::size_t padding = 0) {
    std::string source = R"({"n":)" + std::to_string(tag);
    if (padding > 0) {
      source += R"(,"p":")" + std::string(padding, 'x') + '"';
    }
    source += '}';
    return writer->Add({BulkOperation::kIndex, "orders", id, 7, source, tag});
  }

  /// Adds documents "a", "b", … with tags 1, 2, … and finishes.
  Status Load(int documents) {
    Open();
    for (int i = 0; i < documents; ++i) {
      const Status added = AddDocument(std::string(1, static_cast<char>('a' + i)),
                                       static_cast<std::uint64_t>(i) + 1);
      if (!added) {
        return added;
      }
    }
    return writer->Finish();
  }

  static std::string Line(char id, int tag) {
    return std::string(R"({"index":{"_index":"orders","_id":")") + id +
           R"(","version":7,"version_type":"external_gte"}})" + "\n{\"n\":" + std::to_string(tag) +
           "}\n";
  }

  const BulkCounts& counts() const { return writer->counts(); }
  std::string Body(std::size_t request) const { return server.requests().at(request).body; }

  ScriptedServer server;
  std::unique_ptr<Transport> transport;
  BulkOptions options;
  BulkEvents events;
  std::chrono::steady_clock::time_point now{};
  std::vector<std::chrono::milliseconds> waits;
  std::vector<BulkRejection> rejections;
  std::vector<std::uint64_t> conflicted;
  std::vector<std::uint64_t> written;
  std::vector<std::uint64_t> deleted;
  std::vector<BulkDelay> delays;
  std::unique_ptr<BulkWriter> writer;  // Before the transport ends.
};

}  // namespace cartwright
