#include "daemon/elastic/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/elastic/server_error.h"
#include "tests/daemon/elastic/transport_fixture.h"

namespace cartwright {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(TransportTest, SendsMethodPathBodyAndHeaders) {
  ScriptedServer server;
  server.Reply(201, R"({"ok":true})");
  ElasticOptions options = To({server.url() + "/"});
  options.opaque_id = "nightly";
  options.user_agent = "cartwright/test";
  const auto response = Open(options)->Perform({"PUT", "/orders/_doc/1?x=y", R"({"a":1})", ""});
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, R"({"ok":true})");
  EXPECT_EQ(response->product, "Elasticsearch");
  EXPECT_EQ(response->content_type, "application/json");
  const ReceivedRequest request = server.requests().at(0);
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/orders/_doc/1?x=y");
  EXPECT_EQ(request.body, R"({"a":1})");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(request.headers.at("user-agent"), "cartwright/test");
  EXPECT_EQ(request.headers.at("x-opaque-id"), "nightly");
  EXPECT_FALSE(request.headers.contains("authorization"));
}

TEST(TransportTest, NeverAsksForContinueWithALargeBody) {
  ScriptedServer server;
  server.Reply(200, "{}");
  const std::string body(3 << 20, 'x');
  ASSERT_TRUE(Open(To({server.url()}))->Perform({"POST", "/_bulk", body, ""}).has_value());
  const ReceivedRequest request = server.requests().at(0);
  EXPECT_FALSE(request.headers.contains("expect"));
  EXPECT_EQ(request.body, body);
}

TEST(TransportTest, SendsRequestsWithoutBody) {
  ScriptedServer server;
  server.Handle(Ok);
  auto transport = Open(To({server.url()}));
  for (const char* method : {"GET", "POST", "DELETE", "HEAD", "PUT"}) {
    ASSERT_TRUE(transport->Perform({method, "/x", "", ""}).has_value()) << method;
    EXPECT_EQ(server.requests().back().method, method);
    EXPECT_EQ(server.requests().back().body, "");
    EXPECT_FALSE(server.requests().back().headers.contains("content-type")) << method;
  }
  EXPECT_EQ(server.connections(), 1) << "the connection is kept";
}

TEST(TransportTest, ForgetsOneRequestBeforeTheNext) {
  ScriptedServer server;
  server.Handle(Ok);
  auto transport = Open(To({server.url()}));
  ASSERT_TRUE(transport->Perform({"HEAD", "/x", "", ""}).has_value());
  ASSERT_TRUE(transport->Perform({"POST", "/x", "body", "text/plain"}).has_value());
  ASSERT_TRUE(transport->Perform({"GET", "/x", "", ""}).has_value());
  EXPECT_EQ(server.requests()[1].body, "body");
  EXPECT_EQ(server.requests()[1].headers.at("content-type"), "text/plain");
  EXPECT_EQ(server.requests()[2].method, "GET");
  EXPECT_FALSE(server.requests()[2].headers.contains("content-type"));
}

TEST(TransportTest, SendsCredentials) {
  struct Case {
    const char* key;
    const char* user;
    const char* header;
  };
  for (const Case& at :
       {Case{"ZW5jb2RlZA==", "", "ApiKey ZW5jb2RlZA=="}, Case{"id:key", "", "ApiKey aWQ6a2V5"},
        Case{"i:k", "", "ApiKey aTpr"}, Case{"id:k", "", "ApiKey aWQ6aw=="},
        Case{"id:ke", "", "ApiKey aWQ6a2U="}, Case{"", "shop", "Basic c2hvcDpwYXNz"},
        Case{"id:key", "shop", "ApiKey aWQ6a2V5"}}) {
    ScriptedServer server;
    server.Reply(200, "{}");
    ElasticOptions options = To({server.url()});
    options.api_key = at.key;
    options.username = at.user;
    options.password = "pass";
    ASSERT_TRUE(Open(options)->Perform({"GET", "/", "", ""}).has_value());
    EXPECT_EQ(server.requests().at(0).headers.at("authorization"), at.header);
  }
}

TEST(TransportTest, NamesHostRequestAndRemedyWhenNobodyAnswers) {
  const std::string url = ClosedUrl();
  ElasticOptions options = To({url});
  options.api_key = "c2VjcmV0";
  options.password = "hidden";
  const auto response = Open(options)->Perform({"GET", "/_cluster/health?x=1", "", ""});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(response.error().message, HasSubstr(url));
  EXPECT_THAT(response.error().message, HasSubstr("GET /_cluster/health:"));
  EXPECT_THAT(response.error().message, HasSubstr("check that Elasticsearch runs there"));
  EXPECT_THAT(response.error().message, Not(HasSubstr("c2VjcmV0")));
  EXPECT_THAT(response.error().message, Not(HasSubstr("hidden")));
}

TEST(TransportTest, GoesToTheNextHostWhenOneRefuses) {
  ScriptedServer server;
  server.Handle(Ok);
  auto transport = Open(To({ClosedUrl(), ClosedUrl(), server.url()}));
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(transport->Perform({"GET", "/", "", ""}).has_value());
  }
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST(TransportTest, SharesRequestsAmongHosts) {
  ScriptedServer first;
  ScriptedServer second;
  first.Handle(Ok);
  second.Handle(Ok);
  auto transport = Open(To({first.url(), second.url()}));
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(transport->Perform({"GET", "/", "", ""}).has_value());
  }
  EXPECT_EQ(first.requests().size(), 3U);
  EXPECT_EQ(second.requests().size(), 3U);
}

TEST(TransportTest, LeavesOutAHostThatCannotServe) {
  ScriptedServer first;
  ScriptedServer second;
  first.Reply(503, "{}");
  second.Handle(Ok);
  auto transport = Open(To({first.url(), second.url()}));
  EXPECT_EQ(transport->Perform({"GET", "/", "", ""})->status, 503);
  EXPECT_EQ(transport->Perform({"GET", "/", "", ""})->status, 200);
  EXPECT_EQ(transport->Perform({"GET", "/", "", ""})->status, 200);
  EXPECT_EQ(first.requests().size(), 1U);
}

TEST(TransportTest, TellsWhetherTheServerMayHaveActed) {
  ScriptedServer server;
  ScriptedReply cut;
  cut.end = ScriptedReply::End::kCutUnanswered;
  server.Reply(cut);
  auto transport = Open(To({server.url()}));
  const Exchange sent = Exchanged(*transport, {"POST", "/_bulk", "body", ""});
  EXPECT_FALSE(sent.response.has_value());
  EXPECT_TRUE(sent.sent);
  EXPECT_EQ(sent.request.body, "body");
  auto nowhere = Open(To({ClosedUrl(), ClosedUrl()}));
  const Exchange unsent = Exchanged(*nowhere, {"POST", "/_bulk", "body", ""});
  EXPECT_FALSE(unsent.response.has_value());
  EXPECT_FALSE(unsent.sent);
  EXPECT_EQ(unsent.request.body, "body");
}

TEST(TransportTest, SendsOnceMoreWhenAKeptConnectionIsClosed) {
  ScriptedServer server;
  ScriptedReply cut;
  cut.end = ScriptedReply::End::kCutUnanswered;
  server.Reply(200, "first");
  server.Reply(cut);
  server.Reply(200, "second");
  auto transport = Open(To({server.url()}));
  EXPECT_EQ(transport->Perform({"GET", "/", "", ""})->body, "first");
  EXPECT_EQ(transport->Perform({"POST", "/", "x", ""})->body, "second");
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(server.requests()[2].body, "x");
}

TEST(TransportTest, RefusesHalfAnAnswer) {
  ScriptedServer server;
  ScriptedReply half;
  half.body = R"({"count":12345})";
  half.end = ScriptedReply::End::kHalf;
  server.Reply(half);
  EXPECT_FALSE(Open(To({server.url()}))->Perform({"GET", "/", "", ""}).has_value());
}

TEST(TransportTest, RefusesAnswersOverTheLimit) {
  ScriptedServer server;
  ElasticOptions options = To({server.url()});
  options.answer_limit = 1'000;
  auto transport = Open(options);
  server.Reply(200, std::string(1'000, 'x'));
  EXPECT_EQ(transport->Perform({"GET", "/", "", ""})->body.size(), 1'000U);
  server.Reply(200, std::string(1'001, 'x'));
  const auto response = transport->Perform({"GET", "/", "", ""});
  ASSERT_FALSE(response.has_value());
  EXPECT_THAT(response.error().message, HasSubstr("larger than the limit"));
}

TEST(TransportTest, GivesUpWaitingAfterTheTimeOut) {
  ScriptedServer server;
  ScriptedReply stall;
  stall.body = R"({"count":1})";
  stall.end = ScriptedReply::End::kStall;
  server.Reply(stall);
  ElasticOptions options = To({server.url()});
  options.request_timeout = milliseconds(50);
  const auto response = Open(options)->Perform({"GET", "/", "", ""});
  ASSERT_FALSE(response.has_value());
  EXPECT_THAT(response.error().message, HasSubstr("time-outs"));
}

TEST(TransportTest, ReadsAnAnswerThatComesByteByByte) {
  ScriptedServer server;
  ScriptedReply drip;
  drip.body = R"({"count":12345})";
  drip.end = ScriptedReply::End::kDrip;
  server.Reply(drip);
  EXPECT_EQ(Open(To({server.url()}))->Perform({"GET", "/", "", ""})->body, drip.body);
}

TEST(TransportTest, DoesNotFollowRedirects) {
  ScriptedServer server;
  ScriptedReply redirect;
  redirect.status = 302;
  redirect.headers.emplace_back("Location", server.url() + "/other");
  server.Reply(redirect);
  EXPECT_EQ(Open(To({server.url()}))->Perform({"GET", "/", "", ""})->status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(TransportTest, CancelledRequestsDoNotCallBack) {
  ScriptedServer server;
  server.Handle(Ok);
  auto transport = Open(To({server.url()}));
  bool called = false;
  const auto number =
      transport->Start({"GET", "/", "", ""}, [&called](Exchange) { called = true; });
  EXPECT_EQ(transport->in_flight(), 1U);
  transport->Cancel(number);
  transport->Cancel(number);
  EXPECT_EQ(transport->in_flight(), 0U);
  ASSERT_TRUE(transport->Perform({"GET", "/", "", ""}).has_value());
  EXPECT_FALSE(called);
}

TEST(TransportTest, RefusesBadOptions) {
  for (const char* host : {"", "localhost:9200", "ftp://x:1", "http://a b", "http://x:1\r\nX: y",
                           "http://x:1/?q", "http://x#y"}) {
    const auto transport = Transport::Create(To({host}));
    ASSERT_FALSE(transport.has_value()) << host;
    EXPECT_EQ(transport.error().kind, ErrorKind::kConfig);
  }
  EXPECT_FALSE(Transport::Create(ElasticOptions{}).has_value());
  ElasticOptions injected = To({"http://x:1"});
  injected.api_key = "a\r\nHost: b";
  EXPECT_FALSE(Transport::Create(injected).has_value());
  ElasticOptions authority = To({"https://x:1"});
  authority.ca_file = "no/such/file.pem";
  EXPECT_THAT(Transport::Create(authority).error().message, HasSubstr("no/such/file.pem"));
}

TEST(TransportTest, RefusesCredentialsInAUrlWithoutRepeatingThem) {
  const auto transport = Transport::Create(To({"http://shop:geheim@x:9200"}));
  ASSERT_FALSE(transport.has_value());
  EXPECT_THAT(transport.error().message, Not(HasSubstr("geheim")));
}

TEST(TransportTest, EscapesUrlParts) {
  EXPECT_EQ(EscapeUrl("a-b_c.d~*,9"), "a-b_c.d~*,9");
  EXPECT_EQ(EscapeUrl("a/b?c d%ü"), "a%2Fb%3Fc%20d%25%C3%BC");
}

TEST(ServerErrorTest, ReadsWhatServersSay) {
  const ServerError full = ParseServerError(
      R"({"error":{"root_cause":[],"type":"a_exception","reason":"line\none"},"status":404})");
  EXPECT_EQ(Describe(404, full), "HTTP 404 a_exception: line one");
  EXPECT_EQ(Describe(405, ParseServerError(R"({"error":"wrong method","status":405})")),
            "HTTP 405: wrong method");
  EXPECT_EQ(Describe(502, ParseServerError("<html>\nbad\n</html>")),
            "HTTP 502: <html> bad </html>");
  EXPECT_EQ(Describe(413, ParseServerError("")), "HTTP 413");
  EXPECT_EQ(Describe(400, ParseServerError(R"({"error":{"type":1,"reason":null}})")), "HTTP 400");
}

TEST(ServerErrorTest, CutsLongTextsBetweenCharacters) {
  EXPECT_EQ(OneLine("aüb", 2), "a");
  EXPECT_EQ(OneLine("aüb", 3), "aü");
  EXPECT_EQ(OneLine("aüb", 9), "aüb");
}

TEST(ServerErrorTest, KindFollowsTheStatus) {
  const auto kind = [](int status) {
    return ErrorOfResponse("x", HttpResponse{status, "{}", "", "application/json"}).kind;
  };
  EXPECT_EQ(kind(401), ErrorKind::kPermission);
  EXPECT_EQ(kind(403), ErrorKind::kPermission);
  EXPECT_EQ(kind(429), ErrorKind::kTransient);
  EXPECT_EQ(kind(503), ErrorKind::kTransient);
  EXPECT_EQ(kind(302), ErrorKind::kUnavailable);
  EXPECT_EQ(kind(400), ErrorKind::kPermanent);
  EXPECT_EQ(kind(404), ErrorKind::kPermanent);
}

}  // namespace
}  // namespace cartwright
