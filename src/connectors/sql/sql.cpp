// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/sql.hpp"

#include <algorithm>

#include "connectors/sql/connection.hpp"
#include "connectors/sql/options.hpp"
#include "connectors/sql/postgres/postgres.hpp"
#include "connectors/sql/sqlite/sqlite.hpp"
#include "declare/project.hpp"

namespace arint::connectors::sql {
namespace {

// This core's share of `connections`, at least one; never more than calls it may have in progress.
unsigned connections_of(const Options& options, const outgoing::Making& making) {
  const std::int64_t share = options.connections / std::max(1u, making.core.count);
  return static_cast<unsigned>(std::clamp<std::int64_t>(share, 1, static_cast<std::int64_t>(std::max<std::size_t>(1, making.in_flight))));
}

std::unique_ptr<outgoing::Connection> make(const declare::Choice& choice, outgoing::Making& making) {
  const Options& options = choice.as<Options>();
  std::string setup;
  if (options.setup) {
    Result<std::string> read = making.reading.project().read_file(options.setup->path);
    if (!read) {
      making.reading.fault(options.setup->at, read.error().sentence);
    } else {
      setup = std::move(*read);
    }
  }
  if (dialect_of(options) == Dialect::sqlite) {
    auto database = std::make_unique<Sqlite>(options, making.reading.project().folder(), std::move(setup));
    return std::make_unique<SqlConnection>(std::move(database), Dialect::sqlite, options.read_only);
  }
  Result<Target> target = Target::of(options.url);
  if (!target) target = Target{};  // told when the options were read; the statements of its sends are still looked at
  auto database = std::make_unique<Postgres>(options, std::move(*target), std::move(setup), connections_of(options, making));
  return std::make_unique<SqlConnection>(std::move(database), Dialect::postgresql, options.read_only);
}

// In short what faults.cpp decides for each SQLSTATE and SQLite code.
std::vector<connectors::Failure> failures() {
  return {
      {"unreachable", "No connection: the host is unknown, nobody listens, the server stops or starts, or takes no changes; a SQLite file that "
                      "cannot be opened. Nothing was done."},
      {"timeout", "Time was over or the connection was lost after the statement was sent; a transaction may have been committed."},
      {"busy", "Deadlock or serialization failure, too many connections, no room on the disk, a file another program holds."},
      {"refused", "Wrong user or password, unknown database, a server certificate that is not accepted, a file that is no database."},
      {"rejected", "The database refuses this statement: a constraint, a type, a missing table, a right, or more rows than `limits` allow."},
  };
}

}  // namespace

Connector sql() {
  return {.name = "sql",
          .help = "PostgreSQL and SQLite databases, out.",
          .out = outgoing::Kind{.options = settings(), .send = send_settings(), .make = make},
          .out_failures = failures()};
}

}  // namespace arint::connectors::sql
