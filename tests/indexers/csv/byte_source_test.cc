#include "indexers/csv/byte_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <string_view>

#include "tests/support/temporary_file.h"

namespace cartwright {
namespace {

using testing::HasSubstr;

std::string Gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 1000, '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

/// All bytes, or the error's text behind what came before it.
std::string ReadAll(std::string_view bytes, std::string_view ending) {
  const TemporaryFile file(bytes, ending);
  auto source = OpenBytes(file.path());
  if (!source) {
    return source.error().message;
  }
  std::string all;
  for (;;) {
    std::string block(777, '\0');
    const auto got = (*source)->Read(block.data(), block.size());
    if (!got) {
      return all + "|" + got.error().message;
    }
    if (*got == 0) {
      return all;
    }
    all.append(block, 0, *got);
  }
}

std::string SomeText() {
  std::string text;
  for (int i = 0; i < 100'000; ++i) {
    text += std::to_string(i * 7919 % 100'003) + ",\n";
  }
  return text;
}

TEST(ByteSourceTest, ReadsPlainFiles) { EXPECT_EQ(ReadAll(SomeText(), ".csv"), SomeText()); }

TEST(ByteSourceTest, ReadsAllMembersOfGzip) {
  EXPECT_EQ(ReadAll(Gzip(SomeText()), ".gz"), SomeText());
  EXPECT_EQ(ReadAll(Gzip("one,") + Gzip("") + Gzip(SomeText()), ".gz"), "one," + SomeText());
  EXPECT_EQ(ReadAll(Gzip("padded") + std::string(512, '\0'), ".gz"), "padded");
}

TEST(ByteSourceTest, SaysHowMuchOfTheFileWasRead) {
  for (const bool gzip : {false, true}) {
    const TemporaryFile file(gzip ? Gzip(SomeText()) : SomeText(), ".csv");
    auto source = OpenBytes(file.path());
    ASSERT_TRUE(source.has_value());
    double last = 0;
    std::string block(65'536, '\0');
    while (*(*source)->Read(block.data(), block.size()) > 0) {
      EXPECT_GE((*source)->share_read(), last);
      last = (*source)->share_read();
      EXPECT_GT(last, 0);
    }
    EXPECT_EQ(last, 1);
  }
}

TEST(ByteSourceTest, RecognisesGzipByItsBytes) { EXPECT_EQ(ReadAll(Gzip("x"), ".csv"), "x"); }

TEST(ByteSourceTest, RefusesDamagedGzip) {
  const std::string whole = Gzip(SomeText());
  EXPECT_THAT(ReadAll(whole.substr(0, whole.size() / 2), ".gz"), HasSubstr("|"));
  EXPECT_THAT(ReadAll(whole.substr(0, whole.size() / 2), ".gz"),
              HasSubstr("the gzip data is cut off at byte " + std::to_string(whole.size() / 2)));
  std::string wrong_sum = whole;
  wrong_sum[wrong_sum.size() - 4] ^= 1;
  EXPECT_THAT(ReadAll(wrong_sum, ".gz"), HasSubstr("incorrect length check"));
  wrong_sum = whole;
  wrong_sum[wrong_sum.size() - 8] ^= 1;
  EXPECT_THAT(ReadAll(wrong_sum, ".gz"), HasSubstr("incorrect data check"));
  EXPECT_THAT(ReadAll(Gzip("x") + "tail", ".gz"), HasSubstr("bytes after the end of the gzip"));
  EXPECT_THAT(ReadAll("a,b\n", ".gz"), HasSubstr("is not gzip data despite its name"));
}

}  // namespace
}  // namespace cartwright
