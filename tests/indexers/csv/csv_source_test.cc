#include "indexers/csv/csv_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indexers/csv/csv.h"
#include "tests/support/temporary_file.h"

namespace cartwright {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_view_literals;

/// What a test says about a file: its rows as text, `line|code|column|reason` for faulty ones.
struct Reading {
  std::string error;
  std::vector<std::string> columns;
  std::vector<std::string> rows;
  std::vector<std::string> raws;
  std::vector<std::string> notes;
  std::int64_t rows_read = 0;
};

std::string Describe(const RawRow& row) {
  std::string text = std::to_string(row.position.line);
  if (row.fault != nullptr) {
    return text + "|" + row.fault->code + "|" + row.fault->column + "|" + row.fault->reason;
  }
  for (const std::string_view field : row.fields) {
    text += "[" + std::string(field) + "]";
  }
  return text;
}

Reading ReadFile(CsvConfig config) {
  Reading reading;
  auto source = OpenCsv(config, 3);
  if (!source) {
    reading.error = source.error().message;
    return reading;
  }
  reading.columns = (*source)->columns();
  for (;;) {
    const auto row = (*source)->Next();
    if (!row) {
      reading.error = row.error().message;
      break;
    }
    if (*row == nullptr) {
      break;
    }
    EXPECT_EQ((*row)->position.source, 3U);
    EXPECT_EQ((*row)->position.ordinal, reading.rows.size());
    reading.rows.push_back(Describe(**row));
    reading.raws.emplace_back((*row)->raw);
  }
  reading.notes = (*source)->notes();
  reading.rows_read = (*source)->rows_read();
  return reading;
}

Reading ReadText(std::string_view text, CsvConfig config = {}) {
  const TemporaryFile file(text);
  config.path = file.path();
  return ReadFile(config);
}

struct Case {
  std::string_view name;
  std::string_view text;
  std::vector<std::string> rows;
};

class CsvSourceTest : public testing::TestWithParam<Case> {};

TEST_P(CsvSourceTest, CutsRows) {
  const Reading reading = ReadText(GetParam().text);
  EXPECT_EQ(reading.error, "");
  EXPECT_EQ(reading.rows, GetParam().rows);
  EXPECT_EQ(reading.rows_read, static_cast<std::int64_t>(GetParam().rows.size()));
}

const std::vector<Case> kCases{
    {"Plain", "a,b\n1,2\n3,4\n", {"2[1][2]", "3[3][4]"}},
    {"NoLineEndAtTheEnd", "a,b\n1,2", {"2[1][2]"}},
    {"EmptyFields", "a,b\n,\n\"\",x\n", {"2[][]", "3[][x]"}},
    {"ByteOrderMark",
     "\xEF\xBB\xBF"
     "a,b\n1,2\n",
     {"2[1][2]"}},
    {"CarriageReturns", "a,b\r1,2\r3,4\r", {"2[1][2]", "3[3][4]"}},
    {"Pairs", "a,b\r\n1,2\r\n3,4\r\n", {"2[1][2]", "3[3][4]"}},
    {"MixedLineEnds", "a,b\r\n1,2\n3,4\r5,6", {"2[1][2]", "3[3][4]", "4[5][6]"}},
    {"NewlineInQuotes", "a,b\n\"x\ny\r\nz\rw\",2\n3,4\n", {"2[x\ny\r\nz\rw][2]", "6[3][4]"}},
    {"SeparatorInQuotes", "a,b\n\"1,2\",3\n", {"2[1,2][3]"}},
    {"DoubledQuotes", "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", {"2[say \"hi\"][\"]"}},
    {"QuoteInside",
     "a,b\n5\" nail,2\n3,4\n",
     {"2|quote_inside|a|a quote inside an unquoted field, at byte 2 of the row", "3[3][4]"}},
    {"TextAfterQuote",
     "a,b\n1,\"x\"y\n3,4\n",
     {"2|text_after_quote|b|text after the closing quote, at byte 6 of the row", "3[3][4]"}},
    {"TooFewFields",
     "a,b,c\n1,2\n3,4,5\n",
     {"2|field_count||expected 3 fields, found 2", "3[3][4][5]"}},
    {"TooManyFields",
     "a,b\n1,2,3\n3,4\n",
     {"2|field_count||expected 2 fields, found 3", "3[3][4]"}},
    {"NulByte", "a,b\n1,x\0y\n3,4\n"sv, {"2|nul_byte|b|NUL at byte 4 of the row", "3[3][4]"}},
    {"NulByteInQuotes", "a,b\n\"x\0y\",1\n"sv, {"2|nul_byte|a|NUL at byte 3 of the row"}},
    {"InvalidUtf8",
     "a,b\nM\xFCller,2\n\xC3\xA4,4\n",
     {"2|invalid_utf8|a|0xFC at byte 2 of the field is not UTF-8", "3[\xC3\xA4][4]"}},
    {"OverlongUtf8",
     "a,b\n1,\xC0\xAF\n",
     {"2|invalid_utf8|b|0xC0 at byte 1 of the field is not UTF-8"}},
    {"SurrogateInUtf8",
     "a,b\n1,\xED\xA0\x80\n",
     {"2|invalid_utf8|b|0xED at byte 1 of the field is not UTF-8"}},
    {"BlankLinesAtTheEnd", "a,b\n1,2\n\n\r\n", {"2[1][2]"}},
    {"BlankLineInside",
     "a,b\n1,2\n\n\n3,4\n",
     {"2[1][2]", "3|field_count||expected 2 fields, found a blank line",
      "4|field_count||expected 2 fields, found a blank line", "5[3][4]"}},
    {"BlankLineIsAnEmptyFieldOfOneColumn", "a\n1\n\n3\n", {"2[1]", "3[]", "4[3]"}},
    {"QuoteOpenAtTheEnd",
     "a,b\n1,2\n\"x\ny\",\"z\n5,6\n7,8\n",
     {"2[1][2]",
      "4|quote_open|b|a quote opens here and is never closed; the 3 lines up to the end of the "
      "file were kept as one row"}},
    {"LoneQuoteAtTheEnd",
     "a,b\n1,\"",
     {"2|quote_open|b|a quote opens here and is never closed; the line up to the end of the file "
      "was kept as one row"}},
    {"Formulas", "a,b\n=1+1,@x\n-1,+2\n", {"2[=1+1][@x]", "3[-1][+2]"}},
    {"SpacesAreKept", "a,b\n 1 , 2\n", {"2[ 1 ][ 2]"}},
};

INSTANTIATE_TEST_SUITE_P(Rows, CsvSourceTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(CsvSourceTest, KeepsTheBytesOfRowsWithAnOpenQuote) {
  const Reading reading = ReadText("a,b\n1,\"z\n5,6\n");
  EXPECT_THAT(reading.raws, ElementsAre("1,\"z\n5,6\n"));
}

TEST(CsvSourceTest, NotesWhatItAccepted) {
  EXPECT_THAT(ReadText("\xEF\xBB\xBF"
                       "a\n1\r\n")
                  .notes,
              ElementsAre("a byte-order mark was passed over",
                          "lines end in more than one way (LF, CRLF, CR)"));
  EXPECT_THAT(ReadText("a\n").notes, ElementsAre("there is a header and no row"));
}

TEST(CsvSourceTest, ReadsOtherSeparators) {
  CsvConfig config;
  config.separator = ";";
  EXPECT_THAT(ReadText("a;b\n1,5;2\n", config).rows, ElementsAre("2[1,5][2]"));
  config.separator = "tab";
  EXPECT_THAT(ReadText("a\tb\n1\t\n", config).rows, ElementsAre("2[1][]"));
  config.separator = " ";
  EXPECT_THAT(ReadText("a b\n1  \n", config).rows,
              ElementsAre("2|field_count||expected 2 fields, found 3"));
}

TEST(CsvSourceTest, ReadsRunsOfBlanks) {
  CsvConfig config;
  config.separator = "whitespace";
  const Reading reading = ReadText(" id  date\t x \n 1   \"2 3\n  \n 4 5\t6", config);
  EXPECT_THAT(reading.columns, ElementsAre("id", "date", "x"));
  EXPECT_THAT(reading.rows,
              ElementsAre("2[1][\"2][3]", "3|field_count||expected 3 fields, found a blank line",
                          "4[4][5][6]"));
}

TEST(CsvSourceTest, TakesDeclaredNamesWhereThereIsNoHeader) {
  CsvConfig config;
  config.header = false;
  config.names = {"x", "y"};
  const Reading reading = ReadText("1,2\n3\n", config);
  EXPECT_THAT(reading.columns, ElementsAre("x", "y"));
  EXPECT_THAT(reading.rows, ElementsAre("1[1][2]", "2|field_count||expected 2 fields, found 1"));
}

TEST(CsvSourceTest, RefusesFilesThatCannotBeRead) {
  const std::vector<std::pair<std::string_view, std::string>> refusals{
      {"", "the file is empty"},
      {"\n\n", "no header; the file has no line with text"},
      {"a,b,a\n", "two columns are named \"a\"; rename one"},
      {"a;b;c\n1;2;3\n", "only one column found; did you mean separator ';'?"},
      {"a\tb\n", "only one column found; did you mean separator 'tab'?"},
      {"a,\"b\n", "the header cannot be read: a quote opens here"},
      {"a,\xFF\n", "the name of column 2 is not UTF-8"},
      {"\xFF\xFE"
       "a\0\n\0"sv,
       "UTF-16; convert it with iconv -f UTF-16 -t UTF-8"},
      {"\xFE\xFF\0a"sv, "UTF-16; convert it"},
      {"\xFF\xFE\0\0a\0\0\0"sv, "UTF-32; convert it with iconv -f UTF-32 -t UTF-8"},
  };
  for (const auto& [text, message] : refusals) {
    EXPECT_THAT(ReadText(text).error, HasSubstr(message));
  }
}

TEST(CsvSourceTest, RefusesSeparatorsThatMeanSomethingElse) {
  for (const std::string separator : {"\"", "\n", "\r", "", ",,"}) {
    CsvConfig config;
    config.separator = separator;
    EXPECT_THAT(ReadText("a,b\n", config).error, HasSubstr("csv.separator: must be one byte"));
  }
}

TEST(CsvSourceTest, RefusesPathsThatAreNoFile) {
  CsvConfig config;
  config.path = testing::TempDir();
  EXPECT_THAT(ReadFile(config).error, HasSubstr("is a directory"));
  config.path = "/dev/null";
  EXPECT_THAT(ReadFile(config).error, HasSubstr("is not a regular file"));
  config.path = testing::TempDir() + "cartwright-is-not-there.csv";
  EXPECT_THAT(ReadFile(config).error, HasSubstr("cannot be opened: No such file"));
}

TEST(CsvSourceTest, SetsLongFieldsAside) {
  CsvConfig config;
  config.max_field_bytes = 10;
  const Reading reading = ReadText("a,b\n1,12345678901\n3,1234567890\n", config);
  EXPECT_THAT(reading.rows,
              ElementsAre("2|field_too_long|b|the field has 11 bytes, at most 10 are read",
                          "3[3][1234567890]"));
}

TEST(CsvSourceTest, SetsLongRowsAsideAndGoesOnBehindThem) {
  CsvConfig config;
  config.max_record_bytes = 1'000'000;
  const std::string long_field(3'000'000, 'x');
  const std::string text =
      "a,b\n1,2\n\"" + long_field + "\n\"\"\n\",2\r\n3,4\n5," + long_field + "\n7,8\n";
  const Reading reading = ReadText(text, config);
  EXPECT_THAT(
      reading.rows,
      ElementsAre("2[1][2]", "3|record_too_long||the row has more than 1000000 bytes", "6[3][4]",
                  "7|record_too_long||the row has more than 1000000 bytes", "8[7][8]"));
  EXPECT_EQ(reading.raws[1].size(), 64U * 1024 + 1);
}

TEST(CsvSourceTest, NamesTheOpeningLineOfALongOpenQuote) {
  CsvConfig config;
  config.max_record_bytes = 1'000'000;
  std::string text = "a,b\n1,2\n\"x\ny\",\"open\n";
  for (int i = 0; i < 500'000; ++i) {
    text += "3,4\n";
  }
  EXPECT_THAT(ReadText(text, config).rows,
              ElementsAre("2[1][2]",
                          "4|quote_open||a quote opens here and is never closed; the first 64 KiB "
                          "of the 500001 lines "
                          "up to the end of the file were kept as one row"));
}

/// A plain state machine over the same grammar, for files without faults.
std::vector<std::vector<std::string>> NaiveRows(std::string_view text) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool in_quotes = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_quotes && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      rows.back().back() += text[++i];
    } else if (c == '"') {
      in_quotes = !in_quotes;
    } else if (!in_quotes && c == ',') {
      rows.back().emplace_back();
    } else if (!in_quotes && c == '\n') {
      rows.push_back({""});
    } else {
      rows.back().back() += c;
    }
  }
  rows.pop_back();
  return rows;
}

std::string RandomField(std::mt19937& random, bool is_first) {
  std::string field;
  const std::size_t length = random() % 90;
  const bool quoted = random() % 2 == 0 || (is_first && length == 0);
  constexpr std::string_view kPlain = "abc \xC3\xA4-";
  for (std::size_t i = 0; i < length; ++i) {
    const auto pick = random() % 12;
    if (pick < 3 && quoted) {
      field += pick == 0 ? "\"\"" : (pick == 1 ? "," : "\n");
    } else {
      field += pick == 5 ? std::string("\xC3\xA4") : std::string(1, kPlain[pick % 4]);
    }
  }
  return quoted ? "\"" + field + "\"" : field;
}

TEST(CsvSourceTest, AgreesWithANaiveReaderAcrossBlockBorders) {
  std::mt19937 random(20261125);
  std::string text = "a,b,c\n";
  while (text.size() < 3'000'000) {
    text += RandomField(random, true) + "," + RandomField(random, false) + "," +
            RandomField(random, false) + "\n";
  }
  const TemporaryFile file(text);
  CsvConfig config;
  config.path = file.path();
  auto source = OpenCsv(config, 0);
  ASSERT_TRUE(source);
  const auto expected = NaiveRows(text);
  for (std::size_t i = 1; i < expected.size(); ++i) {
    const auto row = (*source)->Next();
    ASSERT_TRUE(row && *row != nullptr && (*row)->fault == nullptr) << i;
    ASSERT_EQ(std::vector<std::string>((*row)->fields.begin(), (*row)->fields.end()), expected[i])
        << i;
  }
  EXPECT_EQ(*(*source)->Next(), nullptr);
}

TEST(CsvSourceTest, SurvivesRandomBytes) {
  constexpr std::string_view kBytes = "ab,,\"\"\n\r\0\xC3\xA4\xFF;1"sv;
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    std::string text = "a,b\n";
    const std::size_t length = random() % 200;
    for (std::size_t i = 0; i < length; ++i) {
      text.push_back(kBytes[random() % kBytes.size()]);
    }
    const Reading reading = ReadText(text);
    EXPECT_EQ(reading.error, "") << seed;
    EXPECT_EQ(reading.rows_read, static_cast<std::int64_t>(reading.rows.size()));
  }
}

}  // namespace
}  // namespace cartwright
