#include "daemon/elastic/transport.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "daemon/base/check.h"
#include "daemon/elastic/host_ring.h"
#include "daemon/elastic/pinned_trust.h"
#include "daemon/elastic/transfer.h"

namespace cartwright {
namespace {

using Time = Transfer::Time;
using std::chrono::milliseconds;

bool CannotServe(int status) { return status == 502 || status == 503 || status == 504; }

}  // namespace

class Transport::Pool {
 public:
  explicit Pool(ElasticOptions options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  std::uint64_t Start(HttpRequest request, Callback callback);
  void Cancel(std::uint64_t number);
  void Poll(milliseconds timeout);
  std::size_t in_flight() const { return transfers_.size() - probes_; }
  std::size_t hosts() const { return options_.hosts.size(); }
  bool compresses() const;
  bool stopped() const { return options_.stopped && options_.stopped(); }
  Time Now() const { return options_.now(); }
  milliseconds stop_grace() const { return options_.stop_grace; }

 private:
  Transfer& Add(HttpRequest request, Callback callback);
  void Launch(Transfer& transfer, std::size_t host);
  void LaunchDue();
  milliseconds UntilDeadline() const;
  void CollectEnded();
  void EndIdle();
  void End(Transfer& transfer, CURLcode code);
  bool TryNextHost(Transfer& transfer);
  bool TryWithFreshCredentials(Transfer& transfer);
  void Withdraw(Transfer& transfer);
  void Remove(Transfer& transfer);
  PinnedTrust* TrustOf(std::size_t host);
  void RunCallbacks();

  ElasticOptions options_;
  ElasticCredentials credentials_;
  HostRing ring_;
  std::vector<std::unique_ptr<PinnedTrust>> trust_;  // One a host; none without a fingerprint.
  CURLM* multi_;
  std::vector<CURL*> unused_;
  std::map<std::uint64_t, std::unique_ptr<Transfer>> transfers_;
  std::deque<std::pair<Callback, Exchange>> ended_;
  std::uint64_t last_number_ = 0;
  std::size_t probes_ = 0;
};

Transport::Pool::Pool(ElasticOptions options)
    : options_(std::move(options)),
      credentials_{options_.api_key, options_.username, options_.password},
      ring_(options_.hosts.size()),
      multi_(curl_multi_init()) {
  CARTWRIGHT_CHECK(multi_ != nullptr, "curl gives no handle: out of memory");
  if (!options_.now) {
    options_.now = [] { return std::chrono::steady_clock::now(); };
  }
  for (std::string& host : options_.hosts) {
    while (host.ends_with('/')) {
      host.pop_back();
    }
    if (!options_.certificate_fingerprint.empty()) {
      const auto fingerprint = ParseFingerprint(options_.certificate_fingerprint);
      trust_.push_back(std::make_unique<PinnedTrust>(*fingerprint, HostNameOf(host)));
    }
  }
}

Transport::Pool::~Pool() {
  for (auto& [number, transfer] : transfers_) {
    Withdraw(*transfer);
    curl_easy_cleanup(transfer->easy);
  }
  for (CURL* easy : unused_) {
    curl_easy_cleanup(easy);
  }
  curl_multi_cleanup(multi_);
}

bool Transport::Pool::compresses() const {
  return std::any_of(options_.hosts.begin(), options_.hosts.end(), [this](const auto& host) {
    return CompressesFor(options_.compression, host);
  });
}

PinnedTrust* Transport::Pool::TrustOf(std::size_t host) {
  return trust_.empty() ? nullptr : trust_[host].get();
}

Transfer& Transport::Pool::Add(HttpRequest request, Callback callback) {
  auto transfer = std::make_unique<Transfer>();
  transfer->number = ++last_number_;
  transfer->request = std::move(request);
  transfer->callback = std::move(callback);
  transfer->answer_limit = options_.answer_limit;
  if (unused_.empty()) {
    transfer->easy = curl_easy_init();
    CARTWRIGHT_CHECK(transfer->easy != nullptr, "curl gives no handle: out of memory");
  } else {
    transfer->easy = unused_.back();
    unused_.pop_back();
  }
  return *transfers_.emplace(transfer->number, std::move(transfer)).first->second;
}

std::uint64_t Transport::Pool::Start(HttpRequest request, Callback callback) {
  Transfer& transfer = Add(std::move(request), std::move(callback));
  Launch(transfer, ring_.Next(options_.now()));
  return transfer.number;
}

void Transport::Pool::Launch(Transfer& transfer, std::size_t host) {
  transfer.host = host;
  transfer.launched = true;
  transfer.moved = 0;
  transfer.moved_at = options_.now();
  transfer.authorization = AuthorizationOf(credentials_);
  ++transfer.hosts_tried;
  SetUpTransfer(transfer, options_, TrustOf(host));
  curl_multi_add_handle(multi_, transfer.easy);
}

// Requests whose pause is over, and probes.
void Transport::Pool::LaunchDue() {
  const Time now = options_.now();
  for (auto& [number, transfer] : transfers_) {
    if (!transfer->launched && transfer->due <= now) {
      Launch(*transfer, ring_.Next(now));
    }
  }
  while (const auto host = ring_.TakeForProbe(now)) {
    Transfer& transfer = Add({"HEAD", "/", "", ""}, nullptr);
    transfer.probe = true;
    ++probes_;
    Launch(transfer, *host);
  }
}

// Until a request falls due or has been silent for too long.
milliseconds Transport::Pool::UntilDeadline() const {
  Time next = Time::max();
  for (const auto& [number, transfer] : transfers_) {
    next = std::min(
        next, transfer->launched ? transfer->moved_at + options_.idle_timeout : transfer->due);
  }
  const Time now = options_.now();
  return next <= now ? milliseconds(0) : std::chrono::ceil<milliseconds>(next - now);
}

void Transport::Pool::Poll(milliseconds timeout) {
  constexpr milliseconds kLongest{3'600'000};
  int running = 0;
  LaunchDue();
  curl_multi_perform(multi_, &running);
  CollectEnded();
  if (ended_.empty() && timeout.count() > 0) {
    const milliseconds wait = std::min({timeout, UntilDeadline(), kLongest});
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(wait.count()), nullptr);
    curl_multi_perform(multi_, &running);
    CollectEnded();
  }
  EndIdle();
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

// curl's own limit for slow transfers knows whole seconds and an average over five of them.
void Transport::Pool::EndIdle() {
  const Time now = options_.now();
  std::vector<Transfer*> silent;
  for (auto& [number, transfer] : transfers_) {
    const std::int64_t moved = transfer->launched ? BytesMoved(*transfer) : 0;
    if (moved != transfer->moved) {
      transfer->moved = moved;
      transfer->moved_at = now;
    } else if (transfer->launched && now - transfer->moved_at >= options_.idle_timeout) {
      silent.push_back(transfer.get());
    }
  }
  for (Transfer* transfer : silent) {
    End(*transfer, CURLE_OPERATION_TIMEDOUT);
  }
}

void Transport::Pool::End(Transfer& transfer, CURLcode code) {
  long bytes_sent = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_REQUEST_SIZE, &bytes_sent);
  if (code == CURLE_OK) {
    ReadAnswerHead(transfer);
  }
  if (code == CURLE_OK && !CannotServe(transfer.response.status)) {
    ring_.Works(transfer.host);
  } else {
    ring_.Fails(transfer.host, options_.now());
  }
  if (transfer.probe) {
    Remove(transfer);
    return;
  }
  const bool again = code == CURLE_OK ? TryWithFreshCredentials(transfer)
                                      : bytes_sent == 0 && TryNextHost(transfer);
  if (again) {
    return;
  }
  Exchange exchange;
  exchange.sent = bytes_sent > 0;
  if (code == CURLE_OK) {
    exchange.response = std::move(transfer.response);
  } else {
    exchange.error = NoAnswer(transfer, options_, TrustOf(transfer.host), code);
  }
  exchange.request = std::move(transfer.request);
  ended_.emplace_back(std::move(transfer.callback), std::move(exchange));
  Remove(transfer);
}

bool Transport::Pool::TryNextHost(Transfer& transfer) {
  if (transfer.hosts_tried >= options_.hosts.size()) {
    return false;
  }
  Withdraw(transfer);
  Launch(transfer, ring_.Next(options_.now()));
  return true;
}

// A renewed key is tried at once. With the same one it takes a pause: a node that has just started
// may not have read its users yet.
bool Transport::Pool::TryWithFreshCredentials(Transfer& transfer) {
  if (transfer.response.status != 401 || transfer.authorized || !options_.reread_credentials) {
    return false;
  }
  auto fresh = options_.reread_credentials();
  if (fresh && CheckCredentials(*fresh)) {
    credentials_ = *std::move(fresh);
  }
  const bool same = AuthorizationOf(credentials_) == transfer.authorization;
  Withdraw(transfer);
  transfer.authorized = true;
  transfer.due = same ? options_.now() + options_.unauthorized_pause : options_.now();
  return true;
}

// Takes a request off the wire, to be launched again or removed.
void Transport::Pool::Withdraw(Transfer& transfer) {
  curl_multi_remove_handle(multi_, transfer.easy);
  transfer.launched = false;
  transfer.response = HttpResponse{};
}

void Transport::Pool::Remove(Transfer& transfer) {
  Withdraw(transfer);
  probes_ -= transfer.probe ? 1 : 0;
  unused_.push_back(std::exchange(transfer.easy, nullptr));
  transfers_.erase(transfer.number);
}

void Transport::Pool::Cancel(std::uint64_t number) {
  const auto found = transfers_.find(number);
  if (found != transfers_.end()) {
    Remove(*found->second);
  }
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
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  CARTWRIGHT_CHECK(kStarted == CURLE_OK, "curl does not start");
  CARTWRIGHT_TRY(CheckElasticOptions(options));
  auto pool = std::make_unique<Pool>(std::move(options));
  return std::unique_ptr<Transport>(new Transport(std::move(pool)));
}

Result<HttpResponse> Transport::Perform(const HttpRequest& request) {
  constexpr milliseconds kBetweenLooks{200};
  std::optional<Exchange> answer;
  const bool cleans_up = stopped();
  const Time last = pool_->Now() + pool_->stop_grace();
  const std::uint64_t number =
      Start(request, [&answer](Exchange exchange) { answer = std::move(exchange); });
  while (!answer) {
    if (stopped() && (!cleans_up || pool_->Now() >= last)) {
      Cancel(number);
      return Error{ErrorKind::kCancelled,
                   fmt::format("stopped while waiting for the answer to {} {}", request.method,
                               request.path.substr(0, request.path.find('?')))};
    }
    Poll(kBetweenLooks);
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
void Transport::Poll(milliseconds timeout) { pool_->Poll(timeout); }
std::size_t Transport::in_flight() const { return pool_->in_flight(); }
std::size_t Transport::hosts() const { return pool_->hosts(); }
bool Transport::compresses() const { return pool_->compresses(); }
bool Transport::stopped() const { return pool_->stopped(); }

}  // namespace cartwright
