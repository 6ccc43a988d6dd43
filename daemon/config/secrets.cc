#include <fmt/core.h>

#include <algorithm>

#include "daemon/config/sections.h"

namespace cartwright {
namespace {

constexpr std::string_view kReferences = "{env: NAME}, {file: path} or {credential: name}";

bool IsVariableName(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), allowed);
}

bool IsCredentialName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos;
}

// A file's text without the line end that editors add.
std::string WithoutLineEnd(std::string text) {
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  if (text.ends_with('\r')) {
    text.pop_back();
  }
  return text;
}

Result<std::string> ReadEnvironment(const std::string& name, const SecretSource& secrets) {
  if (!IsVariableName(name)) {
    return Error{ErrorKind::kConfig, "env needs the name of an environment variable"};
  }
  const auto value = secrets.Environment(name);
  if (!value || value->empty()) {
    return Error{ErrorKind::kConfig, fmt::format("the environment variable {} is {}; set it", name,
                                                 value ? "empty" : "not set")};
  }
  return *value;
}

Result<std::string> ReadSecretFile(const std::string& path, const SecretSource& secrets) {
  CARTWRIGHT_ASSIGN(std::string text, secrets.File(path));
  text = WithoutLineEnd(std::move(text));
  if (text.empty()) {
    return Error{ErrorKind::kConfig, fmt::format("the file {} is empty", path)};
  }
  return text;
}

Result<std::string> ReadCredential(const std::string& name, const SecretSource& secrets) {
  if (!IsCredentialName(name)) {
    return Error{ErrorKind::kConfig, "credential needs the name of a systemd credential"};
  }
  const auto folder = secrets.Environment("CREDENTIALS_DIRECTORY");
  if (!folder || folder->empty()) {
    return Error{ErrorKind::kConfig,
                 fmt::format("the credential {} cannot be read: CREDENTIALS_DIRECTORY is not set; "
                             "start under systemd with LoadCredential={}:…, or use {{file: path}}",
                             name, name)};
  }
  return ReadSecretFile(*folder + "/" + name, secrets);
}

bool HasControlBytes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
}

}  // namespace

Result<std::string> ReadSecret(const SecretReference& reference, const SecretSource& secrets) {
  Result<std::string> text =
      Error{ErrorKind::kConfig, fmt::format("expected a reference: {}", kReferences)};
  if (reference.kind.empty()) {
    text = std::string();
  } else if (reference.kind == "env") {
    text = ReadEnvironment(reference.name, secrets);
  } else if (reference.kind == "credential") {
    text = ReadCredential(reference.name, secrets);
  } else if (reference.kind == "file" && !reference.name.empty()) {
    text = ReadSecretFile(reference.name, secrets);
  }
  if (text && HasControlBytes(*text)) {
    return Error{ErrorKind::kConfig, "the secret has more than one line or a control character"};
  }
  return text;
}

Secret DecodeSecret(const ConfigNode& node, const ConfigSurroundings& surroundings,
                    DecodeContext& context) {
  if (node.kind == ConfigNode::Kind::kMissing) {
    return {};
  }
  if (node.kind == ConfigNode::Kind::kScalar) {
    context.Refuse(
        node,
        fmt::format("a secret must not stand in the configuration; refer to it: {}", kReferences));
    return {};
  }
  const bool shaped = node.kind == ConfigNode::Kind::kMap && node.members.size() == 1 &&
                      node.members[0].value.kind == ConfigNode::Kind::kScalar;
  if (!shaped) {
    context.Refuse(node, fmt::format("expected one reference: {}", kReferences));
    return {};
  }
  const auto& [kind, value] = node.members[0];
  SecretReference reference{kind, value.scalar};
  if (kind == "file") {
    reference.name = surroundings.Absolute(value.scalar);
  }
  Result<std::string> text = ReadSecret(reference, surroundings.secrets);
  if (!text) {
    context.Refuse(node, text.error().message);
    return {};
  }
  return Secret(std::move(*text), std::move(reference));
}

}  // namespace cartwright
