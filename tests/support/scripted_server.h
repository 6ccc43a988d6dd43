#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/scripted_tls.h"

namespace cartwright {

/// A request as it came over the wire.
struct ReceivedRequest {
  std::string method;
  std::string target;                          ///< Path and query as sent.
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;                            ///< Unpacked when it came as gzip.
};

/// What the server does with one request.
struct ScriptedReply {
  enum class End {
    kWhole,         ///< The whole answer; the connection stays open.
    kHalf,          ///< Half of the announced body, then the connection is cut.
    kStall,         ///< Half of the announced body, then silence until the client leaves.
    kDrip,          ///< The whole answer, a byte at a time.
    kCutUnanswered  ///< The request is read, then the connection is cut without an answer.
  };

  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {
      {"Content-Type", "application/json"}, {"X-elastic-product", "Elasticsearch"}};
  End end = End::kWhole;
};

/// An HTTP/1.1 server on a free loopback port, inside the test's process. It records what it gets
/// and answers from a script: queued replies first, else the handler, else 500.
///
/// Handler and queue may be used from the test's thread while the server runs.
class ScriptedServer {
 public:
  using Handler = std::function<ScriptedReply(const ReceivedRequest&)>;

  ScriptedServer() : ScriptedServer(nullptr) {}
  /// Speaks https; null for http.
  explicit ScriptedServer(std::unique_ptr<ScriptedTls> tls);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  /// "http(s)://127.0.0.1:PORT".
  std::string url() const;

  void Reply(ScriptedReply reply);
  void Reply(int status, std::string body);
  void Handle(Handler handler);
  /// Reads no body above so many bytes but cuts the connection, as servers do that find a request
  /// too large. Such a request is recorded without its body.
  void CutBodiesAbove(std::size_t bytes);

  /// Everything received so far, in order of arrival.
  std::vector<ReceivedRequest> requests() const;
  /// Replies still in the queue.
  std::size_t replies_left() const;
  /// Connections accepted so far.
  int connections() const;

 private:
  void Accept();
  void Serve(int socket);
  bool RefusesBody(const ReceivedRequest& request, std::size_t bytes);
  ScriptedReply Choose(const ReceivedRequest& request);

  std::unique_ptr<ScriptedTls> tls_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;  // Guards all below.
  std::deque<ScriptedReply> replies_;
  Handler handler_;
  std::size_t longest_body_;
  std::vector<ReceivedRequest> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> workers_;
  bool stopping_ = false;
  std::thread acceptor_;
};

/// A port on which nothing listens.
int ClosedPort();

}  // namespace cartwright
