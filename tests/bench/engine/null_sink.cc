// An HTTP server on loopback that takes bulk requests, throws the documents away and answers one
// item for each action, so that what a client costs can be measured without a server's own work.
//
// It counts documents by index, and answers the few administrative calls that a load makes as an
// empty Elasticsearch would. Prints its URL; ends with its parent, or by a signal.

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 18;
constexpr std::string_view kIndexItem = R"({"index":{"status":201}})";
constexpr std::string_view kCreateItem = R"({"create":{"status":201}})";
constexpr std::string_view kDeleteItem = R"({"delete":{"status":200}})";
constexpr std::string_view kRoot =
    R"({"cluster_name":"null-sink","version":{"number":"8.19.21"},"tagline":"You Know, for Search"})";
constexpr std::string_view kNoShardFailed = R"("_shards":{"total":1,"successful":1,"failed":0})";

/// Documents taken, by the index or alias they were addressed to.
class Taken {
 public:
  void Add(const std::string& index, std::int64_t documents) {
    const std::lock_guard lock(mutex_);
    documents_[index] += documents;
  }
  std::int64_t Of(const std::string& index) {
    const std::lock_guard lock(mutex_);
    return documents_[index];
  }
  void Reset() {
    const std::lock_guard lock(mutex_);
    documents_.clear();
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::int64_t> documents_;
};

struct RequestHead {
  std::string method;
  std::string path;  ///< Without its query.
  std::size_t content_length = 0;
  bool has_length = true;  ///< False for bodies in chunks.
};

RequestHead ParseHead(std::string_view text) {
  RequestHead head;
  head.method = text.substr(0, text.find(' '));
  const std::string_view rest = text.substr(std::min(text.size(), head.method.size() + 1));
  head.path = rest.substr(0, rest.find_first_of(" ?"));
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  head.has_length = lower.find("\r\ntransfer-encoding:") == std::string::npos;
  constexpr std::string_view kLength = "\r\ncontent-length:";
  const std::size_t at = lower.find(kLength);
  if (at != std::string::npos) {
    const std::size_t digits = lower.find_first_of("0123456789", at + kLength.size());
    std::from_chars(lower.data() + digits, lower.data() + lower.size(), head.content_length);
  }
  return head;
}

/// Counts the actions of one bulk body and writes the answer to it.
class BulkCount {
 public:
  BulkCount(Taken& taken, std::string path_index)
      : taken_(taken),
        index_(std::move(path_index)),
        items_(R"({"took":0,"errors":false,"items":[)") {}

  /// Takes one line of the body, without its newline.
  void TakeLine(std::string_view line) {
    if (source_follows_) {
      source_follows_ = false;
      return;
    }
    if (line.empty()) {
      return;
    }
    const bool deletes = line.starts_with(R"({"delete")");
    const bool creates = line.starts_with(R"({"create")");
    source_follows_ = !deletes;
    CountFor(line);
    items_.append(deletes ? kDeleteItem : creates ? kCreateItem : kIndexItem);
    items_.push_back(',');
  }

  std::string Finish() {
    taken_.Add(index_, documents_);
    if (items_.back() == ',') {
      items_.pop_back();
    }
    items_.append("]}");
    return std::move(items_);
  }

 private:
  void CountFor(std::string_view action) {
    constexpr std::string_view kName = R"("_index":")";
    const std::size_t at = action.find(kName);
    if (at != std::string_view::npos) {
      const std::string_view from = action.substr(at + kName.size());
      const std::string_view name = from.substr(0, from.find('"'));
      if (name != index_) {
        taken_.Add(index_, documents_);
        documents_ = 0;
        index_ = name;
      }
    }
    ++documents_;
  }

  Taken& taken_;
  std::string index_;
  std::string items_;
  std::int64_t documents_ = 0;
  bool source_follows_ = false;
};

/// One kept connection.
class Connection {
 public:
  Connection(int socket, Taken& taken) : socket_(socket), taken_(taken) {}
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Serve() {
    while (std::optional<RequestHead> head = ReadHead()) {
      if (!head->has_length) {
        Send(411, R"({"error":"the null sink takes no chunked bodies"})", false);
        return;
      }
      if (!(head->path.ends_with("/_bulk") ? ServeBulk(*head) : ServeOther(*head))) {
        return;
      }
    }
  }

 private:
  /// Reads more behind what is held; false at the end of the stream.
  bool Fill() {
    if (begin_ > 0) {
      held_.erase(0, begin_);
      begin_ = 0;
    }
    const std::size_t size = held_.size();
    held_.resize(size + kReadBytes);
    const ssize_t got = recv(socket_, held_.data() + size, kReadBytes, 0);
    held_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return got > 0;
  }

  std::optional<RequestHead> ReadHead() {
    constexpr std::string_view kEnd = "\r\n\r\n";
    while (true) {
      const std::size_t end = held_.find(kEnd, begin_);
      if (end != std::string::npos) {
        RequestHead head = ParseHead(std::string_view(held_).substr(begin_, end - begin_));
        begin_ = end + kEnd.size();
        return head;
      }
      if (!Fill()) {
        return std::nullopt;
      }
    }
  }

  bool ServeBulk(const RequestHead& head) {
    const bool named = head.path.size() > std::string_view("/_bulk").size();
    BulkCount count(taken_, named ? head.path.substr(1, head.path.rfind('/') - 1) : "");
    std::size_t left = head.content_length;
    while (left > 0) {
      const std::string_view body = std::string_view(held_).substr(begin_, left);
      const std::size_t newline = body.find('\n');
      if (newline != std::string_view::npos) {
        count.TakeLine(body.substr(0, newline));
        begin_ += newline + 1;
        left -= newline + 1;
      } else if (body.size() == left) {
        count.TakeLine(body);
        begin_ += left;
        left = 0;
      } else if (!Fill()) {
        return false;
      }
    }
    return Send(200, count.Finish(), true);
  }

  bool ServeOther(const RequestHead& head) {
    while (held_.size() - begin_ < head.content_length) {
      if (!Fill()) {
        return false;
      }
    }
    begin_ += head.content_length;
    const std::string& path = head.path;
    const bool reads = head.method == "GET" || head.method == "HEAD";
    if (path == "/") {
      return Send(200, kRoot, head.method != "HEAD");
    }
    if (path == "/_null_sink/reset") {
      taken_.Reset();
      return Send(200, R"({"acknowledged":true})", true);
    }
    if (path.ends_with("/_refresh")) {
      return Send(200, fmt::format("{{{}}}", kNoShardFailed), true);
    }
    if (path.ends_with("/_count")) {
      const std::string index = path.substr(1, path.rfind('/') - 1);
      return Send(200, fmt::format(R"({{"count":{},{}}})", taken_.Of(index), kNoShardFailed), true);
    }
    if (reads) {
      return Send(404, R"({"error":"not there","status":404})", head.method != "HEAD");
    }
    return Send(200, R"({"acknowledged":true,"shards_acknowledged":true})", true);
  }

  bool Send(int status, std::string_view body, bool with_body) {
    std::string answer = fmt::format(
        "HTTP/1.1 {} {}\r\nX-elastic-product: Elasticsearch\r\ncontent-type: "
        "application/json\r\ncontent-length: {}\r\n\r\n",
        status, status == 200 ? "OK" : "Refused", body.size());
    if (with_body) {
      answer.append(body);
    }
    std::string_view left = answer;
    while (!left.empty()) {
      const ssize_t sent = send(socket_, left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  int socket_;
  Taken& taken_;
  std::string held_;  ///< Bytes received; those before `begin_` are done with.
  std::size_t begin_ = 0;
};

/// A listening socket on a free port of loopback, or -1.
int Listen(sockaddr_in& address) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool listening = listener >= 0 && bind(listener, generic, size) == 0 &&
                         listen(listener, SOMAXCONN) == 0 &&
                         getsockname(listener, generic, &size) == 0;
  return listening ? listener : -1;
}

}  // namespace

int main() {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  sockaddr_in address{};
  const int listener = Listen(address);
  if (listener < 0) {
    std::perror("bench_null_sink: cannot listen on loopback");
    return 1;
  }
  fmt::print("http://127.0.0.1:{}\n", ntohs(address.sin_port));
  std::fflush(stdout);
  static Taken taken;  // The threads end with the process, after main's own variables.
  while (true) {
    const int client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) {
      std::perror("bench_null_sink: cannot accept");
      return 1;
    }
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread([client] { Connection(client, taken).Serve(); }).detach();
  }
}
