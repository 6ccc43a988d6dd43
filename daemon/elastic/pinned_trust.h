#pragma once

#include <array>
#include <string>
#include <string_view>

#include "daemon/base/result.h"

namespace cartwright {

/// SHA-256 of a certificate's DER bytes.
using CertificateFingerprint = std::array<unsigned char, 32>;

/// Reads 64 hexadecimal digits, with or without colons between the bytes, as `openssl x509
/// -fingerprint -sha256` and Elasticsearch's first start print them. Errors: kConfig.
Result<CertificateFingerprint> ParseFingerprint(std::string_view text);

/// Makes a TLS connection trust one certificate, known by its fingerprint, and nothing else.
///
/// The certificate must be among those the server sends. When it is an authority, the server's
/// certificate must descend from it by signatures, be in date and name the host; when it is the
/// server's own, it must be in date. That it is merely sent along proves nothing: anyone can send a
/// copy of an authority's certificate.
///
/// curl's own pinning knows the server's public key only. Must outlive the connections it is
/// applied to and not move. One thread.
class PinnedTrust {
 public:
  PinnedTrust(const CertificateFingerprint& fingerprint, std::string host_name)
      : fingerprint_(fingerprint), host_name_(std::move(host_name)) {}

  /// Sets up a curl handle (a CURL*, which is void* there).
  void Apply(void* easy);

  /// Why the last connection was refused, in words; empty when it was not.
  const std::string& refusal() const { return refusal_; }

  /// OpenSSL's verdict on the certificates of a connection; `context` is its X509_STORE_CTX*.
  bool Verify(void* context);

 private:
  CertificateFingerprint fingerprint_;
  std::string host_name_;
  std::string refusal_;
};

}  // namespace cartwright
