// SPDX-License-Identifier: GPL-3.0-or-later
// What a user writes under `sql:` of an outgoing, and beside `to:` of a send step.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/sql/statement/statement.hpp"
#include "declare/settings.hpp"

namespace arint::connectors::sql {

// The last two are what libpq calls so; `prefer` and `allow` give in to whoever cuts the wire, and are not offered.
enum class Tls { disable, require, verify_ca, verify_full };
const declare::Words<Tls>& words_of(Tls);

// Of one answer; reaching one is a fault, never a shortened answer.
struct Limits {
  std::int64_t rows = 10'000;
  Size bytes{16u << 20};  // values as the database writes them, and 32 for each
};

struct Options {
  std::string url{};
  Secret password{};
  std::optional<declare::File> setup{};
  std::int64_t connections = 0;  // over all cores
  Millis connect_timeout{};
  Millis idle_timeout{};
  std::optional<Tls> tls{};
  std::string ca{};
  bool read_only = false;
  Limits limits{};
};

declare::Settings<Options> settings();
Dialect dialect_of(const Options& options);

// `statements: [ { sql: ..., params: ... }, ... ]`
struct One {
  std::string sql{};
  declare::Expression params{};
};

struct Send {
  std::optional<std::string> sql{};
  declare::Expression params{};
  std::optional<std::vector<One>> statements{};
};

declare::Settings<Send> send_settings();

}  // namespace arint::connectors::sql
