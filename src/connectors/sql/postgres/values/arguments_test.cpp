// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/postgres/values/arguments.hpp"

#include <gtest/gtest.h>

#include "format/json/json.hpp"

namespace arint::connectors::sql {
namespace {

using document::Value;

constexpr TypeId type_bytea = 17, type_text = 25, type_jsonb = 3802, type_int4_array = 1007, type_text_array = 1009, type_jsonb_array = 3807,
                 type_of_a_user = 99'999;

std::string literal(std::string_view json, TypeId type) {
  document::Arena arena;
  std::string out;
  append_array(*format::json::read(json, arena), type, out);
  return out;
}

TEST(Arguments, an_array_is_what_the_parameter_wants) {
  EXPECT_EQ(literal("[1, 2.50, 12345678901234567890123456789]", type_int4_array), "{1,2.50,12345678901234567890123456789}");
  EXPECT_EQ(literal("[1, {\"a\": null}]", type_jsonb), "[1,{\"a\":null}]");
  EXPECT_EQ(literal("[1]", type_text), "[1]");
  EXPECT_EQ(literal("[\"red\", \"green\"]", type_of_a_user), "{\"red\",\"green\"}");
  EXPECT_EQ(literal("[]", type_int4_array), "{}");
  EXPECT_EQ(literal("[[1,2],[3,null]]", type_int4_array), "{{1,2},{3,NULL}}");
}

TEST(Arguments, no_item_gets_out_of_its_quotes) {
  EXPECT_EQ(literal(R"(["a,b", "}", "\"", "\\", "NULL", "", null, true])", type_text_array), R"({"a,b","}","\"","\\","NULL","",NULL,t})");
  EXPECT_EQ(literal(R"([{"a":"x\"y"}, "t", 1, [2], null])", type_jsonb_array),
            R"({"{\"a\":\"x\\\"y\"}","\"t\"","1","[2]",NULL})");
}

TEST(Arguments, values_stand_side_by_side) {
  document::Arena arena;
  const std::vector<Value> items{Value::integer(3)};
  const std::vector<Value> values{Value::null(),       Value::text(""),          Value::boolean(true), Value::written("1.500"),
                                  Value::bytes({"\0x", 2}), document::array_of(arena, items), Value::text("it's :a $1 --")};
  const std::vector<TypeId> types{type_text, type_text, 16, 1700, type_bytea, type_int4_array, type_text};
  Arguments arguments;
  for (int round = 0; round < 2; ++round) {
    arguments.fill(values, types);
    ASSERT_EQ(arguments.count(), 7);
    EXPECT_EQ(arguments.values()[0], nullptr);
    const char* const expected[] = {nullptr, "", "t", "1.500", nullptr, "{3}", "it's :a $1 --"};
    for (int i = 0; i < 7; ++i) {
      if (expected[i]) { EXPECT_STREQ(arguments.values()[i], expected[i]); }
    }
    EXPECT_EQ(std::string(arguments.values()[4], static_cast<std::size_t>(arguments.lengths()[4])), std::string("\0x", 2));
    EXPECT_EQ(arguments.formats()[4], 1);
    EXPECT_EQ(arguments.formats()[5], 0);
  }
  arguments.fill({&values[5], 1}, {});
  EXPECT_STREQ(arguments.values()[0], "[3]") << "of an unknown type";
}

}  // namespace
}  // namespace arint::connectors::sql
