#include "tests/support/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <optional>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

struct Listener {
  int socket;
  int port;
};

Listener Listen() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool ready = listener >= 0 &&
                     bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     listen(listener, 64) == 0 &&
                     getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  CARTWRIGHT_CHECK(ready, "no loopback port for the scripted server");
  return {listener, ntohs(address.sin_port)};
}

class PlainConnection final : public ScriptedTls::Connection {
 public:
  explicit PlainConnection(int socket) : socket_(socket) {}
  long Receive(char* data, std::size_t size) override { return recv(socket_, data, size, 0); }
  long Send(std::string_view bytes) override {
    return send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

 private:
  int socket_;
};

std::string Unpack(std::string_view gzip) {
  constexpr int kGzipFormat = 15 + 16;
  z_stream stream{};
  CARTWRIGHT_CHECK(inflateInit2(&stream, kGzipFormat) == Z_OK, "zlib is out of memory");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string text;
  std::array<char, 64 << 10> piece{};
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    text.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  CARTWRIGHT_CHECK(state == Z_STREAM_END, "a request body is no gzip file");
  return text;
}

// Bytes of one connection, read as requests.
class RequestReader {
 public:
  explicit RequestReader(ScriptedTls::Connection& connection) : connection_(connection) {}

  // Nothing when the client has gone.
  std::optional<ReceivedRequest> NextHead() {
    std::size_t head = std::string::npos;
    while ((head = bytes_.find("\r\n\r\n")) == std::string::npos) {
      if (!Fill()) {
        return std::nullopt;
      }
    }
    ReceivedRequest request = ParseHead(bytes_.substr(0, head));
    bytes_.erase(0, head + 4);
    return request;
  }

  static std::size_t BodyBytes(const ReceivedRequest& request) {
    const auto length = request.headers.find("content-length");
    return length == request.headers.end() ? 0 : std::stoul(length->second);
  }

  // False when the client has gone.
  bool ReadBody(ReceivedRequest& request) {
    const std::size_t size = BodyBytes(request);
    while (bytes_.size() < size) {
      if (!Fill()) {
        return false;
      }
    }
    request.body = bytes_.substr(0, size);
    bytes_.erase(0, size);
    if (request.headers.contains("content-encoding")) {
      request.body = Unpack(request.body);
    }
    return true;
  }

 private:
  bool Fill() {
    std::string chunk(64 << 10, '\0');
    const long got = connection_.Receive(chunk.data(), chunk.size());
    if (got <= 0) {
      return false;
    }
    bytes_.append(chunk, 0, static_cast<std::size_t>(got));
    return true;
  }

  static ReceivedRequest ParseHead(const std::string& head) {
    ReceivedRequest request;
    std::size_t end = head.find("\r\n");
    const std::string line = head.substr(0, end);
    const std::size_t first = line.find(' ');
    const std::size_t second = line.find(' ', first + 1);
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, second - first - 1);
    while (end != std::string::npos) {
      const std::size_t begin = end + 2;
      end = head.find("\r\n", begin);
      const std::string header = head.substr(begin, end == std::string::npos ? end : end - begin);
      const std::size_t colon = header.find(':');
      std::string name = header.substr(0, colon);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      const std::size_t value = header.find_first_not_of(' ', colon + 1);
      request.headers[name] = value == std::string::npos ? "" : header.substr(value);
    }
    return request;
  }

  ScriptedTls::Connection& connection_;
  std::string bytes_;
};

void SendAll(ScriptedTls::Connection& connection, std::string_view bytes, std::size_t piece) {
  while (!bytes.empty()) {
    const long sent = connection.Send(bytes.substr(0, piece));
    if (sent <= 0) {
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void SendReply(ScriptedTls::Connection& connection, const ScriptedReply& reply, bool head_only) {
  std::string answer = "HTTP/1.1 " + std::to_string(reply.status) + " Scripted\r\n";
  for (const auto& [name, value] : reply.headers) {
    answer += name + ": " + value + "\r\n";
  }
  answer += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
  if (!head_only) {
    const bool half =
        reply.end == ScriptedReply::End::kHalf || reply.end == ScriptedReply::End::kStall;
    answer.append(reply.body, 0, half ? reply.body.size() / 2 : reply.body.size());
  }
  SendAll(connection, answer, reply.end == ScriptedReply::End::kDrip ? 1 : answer.size());
}

}  // namespace

ScriptedServer::ScriptedServer(std::unique_ptr<ScriptedTls> tls)
    : tls_(std::move(tls)), longest_body_(std::numeric_limits<std::size_t>::max()) {
  const Listener listener = Listen();
  listener_ = listener.socket;
  port_ = listener.port;
  acceptor_ = std::thread([this] { Accept(); });
}

ScriptedServer::~ScriptedServer() {
  std::vector<std::thread> workers;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    for (const int socket : sockets_) {
      shutdown(socket, SHUT_RDWR);
    }
  }
  acceptor_.join();
  workers.swap(workers_);  // The acceptor has ended, nobody adds to them now.
  for (std::thread& worker : workers) {
    worker.join();
  }
  for (const int socket : sockets_) {
    close(socket);
  }
  close(listener_);
}

std::string ScriptedServer::url() const {
  return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

void ScriptedServer::Reply(ScriptedReply reply) {
  const std::lock_guard lock(mutex_);
  replies_.push_back(std::move(reply));
}

void ScriptedServer::Reply(int status, std::string body) {
  ScriptedReply reply;
  reply.status = status;
  reply.body = std::move(body);
  Reply(std::move(reply));
}

void ScriptedServer::Handle(Handler handler) {
  const std::lock_guard lock(mutex_);
  handler_ = std::move(handler);
}

void ScriptedServer::CutBodiesAbove(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  longest_body_ = bytes;
}

std::vector<ReceivedRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t ScriptedServer::replies_left() const {
  const std::lock_guard lock(mutex_);
  return replies_.size();
}

int ScriptedServer::connections() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(sockets_.size());
}

void ScriptedServer::Accept() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (socket < 0 || stopping_) {
      if (socket >= 0) {
        close(socket);
      }
      return;
    }
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    sockets_.push_back(socket);
    workers_.emplace_back([this, socket] { Serve(socket); });
  }
}

void ScriptedServer::Serve(int socket) {
  const std::unique_ptr<ScriptedTls::Connection> connection =
      tls_ ? tls_->Accept(socket) : std::make_unique<PlainConnection>(socket);
  if (connection) {
    RequestReader reader(*connection);
    while (auto request = reader.NextHead()) {
      const bool refused = RefusesBody(*request, RequestReader::BodyBytes(*request));
      if (refused || !reader.ReadBody(*request)) {
        break;
      }
      const ScriptedReply reply = Choose(*request);
      const bool unanswered = reply.end == ScriptedReply::End::kCutUnanswered;
      if (!unanswered) {
        SendReply(*connection, reply, request->method == "HEAD");
      }
      if (unanswered || reply.end == ScriptedReply::End::kHalf) {
        break;
      }
    }
  }
  shutdown(socket, SHUT_RDWR);  // Closed by the destructor, so that its number is not used again.
}

bool ScriptedServer::RefusesBody(const ReceivedRequest& request, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes > longest_body_) {
    requests_.push_back(request);
  }
  return bytes > longest_body_;
}

ScriptedReply ScriptedServer::Choose(const ReceivedRequest& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  if (!replies_.empty()) {
    ScriptedReply reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }
  if (handler_) {
    return handler_(request);
  }
  ScriptedReply unexpected;
  unexpected.status = 500;
  unexpected.body = R"({"error":{"type":"unscripted","reason":"the test scripted no reply"}})";
  return unexpected;
}

int ClosedPort() {
  const Listener listener = Listen();
  close(listener.socket);
  return listener.port;
}

}  // namespace cartwright
