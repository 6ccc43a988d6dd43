#pragma once

#include <string>

#include "daemon/demo/demo_shop.h"

namespace cartwright {

/// truth.json: one JSON object, amounts as decimals, instants as ISO 8601.
std::string TruthJson(const DemoOptions& options, const DemoTruth& truth);

/// shop.yaml: a configuration that loads the files beside it.
std::string ShopYaml(const DemoOptions& options);

}  // namespace cartwright
