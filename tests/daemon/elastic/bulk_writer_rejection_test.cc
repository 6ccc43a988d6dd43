#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/elastic/bulk_fixture.h"

namespace cartwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BulkWriterRejectionTest : public BulkFixture {};

TEST_F(BulkWriterRejectionTest, RejectsTheOneDocumentThatIsTooLarge) {
  server.Handle([](const ReceivedRequest& request) {
    return request.body.find("\"c\"") != std::string::npos ? Answer(413, "") : CreateAll(request);
  });
  ASSERT_TRUE(Load(4).has_value());
  EXPECT_EQ(counts().created, 3);
  ASSERT_EQ(rejections.size(), 1U);
  EXPECT_EQ(rejections[0].tag, 3U);
  EXPECT_EQ(rejections[0].status, 413);
  EXPECT_THAT(rejections[0].reason, HasSubstr("http.max_content_length"));
}

TEST_F(BulkWriterRejectionTest, FindsTheDocumentThatPoisonsAWholeRequest) {
  server.Handle([](const ReceivedRequest& request) {
    return request.body.find("\"f\"") != std::string::npos
               ? Answer(400, ErrorBody("illegal_argument_exception"))
               : CreateAll(request);
  });
  ASSERT_TRUE(Load(20).has_value());
  EXPECT_EQ(counts().created, 19);
  EXPECT_EQ(counts().rejected, 1);
  ASSERT_EQ(rejections.size(), 1U);
  EXPECT_EQ(rejections[0].id, "f");
  EXPECT_EQ(rejections[0].source, R"({"n":6})");
  EXPECT_EQ(rejections[0].type, "illegal_argument_exception");
}

TEST_F(BulkWriterRejectionTest, StopsWhenEveryRequestIsRefusedAlone) {
  server.Handle([](const ReceivedRequest&) { return Answer(400, ErrorBody("parse_exception")); });
  options.batch_documents = 64;
  options.max_rejected_in_a_row = 16;
  Open();
  Status status;
  for (int i = 0; i < 64 && status; ++i) {
    status = AddDocument("id-" + std::to_string(i), 1);
  }
  status = status ? writer->Finish() : status;
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kData);
  EXPECT_EQ(counts().rejected, 16);
}

TEST_F(BulkWriterRejectionTest, StopsAfterTooManyRejectedItemsInARow) {
  options.max_rejected_in_a_row = 3;
  server.Reply(200, IndexItems({400, 400, 201, 400, 409, 400, 400}, "strict_dynamic_mapping"));
  ASSERT_TRUE(Load(7).has_value()) << "two in a row, and a conflict is no rejection";
  server.Reply(200, IndexItems({201, 400, 400, 400, 400}, "strict_dynamic_mapping"));
  const Status status = Load(5);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::kData);
  EXPECT_THAT(status.error().message, HasSubstr("strict_dynamic_mapping: because"));
  EXPECT_EQ(counts().rejected, 4) << "every answered document has its event";
  EXPECT_FALSE(AddDocument("later", 9).has_value());
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(BulkWriterRejectionTest, StopsAfterTooManyDocumentsInARowThatCannotBeSent) {
  options.max_rejected_in_a_row = 3;
  Open();
  EXPECT_TRUE(AddDocument("", 1).has_value());
  EXPECT_TRUE(AddDocument("", 2).has_value());
  EXPECT_EQ(AddDocument("", 3).error().kind, ErrorKind::kData);
  EXPECT_EQ(writer->Finish().error().kind, ErrorKind::kData);
  EXPECT_EQ(rejections.size(), 3U);
}

TEST_F(BulkWriterRejectionTest, NeverSendsADocumentThatIsNotUtf8) {
  server.Handle(CreateAll);
  Open();
  ASSERT_TRUE(
      writer->Add({BulkOperation::kIndex, "orders", "a", 1, "{\"x\":\"\xff\"}", 1}).has_value());
  ASSERT_TRUE(
      writer->Add({BulkOperation::kIndex, "orders", "b", 1, R"({"x":"ü"})", 2}).has_value());
  ASSERT_TRUE(writer->Finish().has_value());
  EXPECT_THAT(written, ElementsAre(2));
  ASSERT_EQ(rejections.size(), 1U);
  EXPECT_THAT(rejections[0].reason, HasSubstr("UTF-8"));
}

TEST_F(BulkWriterRejectionTest, RejectsBadItemsAndWritesTheirNeighbours) {
  server.Reply(200, IndexItems({201, 400, 201}, "document_parsing_exception"));
  ASSERT_TRUE(Load(3).has_value());
  EXPECT_THAT(written, ElementsAre(1, 3));
  ASSERT_EQ(rejections.size(), 1U);
  EXPECT_EQ(rejections[0].tag, 2U);
  EXPECT_EQ(rejections[0].id, "b");
  EXPECT_EQ(rejections[0].status, 400);
  EXPECT_EQ(rejections[0].type, "document_parsing_exception");
  EXPECT_EQ(rejections[0].reason, "because");
  EXPECT_EQ(rejections[0].source, R"({"n":2})");
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(BulkWriterRejectionTest, NeverSendsABadId) {
  Open();
  for (const std::string& id : {std::string(), std::string(513, 'x'), std::string("\xff\xfe")}) {
    ASSERT_TRUE(AddDocument(id, 9).has_value());
  }
  ASSERT_TRUE(
      writer->Add({BulkOperation::kIndex, "orders", "ok", -1, R"({"n":1})", 9}).has_value());
  ASSERT_TRUE(writer->Finish().has_value());
  EXPECT_TRUE(server.requests().empty());
  EXPECT_EQ(counts().rejected, 4);
  ASSERT_EQ(rejections.size(), 4U);
  EXPECT_EQ(rejections[1].status, 0);
  EXPECT_THAT(rejections[1].reason, HasSubstr("512"));
  EXPECT_EQ(rejections[1].source, R"({"n":9})");
}

TEST_F(BulkWriterRejectionTest, TakesIdsOfExactly512Bytes) {
  server.Handle(CreateAll);
  Open();
  ASSERT_TRUE(AddDocument(std::string(512, 'x'), 1).has_value());
  ASSERT_TRUE(writer->Finish().has_value());
  EXPECT_EQ(counts().created, 1);
}

}  // namespace
}  // namespace cartwright
