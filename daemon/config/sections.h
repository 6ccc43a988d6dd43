#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/config/decode.h"

namespace cartwright {

/// What decoding may look at besides the text.
struct ConfigSurroundings {
  const SecretSource& secrets;
  std::filesystem::path folder;  ///< Absolute; relative paths are taken from it.

  /// Absolute and normalised; an empty path stays empty.
  std::string Absolute(const std::string& path) const;
};

// Each decodes one section of the root, adds its findings and effective values to the context, and
// leaves defaults where something was refused.
ShopConfig DecodeShop(const ConfigNode& root, DecodeContext& context);
ElasticsearchConfig DecodeElasticsearch(const ConfigNode& root,
                                        const ConfigSurroundings& surroundings,
                                        DecodeContext& context);
IndicesConfig DecodeIndices(const ConfigNode& root, DecodeContext& context);
/// One entry for each entry of the file, refused ones too, so that positions agree.
std::vector<SourceConfig> DecodeSources(const ConfigNode& root,
                                        const ConfigSurroundings& surroundings,
                                        DecodeContext& context);
std::vector<AnalysisConfig> DecodeAnalyses(const ConfigNode& root, DecodeContext& context);
/// One entry for each entry of the file, refused ones too, so that positions agree.
std::vector<JobConfig> DecodeSchedule(const ConfigNode& root, DecodeContext& context);
LimitsConfig DecodeLimits(const ConfigNode& root, DecodeContext& context);
StateConfig DecodeState(const ConfigNode& root, const ConfigSurroundings& surroundings,
                        DecodeContext& context);
ReportsConfig DecodeReports(const ConfigNode& root, DecodeContext& context);

/// The secret that a reference names; empty after an error, which never repeats what was written.
Secret DecodeSecret(const ConfigNode& node, const ConfigSurroundings& surroundings,
                    DecodeContext& context);

/// Whether a name is [a-z][a-z0-9_]*, as index fields, sources and jobs need it.
bool IsSimpleName(std::string_view name);

/// Checks what needs more than one key: references, currencies, zones, rules between keys. `root`
/// is the tree that `config` was decoded from and gives the places.
void ValidateConfig(const Config& config, const ConfigNode& root, DecodeContext& context);
/// The part of ValidateConfig about `sources:`.
void ValidateSources(const Config& config, const ConfigNode& root, DecodeContext& context);

}  // namespace cartwright
