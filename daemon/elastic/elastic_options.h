#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.h"

namespace cartwright {

/// Who we are. With nothing set, nobody in particular.
struct ElasticCredentials {
  std::string api_key;  ///< "encoded" value or id:key. Goes before the password.
  std::string username;
  std::string password;
};

/// Whether bodies travel as gzip and answers may.
enum class Compression {
  kAuto,  ///< On, but for hosts of this machine: there it costs ten times what sending costs.
  kOn,
  kOff,
};

/// Where Elasticsearch is and how we present ourselves.
struct ElasticOptions {
  std::vector<std::string> hosts;  ///< http(s)://name:port, without credentials; used in turn.
  std::string api_key;             ///< As in ElasticCredentials.
  std::string username;
  std::string password;
  /// Asked once when a request gets 401, which is then sent once more: a key may have been renewed,
  /// and a node that has just started knows nobody for a moment. Empty = 401 is final.
  std::function<Result<ElasticCredentials>()> reread_credentials;
  /// How long the second try waits when the credentials are still the same.
  std::chrono::milliseconds unauthorized_pause{1'000};
  std::string ca_file;  ///< PEM file that signs the servers; empty = the system's list.
  /// SHA-256 of the servers' authority, or of a server's own certificate: 64 hexadecimal digits,
  /// with or without colons. Instead of ca_file; see PinnedTrust.
  std::string certificate_fingerprint;
  Compression compression = Compression::kAuto;
  std::chrono::milliseconds connect_timeout{5'000};
  /// Longest silence: no byte sent or received. Elasticsearch itself waits up to 60 s for a shard.
  std::chrono::milliseconds idle_timeout{75'000};
  std::chrono::milliseconds request_timeout{300'000};  ///< For a whole request.
  std::string user_agent{"cartwright/0.1.0"};
  std::string opaque_id;                              ///< Sent as X-Opaque-Id; shows in slow logs.
  std::size_t answer_limit = std::size_t{256} << 20;  ///< Bytes of one answer, decompressed.
  /// Asked several times a second while something is waited for; true gives it up. Any thread.
  /// Empty = never.
  std::function<bool()> stopped;
  /// What a request may take that begins after that: somebody cleans up.
  std::chrono::milliseconds stop_grace{10'000};
  /// Monotonic time for dead hosts and silence; empty = the machine's.
  std::function<std::chrono::steady_clock::time_point()> now;
};

/// Errors: kConfig for what Transport::Create() names. No message holds a credential.
Status CheckElasticOptions(const ElasticOptions& options);

/// Errors: kConfig for a line break or control character.
Status CheckCredentials(const ElasticCredentials& credentials);

/// The value of the Authorization header; empty without credentials.
std::string AuthorizationOf(const ElasticCredentials& credentials);

/// The host name or address in "http(s)://name:port", without brackets.
std::string HostNameOf(std::string_view url);

/// Whether what goes to `url` is compressed.
bool CompressesFor(Compression compression, std::string_view url);

}  // namespace cartwright
