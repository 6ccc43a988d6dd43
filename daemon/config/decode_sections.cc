#include <fmt/core.h>

#include <algorithm>

#include "daemon/config/section_fields.h"
#include "daemon/config/sections.h"

namespace cartwright {
namespace {

bool IsHostName(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  const auto in_brackets = [](char c) {
    return (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' ||
           c == '.';
  };
  if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
    name = name.substr(1, name.size() - 2);
    return std::all_of(name.begin(), name.end(), in_brackets);
  }
  return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

bool IsPort(std::string_view port) {
  const bool digits =
      !port.empty() && port.size() <= 5 && port[0] != '0' &&
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && std::stoi(std::string(port)) <= 65'535;
}

// What is wrong with a host address; empty when nothing is. Never repeats the address, which could
// hold a password.
std::string_view HostFault(std::string_view host) {
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  if (host.find('@') != std::string_view::npos) {
    return "credentials must not stand in the address; use elasticsearch.auth";
  }
  if (!host.starts_with(kHttp) && !host.starts_with(kHttps)) {
    return "expected http://host:port or https://host:port";
  }
  host.remove_prefix(host.starts_with(kHttp) ? kHttp.size() : kHttps.size());
  if (host.find_first_of("/?#") != std::string_view::npos) {
    return "expected only http(s)://host:port, without a path or a slash at the end";
  }
  const std::size_t after_brackets = host.starts_with('[') ? host.find(']') : 0;
  const std::size_t colon =
      after_brackets == std::string_view::npos ? after_brackets : host.find(':', after_brackets);
  if (colon != std::string_view::npos && !IsPort(host.substr(colon + 1))) {
    return "the port must be a number from 1 to 65535";
  }
  return IsHostName(host.substr(0, colon)) ? "" : "the host name is not valid";
}

void CheckHosts(const ConfigNode& node, const ElasticsearchConfig& elasticsearch,
                DecodeContext& context) {
  if (node.kind != ConfigNode::Kind::kSequence) {
    return;
  }
  if (node.items.empty()) {
    context.Refuse(node, "name at least one host");
  }
  for (std::size_t i = 0; i < std::min(node.items.size(), elasticsearch.hosts.size()); ++i) {
    const std::string_view fault = HostFault(node.items[i].scalar);
    if (!fault.empty()) {
      context.Refuse(node.items[i], std::string(fault));
    }
  }
}

// Whether credentials would cross a network in clear text.
bool SendsInClear(const ElasticsearchConfig& elasticsearch) {
  return std::any_of(
      elasticsearch.hosts.begin(), elasticsearch.hosts.end(), [](std::string_view host) {
        return host.starts_with("http://") && !host.starts_with("http://127.") &&
               !host.starts_with("http://localhost") && !host.starts_with("http://[::1]");
      });
}

void DecodeAuth(const ConfigNode& section, const ConfigSurroundings& surroundings,
                ElasticsearchConfig& elasticsearch, DecodeContext& context) {
  const ConfigNode auth = section.Section("auth");
  if (auth.present() && auth.kind != ConfigNode::Kind::kMap) {  // Could be a secret: not shown.
    context.Refuse(auth, "expected {api_key: …} or {username: …, password: …} with references");
    return;
  }
  DecodeFields(auth, AuthFields(), elasticsearch, context, NamesOf(AuthKeys()));
  elasticsearch.api_key = DecodeSecret(auth.Section("api_key"), surroundings, context);
  elasticsearch.password = DecodeSecret(auth.Section("password"), surroundings, context);
  const bool has_key = auth.Find("api_key") != nullptr;
  const bool has_user = auth.Find("username") != nullptr;
  const bool has_password = auth.Find("password") != nullptr;
  context.Record(auth, "api_key", has_key ? "***" : "null");
  context.Record(auth, "password", has_password ? "***" : "null");
  if (has_key && (has_user || has_password)) {
    context.RefuseKey(auth, "give either api_key, or username and password");
  } else if (has_user != has_password) {
    context.RefuseKey(auth, has_user ? "username needs a password" : "password needs a username");
  } else if (auth.kind == ConfigNode::Kind::kMap && !has_key && !has_user) {
    context.RefuseKey(auth, "give api_key, or username and password");
  } else if (has_key || has_user) {
    if (SendsInClear(elasticsearch)) {
      context.Warn(auth, "the credentials are sent in clear text over http; use https");
    }
  }
}

// 64 hexadecimal digits, as tools print them: with or without colons.
bool IsFingerprint(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (!hex && !(c == ':' && digits % 2 == 0)) {
      return false;
    }
    digits += hex ? 1 : 0;
  }
  return digits == 64;
}

void DecodeTls(const ConfigNode& tls, ElasticsearchConfig& elasticsearch, DecodeContext& context) {
  DecodeFields(tls, TlsFields(), elasticsearch, context);
  if (elasticsearch.fingerprint.empty()) {
    return;
  }
  const ConfigNode fingerprint = tls.Section("fingerprint");
  if (!IsFingerprint(elasticsearch.fingerprint)) {
    context.Refuse(fingerprint,
                   "expected SHA-256 in 64 hexadecimal digits; openssl x509 -noout -fingerprint "
                   "-sha256 -in FILE prints it");
  }
  if (!elasticsearch.ca_file.empty()) {
    context.RefuseKey(fingerprint, "give either ca_file or fingerprint");
  }
}

IndexConfig DecodeIndex(const ConfigNode& indices, std::string_view name, IndexConfig index,
                        DecodeContext& context) {
  const ConfigNode node = indices.Section(name);
  DecodeFields(node, IndexFields(), index, context, NamesOf(IndexKeys()));
  const ConfigNode settings = node.Section("settings");
  if (settings.present() && settings.kind != ConfigNode::Kind::kMap) {
    context.Refuse(settings, fmt::format("expected a map such as {{refresh_interval: 5s}}, {}",
                                         DescribeFound(settings)));
  }
  std::string shown;
  for (const auto& [key, value] : settings.members) {
    if (key.find("number_of_shards") != std::string::npos ||
        key.find("number_of_replicas") != std::string::npos) {
      context.RefuseKey(value, "use the keys shards and replicas of the index");
    } else if (const auto text = ReadValue<std::string>(value, {}, context)) {
      index.settings[key] = *text;
      shown += fmt::format("{}{}: {}", shown.empty() ? "" : ", ", key, *text);
    }
  }
  context.Record(node, "settings", "{" + shown + "}");
  return index;
}

}  // namespace

std::string ConfigSurroundings::Absolute(const std::string& path) const {
  return path.empty() ? path : (folder / path).lexically_normal().string();
}

bool IsSimpleName(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
  });
}

ShopConfig DecodeShop(const ConfigNode& root, DecodeContext& context) {
  ShopConfig shop;
  DecodeFields(root.Section("shop"), ShopFields(), shop, context);
  return shop;
}

ElasticsearchConfig DecodeElasticsearch(const ConfigNode& root,
                                        const ConfigSurroundings& surroundings,
                                        DecodeContext& context) {
  ElasticsearchConfig elasticsearch;
  const ConfigNode section = root.Section("elasticsearch");
  DecodeFields(section, ElasticsearchFields(), elasticsearch, context,
               NamesOf(ElasticsearchKeys()));
  CheckHosts(section.Section("hosts"), elasticsearch, context);
  DecodeAuth(section, surroundings, elasticsearch, context);
  DecodeTls(section.Section("tls"), elasticsearch, context);
  elasticsearch.ca_file = surroundings.Absolute(elasticsearch.ca_file);
  return elasticsearch;
}

IndicesConfig DecodeIndices(const ConfigNode& root, DecodeContext& context) {
  IndicesConfig indices;
  const ConfigNode section = root.Section("indices");
  DecodeFields(section, IndicesFields(), indices, context, NamesOf(IndicesKeys()));
  indices.orders = DecodeIndex(section, "orders", indices.orders, context);
  indices.downloads = DecodeIndex(section, "downloads", indices.downloads, context);
  indices.reports = DecodeIndex(section, "reports", indices.reports, context);
  indices.report_rows = DecodeIndex(section, "report_rows", indices.report_rows, context);
  indices.customer_values =
      DecodeIndex(section, "customer_values", indices.customer_values, context);
  indices.runs = DecodeIndex(section, "runs", indices.runs, context);
  return indices;
}

LimitsConfig DecodeLimits(const ConfigNode& root, DecodeContext& context) {
  LimitsConfig limits;
  DecodeFields(root.Section("limits"), LimitsFields(), limits, context);
  return limits;
}

StateConfig DecodeState(const ConfigNode& root, const ConfigSurroundings& surroundings,
                        DecodeContext& context) {
  StateConfig state;
  DecodeFields(root.Section("state"), StateFields(), state, context);
  state.directory = surroundings.Absolute(state.directory);
  return state;
}

ReportsConfig DecodeReports(const ConfigNode& root, DecodeContext& context) {
  ReportsConfig reports;
  DecodeFields(root.Section("reports"), ReportsFields(), reports, context);
  return reports;
}

}  // namespace cartwright
