#include "indexers/shape/date_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cartwright {
namespace {

using testing::HasSubstr;

/// Microseconds as text, or the fault's code.
std::string Read(const DateConfig& config, std::string_view text,
                 std::string_view zone = "Europe/London") {
  const auto reader = DateReader::Make(config, zone);
  if (!reader) {
    return reader.error().message;
  }
  const FieldValue<std::int64_t> read = reader->Read(text);
  return read.fault.has_value() ? read.fault->code : std::to_string(read.value);
}

DateConfig Format(std::string format) {
  DateConfig config;
  config.format = std::move(format);
  return config;
}

TEST(DateReaderTest, ReadsIso8601) {
  const DateConfig iso;
  EXPECT_EQ(Read(iso, "2011-12-09T12:50:00Z"), "1323435000000000");
  EXPECT_EQ(Read(iso, "2011-12-09 12:50:00"), "1323435000000000");  // GMT in winter.
  EXPECT_EQ(Read(iso, "2011-12-09 12:50"), "1323435000000000");
  EXPECT_EQ(Read(iso, "2011-12-09T13:50:00+01:00"), "1323435000000000");
  EXPECT_EQ(Read(iso, "2011-12-09T13:50:00+0100"), "1323435000000000");
  EXPECT_EQ(Read(iso, "2011-12-09T07:20:00.25-05:30"), "1323435000250000");
  EXPECT_EQ(Read(iso, "2011-12-09T12:50:00.123456789Z"), "1323435000123456");
  EXPECT_EQ(Read(iso, "2011-07-01"), "1309474800000000");  // Midnight in summer time.
  EXPECT_EQ(Read(iso, "1969-12-31T23:59:59.5Z"), "-500000");
  for (const std::string_view bad :
       {"2011-12-9", "20111209", "2011-12-09T", "2011-12-09T12", "2011-12-09T12:50:00+",
        "2011-12-09T12:50:00+25:00", "2011-12-09T12:50:00+01:60", "2011-12-09T12:50:00Z ",
        "2011-12-09T12:50:00.Z", " 2011-12-09", "2011-12-09T12:50:00 UTC", ""}) {
    EXPECT_EQ(Read(iso, bad), "date_format") << bad;
  }
}

TEST(DateReaderTest, ReadsEpochs) {
  EXPECT_EQ(Read(Format("epoch_seconds"), "1323435000"), "1323435000000000");
  EXPECT_EQ(Read(Format("epoch_seconds"), "1323435000.5"), "1323435000500000");
  EXPECT_EQ(Read(Format("epoch_milliseconds"), "1323435000123"), "1323435000123000");
  EXPECT_EQ(Read(Format("epoch_seconds"), "1323435000123"), "out_of_range");
  EXPECT_EQ(Read(Format("epoch_seconds"), "2011-12-09"), "date_format");
}

TEST(DateReaderTest, ReadsPatterns) {
  EXPECT_EQ(Read(Format("%Y%m%d"), "19970101"), "852076800000000");
  EXPECT_EQ(Read(Format("%Y%m%d"), "1997011"), "date_format");
  EXPECT_EQ(Read(Format("%m/%d/%Y %H:%M"), "12/9/2011 8:26"), "1323419160000000");
  EXPECT_EQ(Read(Format("%Y-%m-%d %H:%M:%S UTC"), "2011-12-09 12:50:00 UTC"), "1323435000000000");
  EXPECT_EQ(Read(Format("%Y-%m-%d %H:%M:%S.%f"), "2011-12-09 12:50:00.5"), "1323435000500000");
  EXPECT_EQ(Read(Format("%d.%m.%Y"), "31.4.2011"), "impossible_date");
  EXPECT_THAT(Read(Format("%Y-%m-%d %p"), "x"), HasSubstr("dates.format: knows"));
  EXPECT_THAT(Read(Format("%Y-%m"), "x"), HasSubstr("a pattern with %Y, %m and %d"));
}

TEST(DateReaderTest, FollowsThePolicyWhereTheClockJumps) {
  DateConfig config;
  EXPECT_EQ(Read(config, "2011-03-27 01:30:00"), "local_time_gap");
  EXPECT_EQ(Read(config, "2011-10-30 01:30:00"), "local_time_overlap");
  EXPECT_EQ(Read(config, "2011-03-27 02:00:00"), "1301187600000000");
  EXPECT_EQ(Read(config, "2011-10-30T01:30:00+01:00"), "1319934600000000");
  config.in_gap = "shift";
  config.in_overlap = "earliest";
  EXPECT_EQ(Read(config, "2011-03-27 01:30:00"), "1301187600000000");
  EXPECT_EQ(Read(config, "2011-10-30 01:30:00"), "1319934600000000");
  config.in_overlap = "latest";
  EXPECT_EQ(Read(config, "2011-10-30 01:30:00"), "1319938200000000");
  config.time_zone = "UTC";
  EXPECT_EQ(Read(config, "2011-03-27 01:30:00"), "1301189400000000");
}

TEST(DateReaderTest, TakesTheFirstInstantOfADayWithoutMidnight) {
  // São Paulo skipped the midnight of 2018-11-04.
  EXPECT_EQ(Read({}, "2018-11-04", "America/Sao_Paulo"), "1541300400000000");
}

}  // namespace
}  // namespace cartwright
