#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/elastic/transport.h"

struct curl_slist;  // NOLINT(readability-identifier-naming): named by libcurl.

namespace cartwright {

class PinnedTrust;

struct FreeHeaders {
  void operator()(curl_slist* list) const;
};

/// One request on its way through one curl handle.
struct Transfer {
  using Time = std::chrono::steady_clock::time_point;

  std::uint64_t number = 0;
  HttpRequest request;
  Transport::Callback callback;
  HttpResponse response;
  void* easy = nullptr;  ///< A CURL*, which is void* there.
  std::unique_ptr<curl_slist, FreeHeaders> headers;
  std::string url;
  std::string packed;                    ///< The body as gzip; empty until it was asked for.
  std::string authorization;             ///< As it was sent last.
  std::array<char, 256> curl_message{};  ///< What curl says beyond its code.
  std::size_t host = 0;
  std::size_t hosts_tried = 0;
  std::size_t answer_limit = 0;
  std::int64_t moved = 0;  ///< Bytes sent and received when last looked.
  Time moved_at{};         ///< When that had changed.
  Time due{};              ///< Not launched before.
  bool launched = false;
  bool probe = false;       ///< Ours, to see whether a host is back.
  bool authorized = false;  ///< Credentials were read anew for it.
};

/// Prepares the handle for sending the request to `transfer.host`. `trust` may be null: then the CA
/// file or the system's list says whom to trust. Options, transfer and trust must outlive the send.
void SetUpTransfer(Transfer& transfer, const ElasticOptions& options, PinnedTrust* trust);

/// Bytes that went either way so far, headers included.
std::int64_t BytesMoved(const Transfer& transfer);

/// Fills in status and headers of the response after a whole answer.
void ReadAnswerHead(Transfer& transfer);

/// Why no whole answer came, by curl's code, with what to check. Errors: kPermission when the
/// server's certificate was refused, else kUnavailable.
Error NoAnswer(const Transfer& transfer, const ElasticOptions& options, const PinnedTrust* trust,
               int code);

}  // namespace cartwright
