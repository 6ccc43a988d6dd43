// The only file that sees yaml-cpp. It reads events instead of its node tree, because the tree
// hides duplicate keys, anchors and the places of keys.
#include "daemon/config/yaml.h"

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "daemon/base/utf8.h"

namespace cartwright {
namespace {

struct Place {
  int line = 1;
  int column = 1;
};

Place PlaceOf(const YAML::Mark& mark) {
  return mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1};
}

Place PlaceOfByte(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0.
  return {static_cast<int>(lines) + 1, static_cast<int>(at - line_start) + 1};
}

ConfigFinding FindingAt(Place place, std::string path, std::string message) {
  return {false, place.line, place.column, std::move(path), std::move(message)};
}

// Builds the tree from events. A node that was refused is still built, so that one mistake gives
// one finding.
class TreeBuilder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) {
      Refuse(PlaceOf(mark), "",
             "a second YAML document starts here; one file holds one configuration");
    }
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseDecoration(mark, "", anchor);
    ConfigNode node = NodeAt(mark, ConfigNode::Kind::kNull);
    Add(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(PlaceOf(mark), "", kNoAliases);
    Add(NodeAt(mark, ConfigNode::Kind::kNull));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    RefuseDecoration(mark, tag, anchor);
    ConfigNode node = NodeAt(mark, ConfigNode::Kind::kScalar);
    node.scalar = value;
    node.quoted = tag == "!";  // yaml-cpp's mark of a scalar in quotes or a block scalar.
    if (node.quoted) {
      last_quoted_ = PlaceOf(mark);
    }
    Add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, ConfigNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, ConfigNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

  static constexpr const char* kNoAliases =
      "anchors, aliases and merge keys are not allowed; write the value out";

  std::vector<ConfigFinding> TakeFindings() { return std::move(findings_); }
  std::optional<Place> last_quoted() const { return last_quoted_; }
  std::optional<ConfigNode> TakeRoot() { return std::move(root_); }

 private:
  struct OpenNode {
    ConfigNode node;
    std::optional<ConfigNode> key;  // Of a map: the key that waits for its value.
    bool is_key = false;            // This node stands where a key should.
  };

  static ConfigNode NodeAt(const YAML::Mark& mark, ConfigNode::Kind kind) {
    const Place place = PlaceOf(mark);
    ConfigNode node;
    node.kind = kind;
    node.line = node.key_line = place.line;
    node.column = node.key_column = place.column;
    return node;
  }

  void Refuse(Place place, std::string path, std::string message) {
    findings_.push_back(FindingAt(place, std::move(path), std::move(message)));
  }

  void RefuseDecoration(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      Refuse(PlaceOf(mark), NextPath(), kNoAliases);
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      Refuse(PlaceOf(mark), NextPath(), "YAML tags are not allowed; write the plain value");
    }
  }

  std::string NextPath() const {
    if (open_.empty()) {
      return "";
    }
    const OpenNode& parent = open_.back();
    if (parent.node.kind == ConfigNode::Kind::kSequence) {
      return fmt::format("{}[{}]", parent.node.path, parent.node.items.size());
    }
    return parent.key ? parent.node.ChildPath(parent.key->scalar) : parent.node.path;
  }

  bool AwaitsKey() const {
    return !open_.empty() && open_.back().node.kind == ConfigNode::Kind::kMap && !open_.back().key;
  }

  void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            ConfigNode::Kind kind) {
    RefuseDecoration(mark, tag, anchor);
    if (static_cast<int>(open_.size()) == kMaxConfigDepth && !too_deep_) {
      too_deep_ = true;
      Refuse(PlaceOf(mark), "", fmt::format("nested deeper than {} levels", kMaxConfigDepth));
    }
    OpenNode opened{NodeAt(mark, kind), std::nullopt, AwaitsKey()};
    opened.node.path = NextPath();
    open_.push_back(std::move(opened));
  }

  void Close() {
    OpenNode closed = std::move(open_.back());
    open_.pop_back();
    Add(std::move(closed.node));
  }

  void Add(ConfigNode node) {
    if (documents_ > 1) {
      return;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    OpenNode& parent = open_.back();
    if (AwaitsKey()) {
      AddKey(parent, std::move(node));
      return;
    }
    node.path = NextPath();
    if (parent.node.kind == ConfigNode::Kind::kSequence) {
      parent.node.items.push_back(std::move(node));
      return;
    }
    AddMember(parent, std::move(node));
  }

  void AddKey(OpenNode& parent, ConfigNode key) {
    if (key.kind != ConfigNode::Kind::kScalar) {
      Refuse({key.line, key.column}, parent.node.path, "a key must be a plain name");
      key.scalar = "?";
    } else if (key.scalar == "<<" && !key.quoted) {
      Refuse({key.line, key.column}, parent.node.path, kNoAliases);
    }
    parent.key = std::move(key);
  }

  void AddMember(OpenNode& parent, ConfigNode value) {
    const ConfigNode key = std::move(*parent.key);
    parent.key.reset();
    if (const ConfigNode* first = parent.node.Find(key.scalar)) {
      Refuse({key.line, key.column}, value.path,
             fmt::format("the key \"{}\" stands here a second time; first at {}:{}", key.scalar,
                         first->key_line, first->key_column));
      return;
    }
    value.key_line = key.line;
    value.key_column = key.column;
    if (value.kind == ConfigNode::Kind::kNull) {  // Its mark is that of whatever comes next.
      value.line = key.line;
      value.column = key.column;
    }
    parent.node.members.push_back({key.scalar, std::move(value)});
  }

  std::vector<OpenNode> open_;
  std::optional<ConfigNode> root_;
  std::vector<ConfigFinding> findings_;
  std::optional<Place> last_quoted_;
  int documents_ = 0;
  bool too_deep_ = false;
};

// yaml-cpp's wording, without the parts of its messages that repeat what was written.
std::string SyntaxMessage(const YAML::Exception& fault) {
  const std::string& message = fault.msg;
  if (message.find("anchor") != std::string::npos || message.find("alias") != std::string::npos) {
    return TreeBuilder::kNoAliases;
  }
  const std::string_view known = std::string_view(message).substr(0, message.find(": "));
  return fmt::format("not valid YAML: {}", known);
}

// Tabs may separate tokens but never indent; yaml-cpp lets some of them through.
std::optional<std::size_t> FindIndentingTab(std::string_view text) {
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t first = text.find_first_not_of(" \t", start);
    if (first == std::string_view::npos) {
      return std::nullopt;
    }
    const std::size_t tab = text.substr(start, first - start).find('\t');
    const bool empty_line = text[first] == '\n' || text[first] == '\r' || text[first] == '#';
    if (tab != std::string_view::npos && !empty_line) {
      return start + tab;
    }
    const std::size_t end = text.find('\n', first);
    start = end == std::string_view::npos ? text.size() : end + 1;
  }
  return std::nullopt;
}

// What is wrong with the bytes themselves; nothing when the parser may see them.
std::optional<ConfigFinding> CheckBytes(std::string_view text) {
  if (text.size() > kMaxConfigBytes) {
    return FindingAt({0, 0}, "",
                     fmt::format("the file has {} bytes; a configuration has at most {}",
                                 text.size(), kMaxConfigBytes));
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return FindingAt(PlaceOfByte(text, nul), "", "a NUL byte is not allowed here");
  }
  if (const auto bad = FindInvalidUtf8(text)) {
    return FindingAt(PlaceOfByte(text, *bad), "",
                     fmt::format("not valid UTF-8 (byte 0x{:02X}); save the file as UTF-8",
                                 static_cast<unsigned char>(text[*bad])));
  }
  if (const auto tab = FindIndentingTab(text)) {
    return FindingAt(PlaceOfByte(text, *tab), "",
                     "a tab indents this line; tabs are not allowed here, use spaces");
  }
  return std::nullopt;
}

std::size_t ByteOfPlace(std::string_view text, Place place) {
  std::size_t start = 0;
  for (int line = 1; line < place.line; ++line) {
    start = text.find('\n', start) + 1;
  }
  return start + static_cast<std::size_t>(place.column) - 1;
}

// Whether the quoted scalar that begins here is ended. yaml-cpp takes the end of the file for one.
bool IsQuoteClosed(std::string_view text, std::size_t at) {
  if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) {
    return true;  // A block scalar.
  }
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    const bool doubled = quote == '\'' && text.substr(at, 2) == "''";
    if (doubled || (quote == '"' && text[at] == '\\')) {
      ++at;
    } else if (text[at] == quote) {
      return true;
    }
  }
  return false;
}

void CheckRoot(ParsedYaml& parsed, const std::optional<ConfigNode>& root) {
  if (!parsed.findings.empty()) {
    return;
  }
  if (!root || root->kind == ConfigNode::Kind::kNull) {
    parsed.findings.push_back(
        FindingAt({1, 1}, "", "the file holds no configuration; see configs/minimal.yaml"));
  } else if (root->kind != ConfigNode::Kind::kMap) {
    parsed.findings.push_back(FindingAt({root->line, root->column}, "",
                                        "the file must be a map of sections, such as `shop:`"));
  }
}

bool IsBefore(const ConfigFinding& a, const ConfigFinding& b) {
  return a.line != b.line ? a.line < b.line : a.column < b.column;
}

}  // namespace

ParsedYaml ParseYaml(std::string_view text) {
  ParsedYaml parsed;
  if (auto finding = CheckBytes(text)) {
    parsed.findings.push_back(std::move(*finding));
    return parsed;
  }
  TreeBuilder builder;
  std::optional<ConfigFinding> syntax;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& fault) {
    syntax = FindingAt(PlaceOf(fault.mark), "", SyntaxMessage(fault));
  }
  parsed.findings = builder.TakeFindings();
  if (syntax && parsed.findings.empty()) {  // After another finding it is most often its echo.
    parsed.findings.push_back(std::move(*syntax));
  }
  const std::optional<Place> quoted = builder.last_quoted();
  if (quoted && parsed.findings.empty() && !IsQuoteClosed(text, ByteOfPlace(text, *quoted))) {
    parsed.findings.push_back(
        FindingAt(*quoted, "", "not valid YAML: the quote that opens here is never closed"));
  }
  std::stable_sort(parsed.findings.begin(), parsed.findings.end(), IsBefore);
  std::optional<ConfigNode> root = builder.TakeRoot();
  CheckRoot(parsed, root);
  if (parsed.findings.empty()) {
    parsed.root = std::move(*root);
  }
  return parsed;
}

}  // namespace cartwright
