#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/elastic/gzip.h"
#include "tests/daemon/elastic/bulk_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// One fault of a server each.
class BulkWriterFaultTest : public BulkFixture {
 protected:
  void Compress() {
    ElasticOptions elastic;
    elastic.hosts = {server.url()};
    elastic.compression = Compression::kOn;
    transport = std::move(*Transport::Create(elastic));
  }

  static ScriptedReply Packed(const std::string& body) {
    ScriptedReply reply = Answer(200, Gzip(body));
    reply.headers.emplace_back("Content-Encoding", "gzip");
    return reply;
  }
};

TEST_F(BulkWriterFaultTest, ReadsASlowAnswer) {
  ScriptedReply drip = Answer(200, IndexItems({201, 200}));
  drip.end = ScriptedReply::End::kDrip;
  server.Reply(drip);
  ASSERT_TRUE(Load(2).has_value());
  EXPECT_THAT(written, ElementsAre(1, 2));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(BulkWriterFaultTest, WritesPackedBodiesAndReadsPackedAnswers) {
  Compress();
  server.Handle([](const ReceivedRequest& request) {
    return Packed(
        IndexItems(std::vector<int>(static_cast<std::size_t>(Documents(request.body)), 201)));
  });
  Open();
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(AddDocument("id" + std::to_string(i), i).has_value());
  }
  ASSERT_TRUE(writer->Finish().has_value());
  EXPECT_EQ(counts().created, 1'000);
  EXPECT_EQ(server.requests().at(0).headers.at("content-encoding"), "gzip");
}

TEST_F(BulkWriterFaultTest, SendsPackedBodiesAgainAfterEveryCutOfAPackedAnswer) {
  const std::string whole = Packed(IndexItems({200, 201})).body;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Compress();
    ScriptedReply cut = Packed("");
    cut.body = whole.substr(0, size);
    server.Reply(cut);
    server.Reply(200, IndexItems({200, 201}));
    written.clear();
    ASSERT_TRUE(Load(2).has_value());
    EXPECT_THAT(written, ElementsAre(1, 2));
    // Without its last bytes, which are a checksum, it may still unpack to the whole answer.
    EXPECT_EQ(server.replies_left(), counts().ambiguous_resent == 2 ? 0U : 1U) << size;
    if (server.replies_left() > 0) {
      EXPECT_GE(size, whole.size() - 8);
      break;
    }
  }
}

TEST_F(BulkWriterFaultTest, TakesNoPartOfAnAnswerForAnAnswer) {
  const std::string whole = IndexItems({200, 201, 409}, "version_conflict_engine_exception");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    server.Reply(200, whole.substr(0, size));
    server.Reply(200, whole);
    written.clear();
    ASSERT_TRUE(Load(3).has_value());
    ASSERT_EQ(counts().ambiguous_resent, 3) << whole.substr(0, size);
    EXPECT_THAT(written, ElementsAre(1, 2));
  }
}

TEST_F(BulkWriterFaultTest, StopsAtACertificateItDoesNotTrust) {
  const ScriptedServer secured(std::make_unique<ScriptedTls>(MakeCertificate(CertificateWish{})));
  transport = Connect(secured.url());
  const Status status = Load(2);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kPermission);
  EXPECT_THAT(status.error().message, HasSubstr("self-signed certificate"));
  EXPECT_TRUE(secured.requests().empty());
  EXPECT_TRUE(waits.empty()) << "trying again does not help";
  EXPECT_EQ(counts().rejected, 0);
}

TEST_F(BulkWriterFaultTest, StopsAtAnHtmlAnswerOfAnyProxy) {
  ScriptedReply page = Answer(403, "<html>blocked</html>");
  page.headers = {{"Content-Type", "text/html"}};
  server.Reply(page);
  const Status status = Load(1);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kPermission);
  EXPECT_EQ(counts().rejected, 0);
}

TEST_F(BulkWriterFaultTest, HalvesALargeBodyThatBreaksTheConnectionTwice) {
  server.CutBodiesAbove(1 << 20);
  server.Handle(CreateAll);
  Open();
  for (std::uint64_t i = 0; i < 15; ++i) {
    ASSERT_TRUE(AddDocument("id" + std::to_string(i), i, 100'000).has_value());
  }
  ASSERT_TRUE(writer->Finish().has_value());
  EXPECT_EQ(counts().created, 15);
  EXPECT_GE(counts().ambiguous_resent, 30);
  EXPECT_EQ(counts().rejected, 0);
  EXPECT_EQ(delays.size(), 2U);
}

TEST_F(BulkWriterFaultTest, NeverGivesUpOnASmallBodyThatBreaksTheConnectionButByTime) {
  server.Handle([](const ReceivedRequest&) {
    ScriptedReply cut;
    cut.end = ScriptedReply::End::kCutUnanswered;
    return cut;
  });
  const Status status = Load(2);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(rejections.empty());
  for (std::size_t i = 0; i < server.requests().size(); ++i) {
    EXPECT_EQ(Body(i), Line('a', 1) + Line('b', 2));
  }
}

TEST_F(BulkWriterFaultTest, SendsSmallerBodiesToAServerThatCannotTakeLargeOnes) {
  constexpr std::size_t kMost = 600'000;
  server.Handle([](const ReceivedRequest& request) {
    return request.body.size() > kMost ? Answer(429, ErrorBody("es_rejected_execution_exception"))
                                       : CreateAll(request);
  });
  options.batch_bytes = 2 << 20;
  options.in_flight = 4;
  Open();
  for (std::uint64_t i = 0; i < 60; ++i) {
    ASSERT_TRUE(AddDocument("id" + std::to_string(i), i, 100'000).has_value());
  }
  ASSERT_TRUE(writer->Finish().has_value());
  EXPECT_EQ(counts().created, 60);
}

}  // namespace
}  // namespace cartwright
