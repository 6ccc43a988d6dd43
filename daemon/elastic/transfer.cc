#include "daemon/elastic/transfer.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>

#include "daemon/elastic/gzip.h"
#include "daemon/elastic/pinned_trust.h"

namespace cartwright {
namespace {

constexpr std::size_t kSpareBytes = 64;           // simdjson reads this far past an answer's end.
constexpr std::size_t kWorthCompressing = 1'024;  // Less fits into one packet anyway.

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
      return "check the CA file or fingerprint, and the certificate's names and dates";
    case CURLE_SSL_CONNECT_ERROR:
      return "check whether the host speaks https or http";
    case CURLE_WRITE_ERROR:
      return "the answer is larger than the limit; ask for less at a time";
    case CURLE_BAD_CONTENT_ENCODING:
      return "the compressed answer is damaged; check any proxy between";
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

void AddHeader(Transfer& transfer, const std::string& line) {
  curl_slist* const longer = curl_slist_append(transfer.headers.get(), line.c_str());
  if (transfer.headers == nullptr) {
    transfer.headers.reset(longer);
  }
}

void SetUpHeaders(Transfer& transfer, const ElasticOptions& options, bool packed) {
  transfer.headers.reset();
  // curl asks for "100 Continue" above 1 MiB; a server that keeps silent costs a second each.
  AddHeader(transfer, "Expect:");
  AddHeader(transfer, "Accept: application/json");
  AddHeader(transfer, ContentType(transfer.request));
  if (packed) {
    AddHeader(transfer, "Content-Encoding: gzip");
  }
  if (!options.opaque_id.empty()) {
    AddHeader(transfer, "X-Opaque-Id: " + options.opaque_id);
  }
  if (!transfer.authorization.empty()) {
    AddHeader(transfer, "Authorization: " + transfer.authorization);
  }
  curl_easy_setopt(transfer.easy, CURLOPT_HTTPHEADER, transfer.headers.get());
}

void SetUpConnection(CURL* easy, const ElasticOptions& options, PinnedTrust* trust) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // Otherwise curl reads the environment for one.
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L << 10);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L << 10);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  if (!options.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // Only what that file names.
  }
  if (trust != nullptr) {
    trust->Apply(easy);
  }
}

void SetUpTimeouts(const Transfer& transfer, const ElasticOptions& options) {
  const auto connect = static_cast<long>(options.connect_timeout.count());
  const auto total = static_cast<long>(options.request_timeout.count());
  curl_easy_setopt(transfer.easy, CURLOPT_CONNECTTIMEOUT_MS, connect);
  curl_easy_setopt(transfer.easy, CURLOPT_TIMEOUT_MS,
                   transfer.probe ? std::min(total, 2 * connect) : total);
}

}  // namespace

void FreeHeaders::operator()(curl_slist* list) const { curl_slist_free_all(list); }

void SetUpTransfer(Transfer& transfer, const ElasticOptions& options, PinnedTrust* trust) {
  CURL* const easy = transfer.easy;
  const HttpRequest& request = transfer.request;
  const std::string& host = options.hosts[transfer.host];
  const bool compresses = CompressesFor(options.compression, host);
  const bool packed = compresses && request.body.size() >= kWorthCompressing;
  if (packed && transfer.packed.empty()) {
    transfer.packed = Gzip(request.body);
  }
  curl_easy_reset(easy);  // Keeps connections, forgets the last request's options.
  transfer.curl_message.fill('\0');
  transfer.url = host + request.path;
  SetUpConnection(easy, options, trust);
  SetUpTimeouts(transfer, options);
  SetUpHeaders(transfer, options, packed);
  curl_easy_setopt(easy, CURLOPT_URL, transfer.url.c_str());
  if (compresses) {
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  }
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET" || !request.body.empty()) {
    const std::string& body = packed ? transfer.packed : request.body;
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &ReceiveBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.curl_message.data());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
}

std::int64_t BytesMoved(const Transfer& transfer) {
  curl_off_t up = 0;
  curl_off_t down = 0;
  long heads_sent = 0;
  long heads_received = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_SIZE_UPLOAD_T, &up);
  curl_easy_getinfo(transfer.easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
  curl_easy_getinfo(transfer.easy, CURLINFO_REQUEST_SIZE, &heads_sent);
  curl_easy_getinfo(transfer.easy, CURLINFO_HEADER_SIZE, &heads_received);
  return up + down + heads_sent + heads_received;
}

void ReadAnswerHead(Transfer& transfer) {
  const auto value = [&transfer](const char* name) -> std::string {
    curl_header* header = nullptr;
    const bool found =
        curl_easy_header(transfer.easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
    return found ? header->value : "";
  };
  long status = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  transfer.response.product = value("X-elastic-product");
  transfer.response.content_type = value("Content-Type");
}

Error NoAnswer(const Transfer& transfer, const ElasticOptions& options, const PinnedTrust* trust,
               int code) {
  const auto curl_code = static_cast<CURLcode>(code);
  const bool refused = curl_code == CURLE_PEER_FAILED_VERIFICATION;
  const std::string path = transfer.request.path.substr(0, transfer.request.path.find('?'));
  std::string why = curl_easy_strerror(curl_code);
  if (refused && trust != nullptr) {
    why = trust->refusal();
  } else if (transfer.curl_message[0] != '\0') {
    why = transfer.curl_message.data();
  }
  return Error{refused ? ErrorKind::kPermission : ErrorKind::kUnavailable,
               fmt::format("no answer from {} to {} {}: {}; {}", options.hosts[transfer.host],
                           transfer.request.method, path, why, Advice(curl_code))};
}

}  // namespace cartwright
