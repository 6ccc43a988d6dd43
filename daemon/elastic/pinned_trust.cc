#include "daemon/elastic/pinned_trust.h"

#include <curl/curl.h>
#include <fmt/core.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <optional>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') {
    return static_cast<unsigned>(lower - 'a' + 10);
  }
  return std::nullopt;
}

CertificateFingerprint FingerprintOf(const X509* certificate) {
  CertificateFingerprint digest{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  CARTWRIGHT_CHECK(size == digest.size(), "OpenSSL gives no SHA-256");
  return digest;
}

std::string Hex(const CertificateFingerprint& fingerprint) {
  std::string text;
  for (const unsigned char byte : fingerprint) {
    text += fmt::format("{:02x}", byte);
  }
  return text;
}

bool NamesHost(X509* certificate, const std::string& host) {
  return X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1 ||
         X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
}

struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using CertificateStack = std::unique_ptr<STACK_OF(X509), FreeStack>;

// Builds the chain from the server's certificate up to `anchor`, which need not be a root.
bool DescendsFrom(X509_STORE_CTX* context, X509* anchor) {
  const CertificateStack trusted(sk_X509_new_null());
  CARTWRIGHT_CHECK(trusted != nullptr && sk_X509_push(trusted.get(), anchor) > 0,
                   "OpenSSL is out of memory");
  X509_STORE_CTX_set0_trusted_stack(context, trusted.get());
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  const bool descends = X509_verify_cert(context) == 1;
  X509_STORE_CTX_set0_trusted_stack(context, nullptr);
  return descends;
}

int VerifyForOpenSsl(X509_STORE_CTX* context, void* trust) {
  return static_cast<PinnedTrust*>(trust)->Verify(context) ? 1 : 0;
}

CURLcode SetUpContext(CURL*, void* ssl_context, void* trust) {
  SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(ssl_context), &VerifyForOpenSsl, trust);
  return CURLE_OK;
}

}  // namespace

Result<CertificateFingerprint> ParseFingerprint(std::string_view text) {
  CertificateFingerprint fingerprint{};
  std::size_t digits = 0;
  for (const char c : text) {
    const std::optional<unsigned> digit = HexDigit(c);
    if (!digit && c == ':' && digits % 2 == 0) {
      continue;
    }
    if (!digit || digits == 2 * fingerprint.size()) {
      digits = 0;
      break;
    }
    unsigned char& byte = fingerprint[digits / 2];
    byte = static_cast<unsigned char>(byte << 4 | *digit);
    ++digits;
  }
  if (digits != 2 * fingerprint.size()) {
    return Error{
        ErrorKind::kConfig,
        fmt::format("a certificate fingerprint is SHA-256 in 64 hexadecimal digits, not \"{}\"; "
                    "openssl x509 -noout -fingerprint -sha256 -in FILE prints it",
                    text)};
  }
  return fingerprint;
}

void PinnedTrust::Apply(void* easy) {
  // Names are checked by Verify(), because a pinned certificate of the server's own needs none.
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &SetUpContext);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, this);
}

bool PinnedTrust::Verify(void* context) {
  auto* const store = static_cast<X509_STORE_CTX*>(context);
  X509* const leaf = X509_STORE_CTX_get0_cert(store);
  STACK_OF(X509)* const sent = X509_STORE_CTX_get0_untrusted(store);
  X509* pinned = FingerprintOf(leaf) == fingerprint_ ? leaf : nullptr;
  std::string seen = Hex(FingerprintOf(leaf));
  for (int i = 0; pinned == nullptr && i < sk_X509_num(sent); ++i) {
    X509* const certificate = sk_X509_value(sent, i);
    if (FingerprintOf(certificate) == fingerprint_) {
      pinned = certificate;
    } else if (X509_cmp(certificate, leaf) != 0) {
      seen += " and " + Hex(FingerprintOf(certificate));
    }
  }
  refusal_.clear();
  if (pinned == nullptr) {
    X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    refusal_ = "none of the server's certificates has the pinned fingerprint; theirs: " + seen;
  } else if (!DescendsFrom(store, pinned)) {
    refusal_ = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
  } else if (pinned != leaf && !NamesHost(leaf, host_name_)) {
    X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
    refusal_ = "the server's certificate does not name the host " + host_name_;
  }
  return refusal_.empty();
}

}  // namespace cartwright
