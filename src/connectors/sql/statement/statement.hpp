// SPDX-License-Identifier: GPL-3.0-or-later
// Statement: one SQL command as the user wrote it, compiled once. `:name` becomes $1 (PostgreSQL) or ?1 (SQLite), and the value
// travels beside the text. So no value is ever pasted into SQL, and none can change what a statement does.
//
// The scanner knows where SQL hides text that only looks like a parameter: quotes, comments, dollar quotes, `::type`, `a[1:2]`.
// Source: PostgreSQL 15 manual, section 4.1 (lexical structure); SQLite, "The Tokenizer" and "SQL As Understood" (variables).
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace arint::connectors::sql {

enum class Dialect : std::uint8_t { postgresql, sqlite };

struct Statement {
  Dialect dialect = Dialect::postgresql;
  std::string text{};                // what the database gets
  std::vector<std::string> names{};  // of its parameters: names[0] is $1
  std::string opening{};             // its first words on one line, quoted, for sentences
  std::string command{};             // its verb in lower case: "select"; of `with ... select` the one that counts
  // It changes nothing by its own words: select, values, table, without insert, update, delete or into anywhere.
  bool reads = false;
  // ... and calls no function but well-known ones without effects: doing it twice is doing it once.
  bool pure = false;
};

// Most parameters of one statement: what both databases take (SQLite's default is 32,766).
inline constexpr std::size_t most_parameters = 32'766;

// What is wrong with a statement, and at which byte.
struct StatementFault {
  std::size_t offset = 0;
  std::string sentence{};
};

// False: see `fault`. Refused: nothing but blanks, more than one command, quotes or comments without end, and every other kind of
// parameter the database knows ($1, ?, @x), since nobody would give it a value.
bool compile(std::string_view sql, Dialect dialect, Statement& out, StatementFault& fault);

}  // namespace arint::connectors::sql
