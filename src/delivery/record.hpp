// SPDX-License-Identifier: GPL-3.0-or-later
// What a run records, as bytes: values exactly as they are (bytes, absent and null apart, numbers as written), faults, answers.
// Little-endian base 128 counts before texts. A first byte tells what it is; an unknown one is damage, or a newer ARINT.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "document/value.hpp"

namespace arint::delivery {

void write_value(const document::Value& value, std::string& out);
// Takes from the front of `from`; views go into it. False when it is not such bytes.
bool read_value(std::string_view& from, document::Arena& arena, document::Value& out);

// How far the tries of a call have come, and what the flow was given when they ended.
struct Tries {
  enum class As : char { tried = 'T', failed = 'F', repeat = 'R' };
  As as = As::tried;                // repeat: a person has looked at it, so it is called again
  std::int64_t tries = 0, first_ms = 0;
  Error error{};
};
std::string write_tries(const Tries& tries);
bool read_tries(std::string_view from, Tries& out);

// What the caller gets.
struct Answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> fields{};
  std::string body{};
};
std::string write_answer(const Answer& answer);
bool read_answer(std::string_view from, Answer& out);

}  // namespace arint::delivery
