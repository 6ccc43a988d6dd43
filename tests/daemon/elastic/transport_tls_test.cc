#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/elastic/pinned_trust.h"
#include "tests/daemon/elastic/transport_fixture.h"
#include "tests/support/temporary_file.h"

namespace cartwright {
namespace {

using ::testing::HasSubstr;

const HttpRequest kRequest{"GET", "/", "", ""};

/// A https server whose certificate an authority signed.
class TransportTlsTest : public ::testing::Test {
 protected:
  void Serve(const CertificateWish& wish, bool sends_authority = true) {
    CertificateWish authority_wish;
    authority_wish.name = "shop authority";
    authority_wish.authority = true;
    authority = MakeCertificate(authority_wish);
    own = MakeCertificate(wish, &authority);
    std::vector<TestCertificate> others;
    if (sends_authority) {
      others.push_back(authority);
    }
    Serve(own, others);
  }

  void Serve(const TestCertificate& certificate, const std::vector<TestCertificate>& others) {
    server = std::make_unique<ScriptedServer>(std::make_unique<ScriptedTls>(certificate, others));
    server->Handle(Ok);
  }

  ElasticOptions Trusting(const TestCertificate& in_file) {
    file = std::make_unique<TemporaryFile>(in_file.certificate);
    ElasticOptions options = To({server->url()});
    options.ca_file = file->path();
    return options;
  }

  ElasticOptions Pinning(const std::string& fingerprint) const {
    ElasticOptions options = To({server->url()});
    options.api_key = "c2VjcmV0";
    options.certificate_fingerprint = fingerprint;
    return options;
  }

  // Refused before a byte of the request was sent.
  void ExpectRefused(ElasticOptions options, const std::string& why) const {
    const auto response = Open(std::move(options))->Perform(kRequest);
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().kind, ErrorKind::kPermission);
    EXPECT_THAT(response.error().message, HasSubstr(why));
    EXPECT_TRUE(server->requests().empty());
  }

  TestCertificate authority;
  TestCertificate own;
  std::unique_ptr<ScriptedServer> server;
  std::unique_ptr<TemporaryFile> file;
};

TEST_F(TransportTlsTest, TrustsWhatTheCaFileSigns) {
  Serve(CertificateWish{}, false);
  EXPECT_EQ(Open(Trusting(authority))->Perform(kRequest)->status, 200);
}

TEST_F(TransportTlsTest, RefusesAServerThatTheCaFileDoesNotSign) {
  Serve(CertificateWish{});
  CertificateWish wish;
  wish.authority = true;
  ExpectRefused(Trusting(MakeCertificate(wish)), "check the CA file");
}

TEST_F(TransportTlsTest, RefusesAnUnknownAuthorityWithoutACaFile) {
  Serve(CertificateWish{});
  ExpectRefused(To({server->url()}), "self-signed certificate in certificate chain");
}

TEST_F(TransportTlsTest, RefusesACertificateOutOfDate) {
  CertificateWish wish;
  wish.first_day = -2;
  wish.last_day = -1;
  Serve(wish);
  ExpectRefused(Trusting(authority), "certificate has expired");
  ExpectRefused(Pinning(authority.fingerprint), "certificate has expired");
  ExpectRefused(Pinning(own.fingerprint), "certificate has expired");
}

TEST_F(TransportTlsTest, RefusesACertificateOfAnotherHost) {
  CertificateWish wish;
  wish.alternative_names = "IP:127.0.0.2,DNS:elsewhere";
  Serve(wish);
  ExpectRefused(Trusting(authority), "127.0.0.1");
  ExpectRefused(Pinning(authority.fingerprint), "does not name the host 127.0.0.1");
}

TEST_F(TransportTlsTest, TrustsThePinnedAuthority) {
  Serve(CertificateWish{});
  auto transport = Open(Pinning(authority.fingerprint));
  EXPECT_EQ(transport->Perform(kRequest)->status, 200);
  EXPECT_EQ(transport->Perform(kRequest)->status, 200);
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(TransportTlsTest, TrustsThePinnedCertificateWhateverItNames) {
  CertificateWish wish;
  wish.alternative_names = "DNS:elsewhere";
  Serve(wish, false);
  EXPECT_EQ(Open(Pinning(own.fingerprint))->Perform(kRequest)->status, 200);
}

TEST_F(TransportTlsTest, RefusesAnotherFingerprintAndNamesTheOneItSaw) {
  Serve(CertificateWish{});
  ExpectRefused(Pinning(std::string(64, 'a')), own.fingerprint + " and " + authority.fingerprint);
}

// Anybody can send a copy of the authority's certificate: it must have signed the server's own.
TEST_F(TransportTlsTest, RefusesAServerThatOnlyShowsThePinnedAuthority) {
  Serve(CertificateWish{});
  const TestCertificate stranger = MakeCertificate(CertificateWish{});
  Serve(stranger, {authority});
  ExpectRefused(Pinning(authority.fingerprint), "self-signed certificate");
}

TEST_F(TransportTlsTest, NeverFallsBackToPlainText) {
  ScriptedServer plain;
  plain.Handle(Ok);
  ElasticOptions options = To({"https" + plain.url().substr(4)});
  options.connect_timeout = std::chrono::milliseconds(100);
  EXPECT_FALSE(Open(options)->Perform(kRequest).has_value());
  EXPECT_TRUE(plain.requests().empty());
}

TEST_F(TransportTlsTest, SendsLargeBodiesAndReadsLargeAnswers) {
  Serve(CertificateWish{});
  server->Reply(200, std::string(1 << 20, 'y'));
  const std::string body(3 << 20, 'x');
  const auto response = Open(Trusting(authority))->Perform({"POST", "/_bulk", body, ""});
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->body.size(), std::size_t{1} << 20);
  EXPECT_EQ(server->requests().at(0).body, body);
}

TEST(PinnedTrustTest, ReadsFingerprints) {
  std::string plain;
  std::string with_colons;
  for (int i = 0; i < 32; ++i) {
    plain += "0f";
    with_colons += i == 0 ? "0F" : ":0F";
  }
  const auto fingerprint = ParseFingerprint(plain);
  ASSERT_TRUE(fingerprint.has_value());
  EXPECT_EQ((*fingerprint)[31], 0x0f);
  ASSERT_TRUE(ParseFingerprint(with_colons).has_value());
  EXPECT_EQ(*ParseFingerprint(with_colons), *fingerprint);
  for (const std::string& bad : {std::string(), plain + "0", plain.substr(1), plain + "00",
                                 "0:" + plain.substr(1), std::string(64, 'g')}) {
    EXPECT_FALSE(ParseFingerprint(bad).has_value()) << bad;
  }
}

TEST(PinnedTrustTest, IsRefusedBesideACaFile) {
  ElasticOptions options = To({"https://x:1"});
  options.certificate_fingerprint = "12";
  EXPECT_THAT(Transport::Create(options).error().message, HasSubstr("64 hexadecimal digits"));
  const TemporaryFile file("x");
  options.certificate_fingerprint = std::string(64, 'a');
  options.ca_file = file.path();
  EXPECT_THAT(Transport::Create(options).error().message, HasSubstr("not both"));
}

}  // namespace
}  // namespace cartwright
