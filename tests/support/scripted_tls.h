#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cartwright {

/// A certificate and its key, made for a test and thrown away with it.
struct TestCertificate {
  std::string certificate;  ///< PEM.
  std::string key;          ///< PEM.
  std::string fingerprint;  ///< SHA-256 in 64 hexadecimal digits.
};

struct CertificateWish {
  std::string name = "node";
  std::string alternative_names = "IP:127.0.0.1,DNS:localhost";
  bool authority = false;
  int first_day = -1;  ///< From today.
  int last_day = 1;
};

/// A certificate signed by `issuer`, or by itself without one.
TestCertificate MakeCertificate(const CertificateWish& wish,
                                const TestCertificate* issuer = nullptr);

/// The server's side of TLS connections.
class ScriptedTls {
 public:
  /// Sends `own` and then the others, as a server does that is configured with a chain.
  explicit ScriptedTls(const TestCertificate& own, const std::vector<TestCertificate>& others = {});
  ~ScriptedTls();
  ScriptedTls(const ScriptedTls&) = delete;
  ScriptedTls& operator=(const ScriptedTls&) = delete;

  /// One accepted connection; every call blocks.
  class Connection {
   public:
    virtual ~Connection() = default;
    /// At most `size` bytes; 0 or less when the client has gone.
    virtual long Receive(char* data, std::size_t size) = 0;
    virtual long Send(std::string_view bytes) = 0;
  };

  /// Nothing when the handshake fails, for instance because the client does not trust us.
  std::unique_ptr<Connection> Accept(int socket) const;

 private:
  void* context_;  // An SSL_CTX*.
};

}  // namespace cartwright
