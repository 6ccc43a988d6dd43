#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/config/fixed_secrets.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

FixedSecrets Known() {
  FixedSecrets secrets;
  secrets.variables = {{"ES_KEY", "s3cret"}, {"EMPTY", ""}, {"CREDENTIALS_DIRECTORY", "/run/c"}};
  secrets.files = {{"/etc/shop/key", "from-file\n"},
                   {"/run/c/es-key", "from-systemd\r\n"},
                   {"/etc/shop/empty", "\n"},
                   {"/etc/shop/two", "a\nb\n"}};
  return secrets;
}

LoadedConfig ParseAuth(const std::string& auth, const FixedSecrets& secrets) {
  return ParseConfig("elasticsearch: {auth: " + auth +
                         "}\nsources:\n  - {name: a, feeds: sessions, csv: {path: a.csv}, key: "
                         "[k], orders_only: true, columns: {session_start_date: s}}\n",
                     "/etc/shop/shop.yaml", secrets);
}

std::string Findings(const LoadedConfig& loaded) {
  std::string text;
  for (const ConfigFinding& finding : loaded.findings) {
    text += finding.Format("f") + "\n";
  }
  return text;
}

TEST(SecretsTest, ResolvesEveryKindOfReference) {
  for (const auto& [reference, value] : {std::pair{"{env: ES_KEY}", "s3cret"},
                                         {"{file: /etc/shop/key}", "from-file"},
                                         {"{file: key}", "from-file"},
                                         {"{credential: es-key}", "from-systemd"}}) {
    const LoadedConfig loaded = ParseAuth("{api_key: " + std::string(reference) + "}", Known());
    ASSERT_TRUE(loaded.config.has_value()) << Findings(loaded);
    EXPECT_EQ(loaded.config->elasticsearch.api_key.Reveal(), value);
  }
}

TEST(SecretsTest, ReadsAReferenceAgainWhenItsFileWasRenewed) {
  FixedSecrets secrets = Known();
  const LoadedConfig loaded = ParseAuth("{api_key: {file: key}}", secrets);
  ASSERT_TRUE(loaded.config.has_value()) << Findings(loaded);
  const SecretReference& reference = loaded.config->elasticsearch.api_key.reference();
  EXPECT_EQ(*ReadSecret(reference, secrets), "from-file");
  secrets.files["/etc/shop/key"] = "renewed\n";
  EXPECT_EQ(*ReadSecret(reference, secrets), "renewed");
  secrets.files.clear();
  EXPECT_FALSE(ReadSecret(reference, secrets).has_value());
  EXPECT_EQ(*ReadSecret(loaded.config->elasticsearch.password.reference(), secrets), "");
}

TEST(SecretsTest, ResolvesUserAndPassword) {
  const LoadedConfig loaded = ParseAuth("{username: shop, password: {env: ES_KEY}}", Known());
  ASSERT_TRUE(loaded.config.has_value()) << Findings(loaded);
  EXPECT_EQ(loaded.config->elasticsearch.username, "shop");
  EXPECT_EQ(loaded.config->elasticsearch.password.Reveal(), "s3cret");
}

TEST(SecretsTest, MasksSecretsInEffectiveValues) {
  const LoadedConfig loaded = ParseAuth("{api_key: {env: ES_KEY}}", Known());
  bool seen = false;
  for (const EffectiveValue& value : loaded.effective) {
    EXPECT_THAT(value.value, Not(HasSubstr("s3cret")));
    seen = seen || (value.path == "elasticsearch.auth.api_key" && value.value == "***" &&
                    value.origin == "/etc/shop/shop.yaml:1");
  }
  EXPECT_TRUE(seen);
}

TEST(SecretsTest, RefusesLiteralSecretsWithoutPrintingThem) {
  for (const char* auth :
       {"{api_key: hunter2}", "{api_key: \"hunter2\"}", "{username: u, password: hunter2}",
        "hunter2", "[hunter2]", "{api_key: [hunter2]}", "{api_key: {value: hunter2}}",
        "{api_key: {env: \"hunter2!\"}}", "{api_key: {env: [hunter2]}}",
        "{api_key: {env: a, file: hunter2}}"}) {
    const LoadedConfig loaded = ParseAuth(auth, Known());
    EXPECT_FALSE(loaded.config.has_value()) << auth;
    EXPECT_THAT(Findings(loaded), Not(HasSubstr("hunter2"))) << auth;
    EXPECT_THAT(Findings(loaded), HasSubstr("elasticsearch.auth")) << auth;
  }
}

TEST(SecretsTest, RefusesWhatCannotBeResolved) {
  for (const auto& [reference, message] :
       {std::pair{"{env: NOT_THERE}", "the environment variable NOT_THERE is not set"},
        {"{env: EMPTY}", "the environment variable EMPTY is empty"},
        {"{env: \"\"}", "env needs the name"},
        {"{file: /nowhere}", "no such file: /nowhere"},
        {"{file: empty}", "the file /etc/shop/empty is empty"},
        {"{file: \"\"}", "expected a reference"},
        {"{file: two}", "more than one line"},
        {"{credential: ../key}", "credential needs the name"},
        {"{credential: absent}", "no such file: /run/c/absent"},
        {"{}", "expected one reference"},
        {"", "expected one reference"}}) {
    EXPECT_THAT(Findings(ParseAuth("{api_key: " + std::string(reference) + "}", Known())),
                HasSubstr(message))
        << reference;
  }
}

TEST(SecretsTest, SaysHowToGetACredentialWithoutSystemd) {
  EXPECT_THAT(Findings(ParseAuth("{api_key: {credential: es-key}}", FixedSecrets{})),
              HasSubstr("CREDENTIALS_DIRECTORY is not set; start under systemd with "
                        "LoadCredential=es-key:"));
}

TEST(SecretsTest, AsksForOneWholeWayToAuthenticate) {
  EXPECT_THAT(Findings(ParseAuth("{username: u}", Known())),
              HasSubstr("username needs a password"));
  EXPECT_THAT(Findings(ParseAuth("{password: {env: ES_KEY}}", Known())),
              HasSubstr("password needs a username"));
  EXPECT_THAT(Findings(ParseAuth("{api_key: {env: ES_KEY}, username: u}", Known())),
              HasSubstr("give either api_key, or username and password"));
  EXPECT_THAT(Findings(ParseAuth("{}", Known())), HasSubstr("give api_key, or username"));
}

}  // namespace
}  // namespace cartwright
