#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/elastic/transport.h"
#include "tests/support/scripted_server.h"

namespace cartwright {

inline std::string ClosedUrl() { return "http://127.0.0.1:" + std::to_string(ClosedPort()); }

inline std::unique_ptr<Transport> Open(ElasticOptions options) {
  auto transport = Transport::Create(std::move(options));
  EXPECT_TRUE(transport.has_value());
  return std::move(*transport);
}

inline ElasticOptions To(std::vector<std::string> hosts) {
  ElasticOptions options;
  options.hosts = std::move(hosts);
  return options;
}

inline ScriptedReply Ok(const ReceivedRequest&) { return {}; }

/// What the callback of one request gets.
inline Exchange Exchanged(Transport& transport, HttpRequest request) {
  std::optional<Exchange> got;
  transport.Start(std::move(request), [&got](Exchange exchange) { got = std::move(exchange); });
  while (!got) {
    transport.Poll(std::chrono::seconds(1));
  }
  return *std::move(got);
}

}  // namespace cartwright
