#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "daemon/app/pass.h"
#include "daemon/app/shop.h"
#include "daemon/elastic/hit_page.h"
#include "daemon/elastic/index_admin.h"
#include "daemon/elastic/point_in_time.h"

namespace cartwright {

/// Where the real data sets lie: $CARTWRIGHT_DATA or shared/data beside the project.
inline std::string DataFolder() {
  const char* set = std::getenv("CARTWRIGHT_DATA");
  return set != nullptr && *set != '\0' ? set : "../shared/data";
}

/// A shop of its own behind a prefix of its own on the real node named by
/// CARTWRIGHT_TEST_ELASTICSEARCH; its indices and files are gone when the test ends.
class RealShopTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("CARTWRIGHT_TEST_ELASTICSEARCH");
    if (url == nullptr || *url == '\0') {
      GTEST_SKIP() << "CARTWRIGHT_TEST_ELASTICSEARCH names no node (see scripts/elasticsearch)";
    }
    url_ = url;
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    prefix_ = "it-" + std::to_string(getpid()) + "-" + std::to_string(info->line()) + "-";
    folder_ = testing::TempDir() + prefix_;
    std::filesystem::create_directories(folder_);
    ElasticOptions options;
    options.hosts = {url_};
    transport_ = Transport::Create(options).value();
  }

  void TearDown() override {
    if (transport_ != nullptr) {
      IndexAdmin admin(*transport_);
      const Result<std::vector<std::string>> indices = admin.ListIndices(prefix_ + "*");
      for (const std::string& index : indices ? *indices : std::vector<std::string>{}) {
        EXPECT_TRUE(admin.DeleteIndex(index));
      }
    }
    std::filesystem::remove_all(folder_);
  }

  /// Opens a configuration of the tree with this test's prefix, server and state.
  Shop Open(const std::string& file, const std::string& as_of = "") {
    Result<Shop> shop = OpenShop(file, {url_, as_of, {}}, [](const std::string&) {});
    EXPECT_TRUE(shop) << shop.error().message;
    shop->config.indices.prefix = prefix_;
    shop->config.state.directory = folder_ + "/state";
    return std::move(*shop);
  }

  std::string WriteFile(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  Receipt Run(const Shop& shop, const PassRequest& request = {}) {
    Console console(true);
    Result<Receipt> receipt = RunPass(shop, request, console);
    EXPECT_TRUE(receipt) << receipt.error().message;
    return receipt ? *receipt : Receipt{};
  }

  /// Every document of an index without what differs from run to run, by id.
  std::map<std::string, std::string> Documents(const Shop& shop, const std::string& name) {
    std::map<std::string, std::string> documents;
    ReadRequest request;
    request.index = shop.Alias(name);
    const Result<std::int64_t> read =
        ReadPointInTime(*transport_, request, [&documents](const HitPage& page) {
          return page.Each([&documents](const Hit& hit) -> Status {
            documents[std::string(hit.id)] = WithoutRun(simdjson::to_string(hit.source));
            return {};
          });
        });
    EXPECT_TRUE(read) << read.error().message;
    return documents;
  }

  static std::string WithoutRun(const std::string& text) {
    nlohmann::ordered_json json = nlohmann::ordered_json::parse(text);
    for (const char* field : {"run_id", "generated_at", "duration_ms", "ingested_at"}) {
      json.erase(field);
    }
    return json.dump();
  }

  /// The published report of a key, on its latest date. Fails the test when it is not there.
  nlohmann::json FindReport(const Shop& shop, const std::string& name, const std::string& type,
                            const std::string& period = "", const std::string& variant = "",
                            int from = -1) {
    for (const auto& [id, text] : Documents(shop, "reports")) {
      const nlohmann::json json = nlohmann::json::parse(text);
      const nlohmann::json& types = json["report_types"];
      if (json["report_name"] == name && types.value("type", "") == type &&
          types.value("time_period", "") == period && json.value("variant", "") == variant &&
          types.value("from", -1) == from && !json.contains("dimension_name")) {
        return json;
      }
    }
    ADD_FAILURE() << "no report " << name << "/" << type << "/" << period << "/" << variant;
    return nlohmann::json::object();
  }

  /// Whether the server takes documents for an index of the shop or rejects each of them by itself
  /// (400, "no write index"). Every server does so alike, and no check of ours looks at it.
  void TakeDocuments(const Shop& shop, const std::string& name, bool takes) {
    const std::string alias = shop.Alias(name);
    const auto targets = IndexAdmin(*transport_).AliasTargets(alias);
    ASSERT_TRUE(targets) << targets.error().message;
    ASSERT_EQ(targets->size(), 1U);
    const std::string add = R"({"index":")" + targets->front() + R"(","alias":")" + alias +
                            R"(","is_write_index":)" + (takes ? "true" : "false") + "}";
    const auto response =
        transport_->Perform({"POST", "/_aliases", R"({"actions":[{"add":)" + add + "}]}", ""});
    ASSERT_TRUE(response) << response.error().message;
    ASSERT_EQ(response->status, 200) << response->body;
  }

  std::int64_t Count(const Shop& shop, const std::string& name) {
    const Result<std::int64_t> count = IndexAdmin(*transport_).Count(shop.Alias(name), "");
    EXPECT_TRUE(count) << count.error().message;
    return count ? *count : -1;
  }

  std::string url_;
  std::string prefix_;
  std::string folder_;
  std::unique_ptr<Transport> transport_;
};

/// The first row of `data` whose members equal those of `wanted`; empty when there is none.
inline nlohmann::json FindRow(const nlohmann::json& report, const nlohmann::json& wanted) {
  for (const nlohmann::json& row : report.value("data", nlohmann::json::array())) {
    bool equal = true;
    for (const auto& [name, value] : wanted.items()) {
      equal = equal && row.contains(name) && row[name] == value;
    }
    if (equal) {
      return row;
    }
  }
  ADD_FAILURE() << "no row " << wanted.dump();
  return nlohmann::json::object();
}

}  // namespace cartwright
