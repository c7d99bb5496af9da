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
      return nullptr;
    }
    setup = std::move(*read);
  }
  if (dialect_of(options) == Dialect::sqlite) {
    auto database = std::make_unique<Sqlite>(options, making.reading.project().folder(), std::move(setup));
    return std::make_unique<SqlConnection>(std::move(database), Dialect::sqlite, options.read_only);
  }
  Result<Target> target = Target::of(options.url);
  if (!target) {
    making.reading.fault(choice.at, target.error().sentence);
    return nullptr;
  }
  auto database = std::make_unique<Postgres>(options, std::move(*target), std::move(setup), connections_of(options, making));
  return std::make_unique<SqlConnection>(std::move(database), Dialect::postgresql, options.read_only);
}

}  // namespace

outgoing::Kind sql() { return {.options = settings(), .send = send_settings(), .make = make}; }

}  // namespace arint::connectors::sql
