#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/result.h"
#include "daemon/elastic/elastic_options.h"

namespace cartwright {

struct ServerInfo;  // daemon/elastic/server_info.h

struct HttpRequest {
  std::string method;
  std::string path;  ///< From the slash on, escaped, with its query.
  std::string body;
  std::string content_type;  ///< Empty = application/json where there is a body.
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::string product;  ///< X-elastic-product; empty for OpenSearch, proxies and 413.
  std::string content_type;
};

/// How one request ended. `request` is handed back so that a large body need not be copied.
struct Exchange {
  HttpRequest request;
  std::optional<HttpResponse> response;  ///< Nothing: no whole answer came, see `error`.
  Error error;
  bool sent = false;  ///< Without a response: the server may have seen (and done) the request.
};

/// Keep-alive HTTP/1.1 connections to the hosts of one cluster.
///
/// Hosts take turns. One that refuses or answers 502, 503 or 504 is left out for a time that
/// doubles from 1 s to 60 s, and then gets a probe (HEAD /) before it gets work again; when all are
/// out the one that is due first is tried. A request that no byte was sent of goes to the next host
/// by itself. After a 401 credentials are read anew and the request goes once more. Redirects are
/// not followed, so credentials never leave for another host. No message contains a credential. One
/// thread.
///
/// When a kept connection turns out to be closed before any byte of an answer, curl sends the
/// request once more on a new one, unseen by the caller: requests must be harmless to repeat.
class Transport {
 public:
  using Callback = std::function<void(Exchange)>;

  /// Errors: kConfig (no host, no http(s) URL, credentials in a URL, unreadable CA file, no
  /// fingerprint or one beside a CA file, line breaks in a header value).
  static Result<std::unique_ptr<Transport>> Create(ElasticOptions options);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Sends and waits. Any status is a response. Requests started before go on meanwhile.
  /// Errors: kUnavailable (no whole answer), kPermission (the server's certificate is refused);
  /// names host, request and what to check. kCancelled when ElasticOptions::stopped says so
  /// meanwhile: the server may still act on it.
  Result<HttpResponse> Perform(const HttpRequest& request);

  /// Sends without waiting. `callback` runs inside a later Poll() or Perform(); it may Start() but
  /// not poll. Returns a number for Cancel().
  std::uint64_t Start(HttpRequest request, Callback callback);

  /// Drops a request; its callback will not run. The server may still act on it.
  void Cancel(std::uint64_t number);

  /// Moves data until something moved or `timeout` passed, then runs the callbacks due.
  void Poll(std::chrono::milliseconds timeout);

  /// Requests started and not yet ended.
  std::size_t in_flight() const;

  std::size_t hosts() const;

  /// Whether a body may travel as gzip, of which a copy is held while it is on its way.
  bool compresses() const;

  /// What ElasticOptions::stopped says.
  bool stopped() const;

  /// What ProbeServer() found out about these hosts; null before.
  const ServerInfo* server() const { return server_.get(); }
  void RememberServer(std::shared_ptr<const ServerInfo> server) { server_ = std::move(server); }

 private:
  class Pool;
  explicit Transport(std::unique_ptr<Pool> pool);
  std::unique_ptr<Pool> pool_;
  std::shared_ptr<const ServerInfo> server_;
};

/// `text` escaped for one part of a URL path or one query value. `*` and `,` stay: index patterns.
std::string EscapeUrl(std::string_view text);

}  // namespace cartwright
