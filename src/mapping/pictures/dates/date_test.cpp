// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/pictures/date.hpp"

#include <gtest/gtest.h>

#include "mapping/pictures/dates/calendar.hpp"

namespace arint::mapping {
namespace {

constexpr std::int64_t friday = 1521801216617;  // 2018-03-23T10:33:36.617Z
constexpr std::int64_t now = 1795528800000;     // 2026-11-24T14:00:00Z

std::string date(std::int64_t millis, std::string_view picture, int zone = 0) {
  Pictured<DatePicture> compiled = DatePicture::compile(picture);
  if (PictureError* problem = std::get_if<PictureError>(&compiled)) return problem->code;
  Pictured<std::string> out = std::get<DatePicture>(compiled).format(millis, zone);
  if (PictureError* problem = std::get_if<PictureError>(&out)) return problem->code;
  return std::get<std::string>(out);
}

// What was read as ISO time; "nothing"; or the code.
std::string read(std::string_view text, std::string_view picture) {
  Pictured<DatePicture> compiled = DatePicture::compile(picture);
  if (PictureError* problem = std::get_if<PictureError>(&compiled)) return problem->code;
  Pictured<std::optional<std::int64_t>> out = std::get<DatePicture>(compiled).parse(text, now);
  if (PictureError* problem = std::get_if<PictureError>(&out)) return problem->code;
  std::optional<std::int64_t> millis = std::get<std::optional<std::int64_t>>(out);
  return millis ? iso_time(*millis) : "nothing";
}

std::string iso(std::string_view text) {
  Pictured<std::int64_t> out = parse_iso_time(text);
  if (PictureError* problem = std::get_if<PictureError>(&out)) return problem->code;
  return iso_time(std::get<std::int64_t>(out));
}

TEST(Calendar, DaysAndDatesAreInverse) {
  for (std::int64_t days = -800'000; days < 800'000; days += 17) {
    Date d = date_of(days);
    ASSERT_EQ(days_from(d.year, d.month, d.day), days);
  }
  EXPECT_EQ(days_from(1970, 1, 1), 0);
  EXPECT_EQ(days_from(2000, 14, 32), days_from(2001, 3, 4));
  EXPECT_EQ(date_of(days_from(-4, 2, 29)).day, 29);
  EXPECT_EQ(weekday(0), 4);
}

TEST(DatePicture, LiteralsAndBrackets) {
  EXPECT_EQ(date(friday, "Hello"), "Hello");
  EXPECT_EQ(date(friday, "[[Year]]: [[[Y0001]]]"), "[Year]: [2018]");
  EXPECT_EQ(date(friday, "Year: <[Y9,999,*]>"), "Year: <2,018>");
  EXPECT_EQ(date(friday, "[Y]-[ M01]-[D 01]T[H01 ]:[ m   ]:[s].[f0  01][Z01:\n 01t]"), "2018-03-23T10:33:36.617Z");
}

TEST(DatePicture, NumbersNamesAndWords) {
  EXPECT_EQ(date(friday, "[FNn], the [Dwo] of [MNn] [Y] [E]"), "Friday, the twenty-third of March 2018 ISO");
  EXPECT_EQ(date(friday, "[FNn,3-3], [D1o] [MN,*-3] [YI]"), "Fri, 23rd MAR MMXVIII");
  EXPECT_EQ(date(friday, "[D#1,2]/[M1,2]/[Y##01,2-2]"), "23/03/18");
  EXPECT_EQ(date(friday, "[Da] [MA] [Yi] [Yw]"), "w C mmxviii two thousand and eighteen");
  EXPECT_EQ(date(1522703100000, "[F0] [FNn] [F]"), "1 Monday monday");
  EXPECT_EQ(date(1546257600000, "[d] days in [Y0001]"), "365 days in 2018");
}

TEST(DatePicture, HoursOfBothClocks) {
  EXPECT_EQ(date(1199664000000, "[h]:[m]:[s] [P]"), "12:00:00 am");
  EXPECT_EQ(date(1199664000000 + 12 * 3'600'000, "[h]:[m] [PN]"), "12:00 PM");
  EXPECT_EQ(date(1204405500000, "[h]:[m] [P] [H]"), "9:05 pm 21");
}

TEST(DatePicture, FractionsAreDigitsOfTheFraction) {
  EXPECT_EQ(date(12, "[f001] [f1] [f01] [f,1-1] [f,5]"), "012 012 01 0 01200");
  EXPECT_EQ(date(500, "[f] [f001] [f0001]"), "5 500 5000");
}

TEST(DatePicture, WeeksFollowTheirThursday) {
  EXPECT_EQ(date(1104537600000, "[X0001]-W[W01]-[F1]"), "2004-W53-6");  // 2005-01-01
  EXPECT_EQ(date(1230508800000, "[X0001]-W[W01]-[F1]"), "2009-W01-1");  // 2008-12-29
  EXPECT_EQ(date(1483272000000, "[w] of [xNn]"), "5 of December");      // 2017-01-01
  EXPECT_EQ(date(1533038400000, "[w] of [xNn]"), "1 of August");        // 2018-07-31
}

TEST(DatePicture, Zones) {
  std::int64_t noon = 1531310400000;
  EXPECT_EQ(date(noon, "[H]:[m][Z]", -300), "7:00-05:00");
  EXPECT_EQ(date(noon, "[H]:[m][Z0]", -300), "7:00-5");
  EXPECT_EQ(date(noon, "[H]:[m][Z0]", 330), "17:30+5:30");
  EXPECT_EQ(date(noon, "[H]:[m][z]", -330), "6:30GMT-05:30");
  EXPECT_EQ(date(noon, "[H01][Z0101t] [Z01:01t]", 0), "12Z Z");
  EXPECT_EQ(date(noon, "[Z0101]", 330), "+0530");
  EXPECT_EQ(date(noon, "[Z010101t]", 330), "D3134");
}

TEST(DatePicture, WrongPicturesHaveTheirCodes) {
  EXPECT_EQ(date(0, "[YN]-[M]"), "D3133");
  EXPECT_EQ(date(0, "[YN]-[M"), "D3135");
  EXPECT_EQ(date(0, "[q]"), "D3132");
  EXPECT_EQ(date(0, "[q1]"), "D3132");
  EXPECT_EQ(date(0, "[]"), "D3132");
  EXPECT_EQ(date(0, "[Yα]"), "D3130");
  EXPECT_EQ(date(0, "[Y0٠]"), "D3131");
  std::string many;
  for (int i = 0; i < 600; ++i) many += "[Y]";
  EXPECT_EQ(date(0, many), "D3135");
  EXPECT_EQ(date(0, "[Y,99999990]"), "D3135") << "no hundred million digits";
  EXPECT_EQ(date(0, "[f,2-99999990]"), "D3135");
}

TEST(DatePicture, ReadsNumbers) {
  EXPECT_EQ(read("2018-03-27T14:03:00.123Z", "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001]Z"), "2018-03-27T14:03:00.123Z");
  EXPECT_EQ(read("20180205", "[Y0001][M01][D01]"), "2018-02-05T00:00:00.000Z");
  EXPECT_EQ(read("20240101123849", "[Y0000][M00][D00][H00][m00][s00]"), "2024-01-01T12:38:49.000Z");
  EXPECT_EQ(read("21st 12 1881", "[D1o] [M01] [Y0001]"), "1881-12-21T00:00:00.000Z");
  EXPECT_EQ(read("2026-04-08T19:05:04.01987", "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f1]"), "2026-04-08T19:05:04.019Z");
  EXPECT_EQ(read("5 2018", "[f1] [Y]"), "D3136");
  EXPECT_EQ(read("2,018", "[Y9,999,*]"), "2018-01-01T00:00:00.000Z");
  EXPECT_EQ(read("2018-02-30", "[Y]-[M]-[D]"), "2018-03-02T00:00:00.000Z");
  EXPECT_EQ(read("23/03/2018", "[D]/[M]/[Y,2-2]"), "2018-03-23T00:00:00.000Z");
  EXPECT_EQ(read("23/03/18", "[D]/[M]/[Y0001]"), "1918-03-23T00:00:00.000Z");
}

TEST(DatePicture, ReadsNamesAndWords) {
  EXPECT_EQ(read("Wednesday, 14th November 2018", "[FNn], [D1o] [MNn] [Y]"), "2018-11-14T00:00:00.000Z");
  EXPECT_EQ(read("2 FEB 2012", "[D1] [MNn,3-3] [Y0001]"), "2012-02-02T00:00:00.000Z");
  EXPECT_EQ(read("27 iii MMXVIII", "[D1] [Mi] [YI]"), "2018-03-27T00:00:00.000Z");
  EXPECT_EQ(read("twenty-first August two thousand and seventeen", "[Dw] [MNn] [Yw]"), "2017-08-21T00:00:00.000Z");
  EXPECT_EQ(read("three hundred and sixty-fifth day of 2018", "[dwo] day of [Y]"), "2018-12-31T00:00:00.000Z");
  EXPECT_EQ(read("2 Foo 2012", "[D1] [MNn] [Y]"), "nothing");
}

TEST(DatePicture, ReadsClocksAndZones) {
  EXPECT_EQ(read("4/4/2018 12:06 am", "[D1]/[M1]/[Y0001] [h]:[m] [P]"), "2018-04-04T00:06:00.000Z");
  EXPECT_EQ(read("4/4/2018 11:30 PM", "[D1]/[M1]/[Y0001] [h]:[m] [P]"), "2018-04-04T23:30:00.000Z");
  EXPECT_EQ(read("2020-09-09 12:00 +05:30", "[Y]-[M]-[D] [H]:[m] [Z]"), "2020-09-09T06:30:00.000Z");
  EXPECT_EQ(read("2020-09-09 12:00 -0530", "[Y]-[M]-[D] [H]:[m] [Z0001]"), "2020-09-09T17:30:00.000Z");
  EXPECT_EQ(read("2020-09-09 12:00 GMT-5", "[Y]-[M]-[D] [H]:[m] [z01]"), "2020-09-09T17:00:00.000Z");
  EXPECT_EQ(read("2020-09-09 12:00 Z", "[Y]-[M]-[D] [H]:[m] [Z01:01t]"), "2020-09-09T12:00:00.000Z");
}

TEST(DatePicture, FillsInWhatIsMissing) {
  EXPECT_EQ(read("13:45", "[H]:[m]"), "2026-11-24T13:45:00.000Z");
  EXPECT_EQ(read("00:00", "[H]:[m]"), "2026-11-24T00:00:00.000Z");
  EXPECT_EQ(read("2018", "[Y1]"), "2018-01-01T00:00:00.000Z");
  EXPECT_EQ(read("2018--180", "[Y]--[d]"), "2018-06-29T00:00:00.000Z");
  EXPECT_EQ(read("18-2-3", "[Y]-[M]-[D]"), "1918-02-03T00:00:00.000Z");
  EXPECT_EQ(read("2018-22", "[Y]-[D]"), "D3136");
  EXPECT_EQ(read("5-22 23:59", "[M]-[D] [m]:[s]"), "D3136");
  EXPECT_EQ(read("2018-32-5", "[X]-[W]-[F1]"), "D3136");
  EXPECT_EQ(read("2018-3-2-5", "[X]-[x]-[w]-[F1]"), "D3136");
}

TEST(DatePicture, WhatDoesNotFitIsNothing) {
  EXPECT_EQ(read("irrelevant", "[Y]-[M]-[D]"), "nothing");
  EXPECT_EQ(read("Hello", "Hello"), "nothing");
  EXPECT_EQ(read("2018-05-22", "[Y]-[M]-[q]"), "D3132");
  EXPECT_EQ(read("ISO", "[C]"), "D3133");
  EXPECT_EQ(read(std::string(5000, '1'), "[Y]"), "nothing");
  EXPECT_EQ(read(std::string(900, '9'), "[Y]"), "nothing");
}

TEST(DatePicture, ManyAmbiguousPartsStayQuick) {
  std::string picture;
  for (int i = 0; i < 90; ++i) picture += "[Yw]";
  std::string text;
  for (int i = 0; i < 55; ++i) text += "sixty six sixteen ";
  EXPECT_EQ(read(text + "!", picture), "nothing");
}

TEST(IsoTime, WritesAndReads) {
  EXPECT_EQ(iso_time(1), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(iso_time(0, -330), "1969-12-31T18:30:00.000-05:30");
  EXPECT_EQ(iso_time(8'640'000'000'000'000), "+275760-09-13T00:00:00.000Z");
  EXPECT_EQ(iso_time(-99'998'755'200'000), "-001199-03-02T00:00:00.000Z");
  for (const char* time : {"1970-01-01T00:00:00.001Z", "+275760-09-13T00:00:00.000Z", "-001199-03-02T00:00:00.000Z"}) EXPECT_EQ(iso(time), time);
  EXPECT_EQ(iso("2018"), "2018-01-01T00:00:00.000Z");
  EXPECT_EQ(iso("2018-07"), "2018-07-01T00:00:00.000Z");
  EXPECT_EQ(iso("2018-02-01T09:42:13.123+0530"), "2018-02-01T04:12:13.123Z");
  EXPECT_EQ(iso("2018-02-01T24:00:00"), "2018-02-02T00:00:00.000Z");
  EXPECT_EQ(iso("2018-02-01T00:00:00.9999999Z"), "2018-02-01T00:00:00.999Z");
  for (const char* wrong : {"foo", "", "01-02-2018", "2018-02-03 11:15:33", "2018-13-01", "2018-1-1", "2018-01-01T10:00Z", "2018-01-01Z",
                            "2018-01-01T10:00:60Z", "2018-01-01T25:00:00Z", "2018-01-01T10:00:00+99:00", "2018-01-01T10:00:00Zx"})
    EXPECT_EQ(iso(wrong), "D3110") << wrong;
}

TEST(IsoTime, ZoneArguments) {
  EXPECT_EQ(std::get<int>(parse_zone("+0100")), 60);
  EXPECT_EQ(std::get<int>(parse_zone("-05:30")), -330);
  EXPECT_EQ(std::get<int>(parse_zone("0000")), 0);
  EXPECT_EQ(std::get<int>(parse_zone("Z")), 0);
  for (const char* wrong : {"", "abc", "+1", "+0199", "CET", "-Z"}) EXPECT_TRUE(std::holds_alternative<PictureError>(parse_zone(wrong))) << wrong;
}

}  // namespace
}  // namespace arint::mapping
