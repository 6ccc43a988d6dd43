#include "daemon/elastic/transport.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <map>
#include <utility>

#include "daemon/base/check.h"
#include "daemon/elastic/host_ring.h"

namespace cartwright {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kSpareBytes = 64;  // simdjson reads this far past the end of an answer.

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out.push_back(i + k > bytes.size() ? '=' : kLetters[group >> (18 - 6 * k) & 63]);
    }
  }
  return out;
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Error ConfigError(std::string message) { return Error{ErrorKind::kConfig, std::move(message)}; }

Status CheckHost(const std::string& host) {
  const bool known = host.starts_with("http://") || host.starts_with("https://");
  if (host.find('@') != std::string::npos) {
    return ConfigError("an Elasticsearch host holds a user name or password; give them apart");
  }
  if (!known || HasControl(host) || host.find_first_of(" ?#") != std::string::npos) {
    return ConfigError(
        fmt::format("Elasticsearch host must look like http://name:9200, not \"{}\"", host));
  }
  return {};
}

Status CheckOptions(const ElasticOptions& options) {
  if (options.hosts.empty()) {
    return ConfigError("no Elasticsearch host is configured");
  }
  for (const std::string& host : options.hosts) {
    CARTWRIGHT_TRY(CheckHost(host));
  }
  if (HasControl(options.api_key) || HasControl(options.username) || HasControl(options.password)) {
    return ConfigError("an Elasticsearch credential holds a line break or control character");
  }
  if (HasControl(options.opaque_id) || HasControl(options.user_agent)) {
    return ConfigError("the Elasticsearch opaque id or user agent holds a control character");
  }
  if (!options.ca_file.empty() && !std::ifstream(options.ca_file).good()) {
    return ConfigError(fmt::format("cannot read the Elasticsearch CA file {}", options.ca_file));
  }
  return {};
}

std::string_view Advice(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "check the host name";
    case CURLE_COULDNT_CONNECT:
      return "check that Elasticsearch runs there and that the port is right";
    case CURLE_OPERATION_TIMEDOUT:
      return "check the server's load, a firewall between, and the time-outs";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return "check the CA file and the certificate's names and dates";
    case CURLE_SSL_CONNECT_ERROR:
      return "check whether the host speaks https or http";
    case CURLE_WRITE_ERROR:
      return "the answer is larger than the limit; ask for less at a time";
    default:
      return "check the server's log and anything between us and it";
  }
}

// Without a body none, or curl would name its own.
std::string ContentType(const HttpRequest& request) {
  if (request.body.empty()) {
    return "Content-Type:";
  }
  const bool named = !request.content_type.empty();
  return "Content-Type: " + (named ? request.content_type : "application/json");
}

struct HeaderList {
  HeaderList() = default;
  ~HeaderList() { curl_slist_free_all(first); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  void Add(const std::string& line) { first = curl_slist_append(first, line.c_str()); }
  curl_slist* first = nullptr;
};

struct Transfer {
  std::uint64_t number = 0;
  HttpRequest request;
  Transport::Callback callback;
  HttpResponse response;
  HeaderList headers;
  std::string url;
  CURL* easy = nullptr;
  std::size_t host = 0;
  std::size_t hosts_tried = 0;
  std::size_t answer_limit = 0;
};

std::size_t ReceiveBody(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t bytes = size * count;
  std::string& body = transfer.response.body;
  if (body.size() + bytes > transfer.answer_limit) {
    return 0;
  }
  if (body.empty()) {
    curl_off_t length = -1;
    curl_easy_getinfo(transfer.easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    const auto wanted = static_cast<std::size_t>(std::max<curl_off_t>(length, 0));
    body.reserve(std::min(wanted, transfer.answer_limit) + kSpareBytes);
  }
  body.append(data, bytes);
  return bytes;
}

std::string HeaderOf(CURL* easy, const char* name) {
  curl_header* header = nullptr;
  const bool found = curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
  return found ? header->value : "";
}

}  // namespace

class Transport::Pool {
 public:
  explicit Pool(ElasticOptions options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  std::uint64_t Start(HttpRequest request, Callback callback);
  void Cancel(std::uint64_t number);
  void Poll(std::chrono::milliseconds timeout);
  std::size_t in_flight() const { return transfers_.size(); }

 private:
  void Launch(Transfer& transfer);
  void SetUpConnection(CURL* easy) const;
  void SetUpRequest(Transfer& transfer) const;
  void CollectEnded();
  void End(Transfer& transfer, CURLcode code);
  bool TryNextHost(Transfer& transfer);
  Error NoAnswer(const Transfer& transfer, CURLcode code) const;
  void Release(Transfer& transfer);
  void RunCallbacks();

  ElasticOptions options_;
  HostRing ring_;
  CURLM* multi_;
  std::vector<CURL*> idle_;
  std::map<std::uint64_t, std::unique_ptr<Transfer>> transfers_;
  std::deque<std::pair<Callback, Exchange>> ended_;
  std::uint64_t last_number_ = 0;
};

Transport::Pool::Pool(ElasticOptions options)
    : options_(std::move(options)), ring_(options_.hosts.size()), multi_(curl_multi_init()) {
  CARTWRIGHT_CHECK(multi_ != nullptr, "curl gives no handle: out of memory");
  for (std::string& host : options_.hosts) {
    while (host.ends_with('/')) {
      host.pop_back();
    }
  }
}

Transport::Pool::~Pool() {
  for (auto& [number, transfer] : transfers_) {
    Release(*transfer);
  }
  for (CURL* easy : idle_) {
    curl_easy_cleanup(easy);
  }
  curl_multi_cleanup(multi_);
}

std::uint64_t Transport::Pool::Start(HttpRequest request, Callback callback) {
  auto transfer = std::make_unique<Transfer>();
  transfer->number = ++last_number_;
  transfer->request = std::move(request);
  transfer->callback = std::move(callback);
  transfer->answer_limit = options_.answer_limit;
  if (idle_.empty()) {
    transfer->easy = curl_easy_init();
    CARTWRIGHT_CHECK(transfer->easy != nullptr, "curl gives no handle: out of memory");
  } else {
    transfer->easy = idle_.back();
    idle_.pop_back();
  }
  Launch(*transfer);
  transfers_.emplace(transfer->number, std::move(transfer));
  return last_number_;
}

void Transport::Pool::Launch(Transfer& transfer) {
  transfer.host = ring_.Next(std::chrono::steady_clock::now());
  ++transfer.hosts_tried;
  curl_easy_reset(transfer.easy);  // Keeps connections, forgets the last request's options.
  SetUpConnection(transfer.easy);
  SetUpRequest(transfer);
  curl_multi_add_handle(multi_, transfer.easy);
}

void Transport::Pool::SetUpConnection(CURL* easy) const {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // Otherwise curl reads the environment for one.
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.request_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L << 10);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L << 10);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  }
  if (options_.api_key.empty() && !options_.username.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, options_.username.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, options_.password.c_str());
  }
}

void Transport::Pool::SetUpRequest(Transfer& transfer) const {
  CURL* easy = transfer.easy;
  const HttpRequest& request = transfer.request;
  transfer.url = options_.hosts[transfer.host] + request.path;
  if (transfer.headers.first == nullptr) {
    // curl asks for "100 Continue" above 1 MiB; a server that keeps silent costs a second each.
    transfer.headers.Add("Expect:");
    transfer.headers.Add("Accept: application/json");
    transfer.headers.Add(ContentType(request));
    if (!options_.opaque_id.empty()) {
      transfer.headers.Add("X-Opaque-Id: " + options_.opaque_id);
    }
    if (!options_.api_key.empty()) {
      const bool encoded = options_.api_key.find(':') == std::string::npos;
      transfer.headers.Add("Authorization: ApiKey " +
                           (encoded ? options_.api_key : Base64(options_.api_key)));
    }
  }
  curl_easy_setopt(easy, CURLOPT_URL, transfer.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.first);
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET" || !request.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &ReceiveBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
}

void Transport::Pool::Release(Transfer& transfer) {
  curl_multi_remove_handle(multi_, transfer.easy);
  idle_.push_back(std::exchange(transfer.easy, nullptr));
}

void Transport::Pool::Cancel(std::uint64_t number) {
  const auto found = transfers_.find(number);
  if (found != transfers_.end()) {
    Release(*found->second);
    transfers_.erase(found);
  }
}

void Transport::Pool::Poll(std::chrono::milliseconds timeout) {
  int running = 0;
  curl_multi_perform(multi_, &running);
  CollectEnded();
  if (ended_.empty() && timeout.count() > 0) {
    constexpr std::chrono::milliseconds kLongest{3'600'000};
    const auto wait = static_cast<int>(std::min(timeout, kLongest).count());
    curl_multi_poll(multi_, nullptr, 0, wait, nullptr);
    curl_multi_perform(multi_, &running);
    CollectEnded();
  }
  RunCallbacks();
}

void Transport::Pool::CollectEnded() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) {
      void* transfer = nullptr;
      const CURLcode code = message->data.result;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      End(*static_cast<Transfer*>(transfer), code);
    }
  }
}

void Transport::Pool::End(Transfer& transfer, CURLcode code) {
  long status = 0;
  long bytes_sent = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(transfer.easy, CURLINFO_REQUEST_SIZE, &bytes_sent);
  const bool serves = code == CURLE_OK && status != 502 && status != 503 && status != 504;
  if (serves) {
    ring_.Works(transfer.host);
  } else {
    ring_.Fails(transfer.host, std::chrono::steady_clock::now());
  }
  if (code != CURLE_OK && bytes_sent == 0 && TryNextHost(transfer)) {
    return;
  }
  Exchange exchange;
  exchange.sent = bytes_sent > 0;
  if (code == CURLE_OK) {
    transfer.response.status = static_cast<int>(status);
    transfer.response.product = HeaderOf(transfer.easy, "X-elastic-product");
    transfer.response.content_type = HeaderOf(transfer.easy, "Content-Type");
    exchange.response = std::move(transfer.response);
  } else {
    exchange.error = NoAnswer(transfer, code);
  }
  exchange.request = std::move(transfer.request);
  ended_.emplace_back(std::move(transfer.callback), std::move(exchange));
  Cancel(transfer.number);
}

bool Transport::Pool::TryNextHost(Transfer& transfer) {
  if (transfer.hosts_tried >= options_.hosts.size()) {
    return false;
  }
  curl_multi_remove_handle(multi_, transfer.easy);
  transfer.response = HttpResponse{};
  Launch(transfer);
  return true;
}

Error Transport::Pool::NoAnswer(const Transfer& transfer, CURLcode code) const {
  const std::string path = transfer.request.path.substr(0, transfer.request.path.find('?'));
  return Error{ErrorKind::kUnavailable,
               fmt::format("no answer from {} to {} {}: {}; {}", options_.hosts[transfer.host],
                           transfer.request.method, path, curl_easy_strerror(code), Advice(code))};
}

void Transport::Pool::RunCallbacks() {
  while (!ended_.empty()) {
    auto [callback, exchange] = std::move(ended_.front());
    ended_.pop_front();
    callback(std::move(exchange));
  }
}

std::string EscapeUrl(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~*,";
  std::string out;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

Transport::Transport(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Transport::~Transport() = default;

Result<std::unique_ptr<Transport>> Transport::Create(ElasticOptions options) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  CARTWRIGHT_CHECK(started == CURLE_OK, "curl does not start");
  CARTWRIGHT_TRY(CheckOptions(options));
  auto pool = std::make_unique<Pool>(std::move(options));
  return std::unique_ptr<Transport>(new Transport(std::move(pool)));
}

Result<HttpResponse> Transport::Perform(const HttpRequest& request) {
  std::optional<Exchange> answer;
  Start(request, [&answer](Exchange exchange) { answer = std::move(exchange); });
  while (!answer) {
    Poll(std::chrono::seconds(1));
  }
  if (!answer->response) {
    return std::move(answer->error);
  }
  return *std::move(answer->response);
}

std::uint64_t Transport::Start(HttpRequest request, Callback callback) {
  return pool_->Start(std::move(request), std::move(callback));
}

void Transport::Cancel(std::uint64_t number) { pool_->Cancel(number); }
void Transport::Poll(std::chrono::milliseconds timeout) { pool_->Poll(timeout); }
std::size_t Transport::in_flight() const { return pool_->in_flight(); }

}  // namespace cartwright
