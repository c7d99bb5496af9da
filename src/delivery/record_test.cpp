// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/record.hpp"

#include <gtest/gtest.h>

namespace arint::delivery {
namespace {

using document::Value;

TEST(Record, values_are_read_as_they_were_written) {
  document::Arena arena;
  const std::vector<Value> items{Value(),           Value::null(),       Value::boolean(true), Value::integer(-7),           Value::integer(INT64_MIN),
                                 Value::real(-0.5), Value::text("\xed\xa0\x80"), Value::bytes(std::string_view("\0\xff", 2)), Value::written("1e999999")};
  const std::vector<document::Member> members{{"a", document::array_of(arena, items)}, {"", Value::text("")}, {"a", Value::integer(1)}};
  const Value value = document::object_of(arena, members);
  std::string bytes;
  write_value(value, bytes);
  std::string_view rest = bytes;
  Value read;
  ASSERT_TRUE(read_value(rest, arena, read));
  EXPECT_TRUE(rest.empty());
  std::string again;
  write_value(read, again);
  EXPECT_EQ(again, bytes);
  ASSERT_EQ(read.members().size(), 3u);
  const auto& back = read.members()[0].value.items();
  EXPECT_TRUE(back[0].is_absent());
  EXPECT_TRUE(back[1].is_null());
  EXPECT_EQ(back[4].as_integer(), INT64_MIN);
  EXPECT_TRUE(back[8].holds_written());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    std::string_view part = std::string_view(bytes).substr(0, cut);
    EXPECT_FALSE(read_value(part, arena, read)) << cut;
  }
}

TEST(Record, tries_and_answers_are_read_as_they_were_written_and_damage_is_seen) {
  Tries tries{Tries::As::failed, 3, 1700, {Fault::rejected, "no", 422, "not that"}};
  Tries read;
  const std::string bytes = write_tries(tries);
  ASSERT_TRUE(read_tries(bytes, read));
  EXPECT_EQ(read.tries, 3);
  EXPECT_EQ(read.first_ms, 1700);
  EXPECT_EQ(read.error.fault, Fault::rejected);
  EXPECT_EQ(read.error.status, 422);
  EXPECT_EQ(read.error.peer_words, "not that");
  EXPECT_FALSE(read_tries("", read));
  EXPECT_FALSE(read_tries("X" + bytes.substr(1), read));
  const Answer answer{201, {{"Content-Type", "text/plain"}, {"X", ""}}, std::string("a\0b", 3)};
  Answer back;
  const std::string written = write_answer(answer);
  ASSERT_TRUE(read_answer(written, back));
  EXPECT_EQ(back.status, 201);
  EXPECT_EQ(back.fields, answer.fields);
  EXPECT_EQ(back.body, answer.body);
  for (std::size_t cut = 0; cut < written.size(); ++cut) EXPECT_FALSE(read_answer(std::string_view(written).substr(0, cut), back)) << cut;
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) EXPECT_FALSE(read_tries(std::string_view(bytes).substr(0, cut), read)) << cut;
}

}  // namespace
}  // namespace arint::delivery
