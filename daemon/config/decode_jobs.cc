#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "daemon/config/section_fields.h"
#include "daemon/config/sections.h"

namespace cartwright {
namespace {

constexpr std::string_view kAllOrNone[] = {"all", "none"};

// The declared variant of one option map; empty for the plain one.
std::string DecodeVariant(const ConfigNode& options, DecodeContext& context) {
  const ConfigNode* node = options.Find("variant");
  if (node == nullptr) {
    return "";
  }
  const std::string variant = ReadValue<std::string>(*node, {}, context).value_or("");
  if (node->kind == ConfigNode::Kind::kScalar && !IsSimpleName(variant)) {
    context.Refuse(*node, fmt::format("a variant is lower-case letters, digits and _, beginning "
                                      "with a letter, {}",
                                      DescribeFound(*node)));
  }
  return variant;
}

void DecodeAnalysis(const std::string& name, const ConfigNode& node, DecodeContext& context,
                    std::vector<AnalysisConfig>& analyses) {
  const bool is_list = node.kind == ConfigNode::Kind::kSequence;
  if (node.kind == ConfigNode::Kind::kScalar || (is_list && node.items.empty())) {
    context.Refuse(node, fmt::format("expected a map of options or a list of such maps, {}; {{}} "
                                     "runs it with its defaults",
                                     is_list ? "found an empty list" : DescribeFound(node)));
    return;
  }
  std::set<std::string> variants;
  const std::vector<ConfigNode> alone = is_list ? std::vector<ConfigNode>{} : std::vector{node};
  for (const ConfigNode& options : is_list ? node.items : alone) {
    if (options.present() && options.kind != ConfigNode::Kind::kMap) {
      context.Refuse(options, fmt::format("expected a map of options, {}", DescribeFound(options)));
      continue;
    }
    std::string variant = DecodeVariant(options, context);
    if (!variants.insert(variant).second) {
      context.Refuse(options, variant.empty() ? "several entries of one analysis need each a "
                                                "variant of its own; one may be without"
                                              : fmt::format("the variant \"{}\" stands here a "
                                                            "second time",
                                                            variant));
    }
    analyses.push_back({name, std::move(variant), options});
  }
}

// `all` or a list of names.
struct Selection {
  bool all = false;
  std::vector<std::string> names;
};

Selection DecodeSelection(const ConfigNode& job, std::string_view key, DecodeContext& context) {
  Selection selection;
  const ConfigNode node = job.Section(key);
  if (node.kind == ConfigNode::Kind::kScalar && node.scalar == "all") {
    selection.all = true;
  } else if (node.kind == ConfigNode::Kind::kSequence) {
    selection.names = ReadValue<std::vector<std::string>>(node, {.required = true}, context)
                          .value_or(std::vector<std::string>{});
  } else if (node.kind != ConfigNode::Kind::kMissing) {
    context.Refuse(node, fmt::format("expected all or a list of names, {}", DescribeFound(node)));
  }
  context.Record(job, key, selection.all ? "all" : FormatValue(selection.names));
  return selection;
}

void DecodeEvery(const ConfigNode& node, JobConfig& job, DecodeContext& context) {
  const ConfigNode every = node.Section("every");
  if (every.kind == ConfigNode::Kind::kMissing) {
    context.RefuseKey(node, "the key \"every\" is missing; say how often, such as every: 1h");
    return;
  }
  job.every_seconds = ReadDurationSeconds(every, context).value_or(0);
  context.Record(node, "every", every.scalar);
}

JobConfig DecodeJob(const ConfigNode& node, DecodeContext& context) {
  JobConfig job;
  job.line = node.line;
  if (node.kind != ConfigNode::Kind::kMap) {
    context.Refuse(node,
                   fmt::format("expected a map that describes a job, {}", DescribeFound(node)));
    return job;
  }
  DecodeFields(node, JobFields(), job, context, NamesOf(JobKeys()));
  DecodeEvery(node, job, context);
  Selection load = DecodeSelection(node, "load", context);
  Selection analyse = DecodeSelection(node, "analyse", context);
  job.load_all = load.all;
  job.load = std::move(load.names);
  job.analyse_all = analyse.all;
  job.analyse = std::move(analyse.names);
  if (const ConfigNode* dimensions = node.Find("dimensions")) {
    job.all_dimensions =
        ReadValue<std::string>(*dimensions, {.choices = kAllOrNone}, context) == "all";
  }
  context.Record(node, "dimensions", job.all_dimensions ? "all" : "none");
  if (node.Find("load") == nullptr && node.Find("analyse") == nullptr) {
    context.Refuse(node, "the job does nothing; give load: or analyse:");
  }
  return job;
}

}  // namespace

std::vector<AnalysisConfig> DecodeAnalyses(const ConfigNode& root, DecodeContext& context) {
  std::vector<AnalysisConfig> analyses;
  const ConfigNode section = root.Section("analyses");
  if (section.present() && section.kind != ConfigNode::Kind::kMap) {
    context.Refuse(section, fmt::format("expected a map of analyses such as {{stats: {{}}}}, {}; "
                                        "without the section all run",
                                        DescribeFound(section)));
  }
  if (!section.present()) {
    context.Record(root, "analyses", "all");
  }
  for (const auto& [name, node] : section.members) {
    DecodeAnalysis(name, node, context, analyses);
  }
  return analyses;
}

std::vector<JobConfig> DecodeSchedule(const ConfigNode& root, DecodeContext& context) {
  std::vector<JobConfig> jobs;
  const ConfigNode node = root.Section("schedule");
  if (node.present() && node.kind != ConfigNode::Kind::kSequence) {
    context.Refuse(node, fmt::format("expected a list of jobs, {}; begin each with \"- name:\"",
                                     DescribeFound(node)));
    return jobs;
  }
  for (const ConfigNode& item : node.items) {
    jobs.push_back(DecodeJob(item, context));
  }
  return jobs;
}

}  // namespace cartwright
