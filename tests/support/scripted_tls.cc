#include "tests/support/scripted_tls.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <ctime>

#include "daemon/base/check.h"

namespace cartwright {
namespace {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Certificate = std::unique_ptr<X509, Freed<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>>;
using Memory = std::unique_ptr<BIO, Freed<&BIO_free>>;

std::string TextOf(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Certificate ReadCertificate(const std::string& pem) {
  const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Certificate certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
  CARTWRIGHT_CHECK(certificate != nullptr, "a test certificate does not read back");
  return certificate;
}

Key ReadKey(const std::string& pem) {
  const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
  CARTWRIGHT_CHECK(key != nullptr, "a test key does not read back");
  return key;
}

void AddExtension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  CARTWRIGHT_CHECK(extension != nullptr, "a test certificate takes no extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void FillIn(X509* certificate, const CertificateWish& wish, EVP_PKEY* key) {
  static std::atomic<long> serial{1};
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  std::time_t now = std::time(nullptr);
  X509_time_adj_ex(X509_getm_notBefore(certificate), wish.first_day, 0, &now);
  X509_time_adj_ex(X509_getm_notAfter(certificate), wish.last_day, 0, &now);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1, -1, 0);
}

std::string FingerprintOf(const X509* certificate) {
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  std::string text;
  for (const unsigned char byte : digest) {
    constexpr std::string_view kHex = "0123456789abcdef";
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

class TlsConnection final : public ScriptedTls::Connection {
 public:
  explicit TlsConnection(SSL* ssl) : ssl_(ssl) {}
  long Receive(char* data, std::size_t size) override {
    return SSL_read(ssl_.get(), data, static_cast<int>(size));
  }
  long Send(std::string_view bytes) override {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }

 private:
  std::unique_ptr<SSL, Freed<&SSL_free>> ssl_;
};

}  // namespace

TestCertificate MakeCertificate(const CertificateWish& wish, const TestCertificate* issuer) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  FillIn(certificate.get(), wish, key.get());
  const Certificate signer = issuer == nullptr ? nullptr : ReadCertificate(issuer->certificate);
  const Key signing_key = issuer == nullptr ? nullptr : ReadKey(issuer->key);
  X509* const above = signer == nullptr ? certificate.get() : signer.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(above));
  AddExtension(certificate.get(), above, NID_basic_constraints,
               wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
  AddExtension(certificate.get(), above, NID_subject_alt_name, wish.alternative_names);
  X509_sign(certificate.get(), signing_key == nullptr ? key.get() : signing_key.get(),
            EVP_sha256());
  const Memory pem(BIO_new(BIO_s_mem()));
  const Memory key_pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(pem.get(), certificate.get());
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {TextOf(pem.get()), TextOf(key_pem.get()), FingerprintOf(certificate.get())};
}

ScriptedTls::ScriptedTls(const TestCertificate& own, const std::vector<TestCertificate>& others) {
  signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to clients that have gone.
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  context_ = context;
  const bool ready =
      SSL_CTX_use_certificate(context, ReadCertificate(own.certificate).get()) == 1 &&
      SSL_CTX_use_PrivateKey(context, ReadKey(own.key).get()) == 1;
  CARTWRIGHT_CHECK(ready, "the scripted server cannot use its certificate");
  for (const TestCertificate& other : others) {
    SSL_CTX_add_extra_chain_cert(context, ReadCertificate(other.certificate).release());
  }
}

ScriptedTls::~ScriptedTls() { SSL_CTX_free(static_cast<SSL_CTX*>(context_)); }

std::unique_ptr<ScriptedTls::Connection> ScriptedTls::Accept(int socket) const {
  SSL* const ssl = SSL_new(static_cast<SSL_CTX*>(context_));
  SSL_set_fd(ssl, socket);
  auto connection = std::make_unique<TlsConnection>(ssl);
  return SSL_accept(ssl) == 1 ? std::move(connection) : nullptr;
}

}  // namespace cartwright
