#include "daemon/elastic/elastic_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "daemon/elastic/pinned_trust.h"

namespace cartwright {
namespace {

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

Status CheckTrust(const ElasticOptions& options) {
  if (!options.ca_file.empty() && !std::ifstream(options.ca_file).good()) {
    return ConfigError(fmt::format("cannot read the Elasticsearch CA file {}", options.ca_file));
  }
  if (options.certificate_fingerprint.empty()) {
    return {};
  }
  if (!options.ca_file.empty()) {
    return ConfigError(
        "give Elasticsearch's CA file or a certificate fingerprint, not both: each says alone whom "
        "to trust");
  }
  CARTWRIGHT_TRY(ParseFingerprint(options.certificate_fingerprint));
  return {};
}

}  // namespace

Status CheckCredentials(const ElasticCredentials& credentials) {
  const bool bad = HasControl(credentials.api_key) || HasControl(credentials.username) ||
                   HasControl(credentials.password);
  return bad ? ConfigError("an Elasticsearch credential holds a line break or control character")
             : Status();
}

Status CheckElasticOptions(const ElasticOptions& options) {
  if (options.hosts.empty()) {
    return ConfigError("no Elasticsearch host is configured");
  }
  for (const std::string& host : options.hosts) {
    CARTWRIGHT_TRY(CheckHost(host));
  }
  CARTWRIGHT_TRY(CheckCredentials({options.api_key, options.username, options.password}));
  if (HasControl(options.opaque_id) || HasControl(options.user_agent)) {
    return ConfigError("the Elasticsearch opaque id or user agent holds a control character");
  }
  return CheckTrust(options);
}

std::string AuthorizationOf(const ElasticCredentials& credentials) {
  const std::string& key = credentials.api_key;
  if (!key.empty()) {
    const bool encoded = key.find(':') == std::string::npos;
    return "ApiKey " + (encoded ? key : Base64(key));
  }
  if (!credentials.username.empty()) {
    return "Basic " + Base64(credentials.username + ":" + credentials.password);
  }
  return "";
}

std::string HostNameOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  host = host.substr(0, host.find('/'));
  if (host.starts_with('[')) {
    return std::string(host.substr(1, host.find(']') - 1));
  }
  return std::string(host.substr(0, host.find(':')));
}

bool CompressesFor(Compression compression, std::string_view url) {
  if (compression != Compression::kAuto) {
    return compression == Compression::kOn;
  }
  const std::string host = HostNameOf(url);
  return host != "localhost" && host != "::1" && !host.starts_with("127.");
}

}  // namespace cartwright
