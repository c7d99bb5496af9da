// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/postgres/values/types.hpp"

#include <gtest/gtest.h>

#include "format/json/json.hpp"

namespace arint::connectors::sql {
namespace {

std::string json(TypeId type, std::string_view text) {
  document::Arena arena;
  Result<document::Value> value = value_of(type, text, arena);
  if (!value) return value.error().sentence;
  std::string out;
  EXPECT_TRUE(format::json::write(*value, out).ok());
  return out;
}

TEST(PostgresTypes, numbers_keep_their_digits_and_what_is_none_is_text) {
  EXPECT_EQ(json(23, "-7"), "-7");
  EXPECT_EQ(json(20, "9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(json(1700, "12345678901234567890.00100"), "12345678901234567890.00100");
  EXPECT_EQ(json(701, "1e+300"), "1e+300");
  for (const char* none : {"NaN", "Infinity", "-Infinity"}) EXPECT_EQ(json(1700, none), "\"" + std::string(none) + "\"");
}

TEST(PostgresTypes, times_are_iso_8601) {
  EXPECT_EQ(json(1114, "2026-11-24 07:37:10.5"), "\"2026-11-24T07:37:10.5\"");
  EXPECT_EQ(json(1184, "2026-11-24 07:37:10+00"), "\"2026-11-24T07:37:10Z\"");
  EXPECT_EQ(json(1184, "2026-11-24 07:37:10-03:30"), "\"2026-11-24T07:37:10-03:30\"");
  EXPECT_EQ(json(1184, "2026-11-24 07:37:10+01"), "\"2026-11-24T07:37:10+01:00\"");
  EXPECT_EQ(json(1082, "2026-11-24"), "\"2026-11-24\"");
  EXPECT_EQ(json(1114, "infinity"), "\"infinity\"");
  EXPECT_EQ(json(1114, "0044-03-15 00:00:00 BC"), "\"0044-03-15 00:00:00 BC\"");
}

TEST(PostgresTypes, json_is_a_tree_and_bytes_are_bytes) {
  EXPECT_EQ(json(3802, "{\"b\": 1.10, \"a\": [null]}"), "{\"b\":1.10,\"a\":[null]}");
  EXPECT_EQ(json(16, "t"), "true");
  EXPECT_EQ(json(17, "\\x00ff"), "\"AP8=\"");
  EXPECT_EQ(json(17, "\\x"), "\"\"");
  EXPECT_EQ(json(3802, std::string(2000, '[') + std::string(2000, ']')).substr(0, 34), "JSON of the answer cannot be read:");
  document::Arena arena;
  EXPECT_TRUE(value_of(25, "\xff\xfe", arena)->is_bytes()) << "a database in SQL_ASCII";
}

TEST(PostgresTypes, arrays_are_arrays) {
  EXPECT_EQ(json(1007, "{1,NULL,-3}"), "[1,null,-3]");
  EXPECT_EQ(json(1009, R"({a,"b,c","NULL","q\"\\",""})"), R"(["a","b,c","NULL","q\"\\",""])");
  EXPECT_EQ(json(1007, "{{1,2},{3,4}}"), "[[1,2],[3,4]]");
  EXPECT_EQ(json(1007, "[0:1]={7,8}"), "[7,8]");
  EXPECT_EQ(json(3807, R"({"{\"a\": 1}",NULL})"), R"([{"a":1},null])");
  EXPECT_EQ(json(1007, "{}"), "[]");
  for (const char* none : {"", "1", "{", "{1", "{1,", "{1,}", "{\"a", "}", "[0:1]", "{1}2", "{,1}"})
    EXPECT_EQ(json(1007, none), "an array of the answer cannot be read") << none;
}

}  // namespace
}  // namespace arint::connectors::sql
