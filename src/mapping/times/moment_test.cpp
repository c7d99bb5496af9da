// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/times/moment.hpp"

#include <gtest/gtest.h>

namespace arint::mapping {
namespace {

std::string read(std::string_view text) {
  std::optional<Moment> moment = Moment::parse(text);
  return moment ? moment->text() : "none";
}

std::string plus(std::string_view text, std::string_view duration) {
  std::optional<Moment> sum = Moment::parse(text)->plus(Duration::parse(duration).value());
  return sum ? sum->text() : "none";
}

std::string between(std::string_view from, std::string_view to) { return Moment::parse(from)->until(*Moment::parse(to)).text(); }
std::int64_t between(std::string_view from, std::string_view to, TimeUnit unit) { return Moment::parse(from)->until(*Moment::parse(to), unit); }

TEST(Moment, is_written_as_it_was_read) {
  for (const char* text : {"2024-02-29", "2024-02-29T23:59:59", "2024-02-29T23:59:59Z", "2024-02-29T23:59:59.120+05:30", "0000-01-01", "9999-12-31T00:00:00.000000001-11:00"})
    EXPECT_EQ(read(text), text);
  EXPECT_EQ(read("2024-02-29T10:05"), "2024-02-29T10:05:00");
  EXPECT_EQ(read("2024-02-29T10:05:00+0130"), "2024-02-29T10:05:00+01:30");
  for (const char* text : {"", "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "2024-1-1", "2024-01-01 10:00:00", "2024-01-01T24:00:00", "2024-01-01T10",
                           "2024-01-01T10:60:00", "2024-01-01T10:00:60", "2024-01-01T10:00:00.", "2024-01-01T10:00:00+1", "2024-01-01T10:00:00ZZ", "20240101", "2024-01"})
    EXPECT_EQ(read(text), "none") << text;
}

TEST(Moment, months_keep_to_the_calendar) {
  EXPECT_EQ(plus("2024-01-31", "P1M"), "2024-02-29");
  EXPECT_EQ(plus("2023-01-31", "P1M"), "2023-02-28");
  EXPECT_EQ(plus("2024-02-29", "P1Y"), "2025-02-28");
  EXPECT_EQ(plus("2024-03-31", "-P1M"), "2024-02-29");
  EXPECT_EQ(plus("2024-01-15", "-P1Y1M"), "2022-12-15");
  EXPECT_EQ(plus("2024-01-31", "P1M1D"), "2024-03-01") << "months first";
  EXPECT_EQ(plus("2024-12-31", "P2W"), "2025-01-14");
}

TEST(Moment, times_carry_over_and_keep_their_zone) {
  EXPECT_EQ(plus("2024-12-31T23:59:59.5+02:00", "PT0.5S"), "2025-01-01T00:00:00.0+02:00");
  EXPECT_EQ(plus("2024-01-01T00:00:00Z", "-PT1S"), "2023-12-31T23:59:59Z");
  EXPECT_EQ(plus("2024-01-01", "PT36H"), "2024-01-02T12:00:00");
  EXPECT_EQ(plus("2024-01-01T00:00:00Z", "PT0.125S"), "2024-01-01T00:00:00.125Z");
  EXPECT_EQ(plus("9999-12-31", "P1D"), "none");
  EXPECT_EQ(plus("0000-01-01", "-P1D"), "none");
  EXPECT_EQ(plus("2024-01-01", "P999999999Y"), "none");
  EXPECT_EQ(Moment::parse("2024-01-01T00:30:00Z")->in_zone(-60)->text(), "2023-12-31T23:30:00-01:00");
  EXPECT_EQ(Moment::parse("2024-01-01T00:30:00+01:00")->in_zone(0)->text(), "2023-12-31T23:30:00Z");
}

TEST(Moment, differences_are_what_must_be_added) {
  EXPECT_EQ(between("2024-01-31", "2024-03-01"), "P1M1D");
  EXPECT_EQ(between("2024-01-31", "2024-02-29"), "P1M");
  EXPECT_EQ(between("2024-03-01", "2024-01-31"), "-P1M1D");
  EXPECT_EQ(between("2020-02-29", "2024-02-28T12:00:00.25"), "P3Y11M30DT12H0.25S");
  EXPECT_EQ(between("2024-01-01T00:00:00+02:00", "2023-12-31T22:00:00Z"), "PT0S");
  EXPECT_EQ(between("2000-01-01", "2024-06-15", TimeUnit::years), 24);
  EXPECT_EQ(between("2000-06-16", "2024-06-15", TimeUnit::years), 23);
  EXPECT_EQ(between("2024-06-15", "2000-06-16", TimeUnit::years), -23);
  EXPECT_EQ(between("2024-01-31", "2024-02-29", TimeUnit::months), 1);
  EXPECT_EQ(between("2024-01-01", "2024-01-08", TimeUnit::weeks), 1);
  EXPECT_EQ(between("2024-01-01T12:00:00Z", "2024-01-03T11:59:59Z", TimeUnit::days), 1);
  EXPECT_EQ(between("2024-01-01T00:00:00.9Z", "2024-01-01T00:00:02.1Z", TimeUnit::seconds), 1);
  EXPECT_EQ(between("2024-01-01T00:00:00.9Z", "2024-01-01T00:00:02.1Z", TimeUnit::milliseconds), 1200);
  EXPECT_EQ(between("2024-01-01T00:00:00+05:30", "2024-01-01T00:00:00Z", TimeUnit::minutes), 330);
}

TEST(Moment, durations_are_read_strictly) {
  EXPECT_EQ(Duration::parse("P1Y2M3W4DT5H6M7.5S")->text(), "P1Y2M25DT5H6M7.5S");
  EXPECT_EQ(Duration::parse("-PT90M")->text(), "-PT1H30M");
  EXPECT_EQ(Duration::parse("P0D")->text(), "PT0S");
  for (const char* text : {"", "P", "PT", "P1", "1D", "P1DT", "P1M1Y", "PT1M1H", "P1.5D", "PT1.S", "P1S", "P1234567890D", "P1D1D", "+P1D", "PT1.5M", "P-1D"})
    EXPECT_FALSE(Duration::parse(text)) << text;
}

TEST(Moment, milliseconds_are_those_of_the_instant) {
  EXPECT_EQ(Moment::parse("1970-01-02")->millis(), 86'400'000);
  EXPECT_EQ(Moment::parse("2017-11-07T15:12:37.121Z")->millis(), 1510067557121);
  EXPECT_EQ(Moment::parse("1970-01-01T01:00:00+01:00")->millis(), 0);
}

}  // namespace
}  // namespace arint::mapping
