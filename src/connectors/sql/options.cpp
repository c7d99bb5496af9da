// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/options.hpp"

#include "connectors/sql/postgres/target.hpp"

namespace arint::connectors::sql {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

declare::Settings<Limits> limits_settings() {
  return declare::Settings<Limits>{"limits", "How large one answer may be; a larger one is a fault, and is never cut short."}
      .add(&Limits::rows, {.name = "rows", .help = "Most rows of one answer.", .unit = "rows", .fallback = "10000", .least = 1, .most = 10'000'000})
      .add(&Limits::bytes, {.name = "bytes", .help = "Most memory the rows of one answer may take: their values, and 32 bytes for each value.",
                            .fallback = "16MiB", .least = "1KiB", .most = "1GiB"});
}

// What means something to a server only.
void check_sqlite(const Options& options, const declare::Node& node, declare::Reading& reading) {
  const Position& at = node.find("url")->at;
  if (options.url.size() == sqlite_scheme.size()) reading.fault(at, "`sqlite:` is followed by the path of the database's file");
  if (options.url.find(":memory:") != std::string::npos)
    reading.fault(at, "a database in memory would be another one for each connection: name a file");
  for (const char* name : {"password", "connections", "connect_timeout", "idle_timeout", "tls", "ca"})
    if (const declare::Node* given = node.find(name))
      reading.fault(given->at, "`" + std::string(name) + "` is for servers, and does nothing for SQLite: leave it out");
}

void check_postgresql(const Options& options, const declare::Node& node, declare::Reading& reading) {
  Result<Target> target = Target::of(options.url);
  if (!target) {
    reading.fault(node.find("url")->at, target.error().sentence);
    return;
  }
  if (const declare::Node* tls = node.find("tls"); tls && target->has("sslmode"))
    reading.fault(tls->at, "the url already says sslmode; keep one of them");
  if (const declare::Node* ca = node.find("ca"); ca && target->has("sslrootcert"))
    reading.fault(ca->at, "the url already says sslrootcert; keep one of them");
}

void check(Options& options, const declare::Node& node, declare::Reading& reading) {
  if (options.read_only && options.setup) reading.fault(node.find("setup")->at, "a setup script changes the database, which `read_only` forbids");
  if (!node.find("url")) return;
  if (options.url.starts_with(sqlite_scheme)) check_sqlite(options, node, reading);
  else if (options.url.starts_with("postgresql://") || options.url.starts_with("postgres://")) check_postgresql(options, node, reading);
  else reading.fault(node.find("url")->at, "a database is `postgresql://user@host/database` or `sqlite:path`");
}

}  // namespace

const declare::Words<Tls>& words_of(Tls) {
  static const declare::Words<Tls> words{
      {"disable", Tls::disable}, {"require", Tls::require}, {"verify-ca", Tls::verify_ca}, {"verify-full", Tls::verify_full}};
  return words;
}

Dialect dialect_of(const Options& options) { return options.url.starts_with(sqlite_scheme) ? Dialect::sqlite : Dialect::postgresql; }

declare::Settings<Options> settings() {
  return declare::Settings<Options>{"sql", "A database, PostgreSQL or SQLite: one statement, or several in one transaction."}
      .add(&Options::url, {.name = "url", .help = "`postgresql://user@host:port/database`, several hosts with commas between them, and "
                                                  "`?name=value` for what libpq can be told; or `sqlite:path`, from the project folder.",
                           .required = true, .example = "postgresql://orders@db/orders"})
      .add(&Options::password, {.name = "password", .help = "Password, when the server asks one. It cannot stand in the url.", .fallback = ""})
      .add(&Options::setup, {.name = "setup", .help = "SQL script that is run before the first statement, at each start: `create table if not "
                                                      "exists` and the like.",
                             .example = "sql/tables.sql"})
      .add(&Options::connections, {.name = "connections", .help = "Connections to the server at once, over all cores; opened when first needed. "
                                                                  "Calls beyond it wait for one.",
                                   .unit = "connections", .fallback = "20", .least = 1, .most = 10'000})
      .add(&Options::connect_timeout, {.name = "connect_timeout", .help = "To open a connection, from the name to the login.", .fallback = "10s", .least = "10ms"})
      .add(&Options::idle_timeout, {.name = "idle_timeout", .help = "A connection unused for this long is closed.", .fallback = "10m", .least = "1s"})
      .add(&Options::tls, {.name = "tls", .help = "`require` encrypts; `verify-ca` also wants a certificate of a known authority, `verify-full` one "
                                                  "for this very host. Left out: verify-full, and disable where the host is this machine."})
      .add(&Options::ca, {.name = "ca", .help = "File with the authorities that may vouch for the server.", .fallback = "/etc/ssl/certs/ca-certificates.crt"})
      .add(&Options::read_only, {.name = "read_only", .help = "The database itself refuses whatever changes data.", .fallback = "false"})
      .section(&Options::limits, {.name = "limits", .help = "How large an answer may be.", .fallback = "{}"}, limits_settings())
      .check(check);
}

declare::Settings<Send> send_settings() {
  declare::Settings<One> one = declare::Settings<One>{"statement", "One command of a transaction."}
      .add(&One::sql, {.name = "sql", .help = "One SQL command; `:name` is a parameter.", .required = true,
                       .example = "\"delete from carts where id = :id\""})
      .add(&One::params, {.name = "params", .help = "An object with the parameters; left out: the body's fields.", .example = "\"{ 'id': cart }\""});
  return declare::Settings<Send>{"sql", "One SQL statement, or several in one transaction."}
      .add(&Send::sql, {.name = "sql", .help = "One SQL command; `:name` is a parameter, and never becomes part of the text.",
                        .example = "\"insert into orders(id) values (:id)\""})
      .add(&Send::params, {.name = "params", .help = "An object with the parameters; left out: the body's fields. What it does not hold is null; an array is "
                                                            "for `= any(:ids)` or JSON in PostgreSQL, and for json_each(:ids) in SQLite.",
                           .example = "\"{ 'id': order_id }\""})
      .section(&Send::statements, {.name = "statements", .help = "Several commands, done all or none.",
                                   .example = "[ { sql: \"delete from carts where id = :id\" } ]"}, one)
      .exactly_one({"sql", "statements"});
}

}  // namespace arint::connectors::sql
