// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/file/schema.hpp"

#include "base/text.hpp"

namespace arint::store {
namespace {

constexpr int our_file = 0x41524e54;  // application_id: "ARNT"

// What accepting and finishing a message touches grows at its end only: messages and contents by number, `work` holds the unresolved
// ones and stays small, the random ids are entered into `names` later and in order. `state`, `changed` and `until` of messages keep
// their width when they are updated, so that no page has to be split.
constexpr const char* first = R"sql(
create table messages (
  number    integer primary key,
  id        blob not null,
  cid       blob not null,
  channel   text not null,
  version   integer not null,
  accepted  bigint not null,
  changed   bigint not null,
  until     bigint not null,
  state     integer not null,
  run       integer not null,
  size      bigint not null
);
create index messages_until on messages (until) where state >= 7;
create table contents (
  number    integer primary key,
  head      blob not null,
  digest    blob not null,
  file      blob,
  body      blob
);
create table work (
  number    integer primary key,
  state     integer not null,
  run       integer not null,
  lease     bigint not null,
  priority  integer not null,
  channel   text not null,
  due       bigint,
  wanted    bigint,
  expires   bigint,
  order_key text,
  place     text,
  attempts  integer not null,
  since     bigint not null,
  fault     integer,
  outgoing  text,
  step      text,
  reason    text
);
create index work_due on work (priority, due) where due is not null;
create index work_line on work (channel, order_key, number) where order_key is not null;
create index work_place on work (place, number) where place is not null;
create index work_expires on work (expires) where expires is not null;
create index work_stopped on work (state, number) where state in (5, 6);
create table reasons (
  number    integer primary key,
  fault     integer,
  outgoing  text,
  step      text,
  reason    text
);
create table runs (
  number    bigint not null,
  run       integer not null,
  at        bigint not null,
  from_step text,
  redirect  text,
  by_whom   text,
  version   integer not null,
  content_type text,
  file      blob,
  body      blob,
  edited    integer not null,
  primary key (number, run)
) without rowid;
create table records (
  number    bigint not null,
  run       integer not null,
  step      text not null,
  kind      integer not null,
  at        bigint not null,
  outgoing  text,
  file      blob,
  content   blob,
  primary key (number, run, step)
) without rowid;
create table attempts (
  number    bigint not null,
  serial    integer not null,
  run       integer not null,
  at        bigint not null,
  duration  bigint not null,
  step      text,
  outgoing  text,
  fault     integer not null,
  status    integer not null,
  words     text,
  primary key (number, serial)
) without rowid;
create table names (
  part      integer not null,
  name      blob not null,
  number    bigint not null,
  primary key (part, name, number)
) without rowid;
create table keys (
  key       blob not null primary key,
  state     integer not null,
  digest    blob not null,
  number    bigint,
  id        blob,
  expires   bigint not null,
  file      blob,
  content   blob
) without rowid;
create index keys_expires on keys (expires);
create table events (
  place     text not null,
  serial    bigint not null,
  at        bigint not null,
  expires   bigint,
  file      blob,
  content   blob,
  primary key (place, serial)
) without rowid;
create table places (
  name      text not null primary key,
  since     bigint not null,
  probe     bigint not null,
  failures  bigint not null,
  note      text not null
) without rowid;
create table schedules (
  name      text not null primary key,
  due       bigint not null
) without rowid;
create table versions (
  id        integer primary key,
  hash      blob not null unique,
  service   text not null,
  retired   bigint,
  low       bigint not null
);
create table version_files (
  version   integer not null,
  path      text not null,
  digest    blob not null,
  primary key (version, path)
) without rowid;
create table sources (
  digest    blob not null primary key,
  content   blob not null
);
create table bodies (
  file      blob not null primary key,
  size      bigint not null
) without rowid;
create table facts (
  name      text not null primary key,
  value     blob not null
) without rowid;
)sql";

// A message that waits for several things waits at the places in `waits` too; `more` of work says so.
constexpr const char* several_places = R"sql(
alter table work add column more integer not null default 0;
create table waits (
  place     text not null,
  number    bigint not null,
  primary key (place, number)
) without rowid;
create index waits_number on waits (number);
)sql";

constexpr Migration known_here[] = {{1, first}, {2, several_places}};

}  // namespace

std::span<const Migration> migrations() noexcept { return known_here; }

Result<void> migrate(Connection& connection, std::span<const Migration> known, const std::string& path) {
  const std::int64_t kind = connection.number("pragma application_id");
  std::int64_t version = connection.number("pragma user_version");
  const bool empty = connection.number("select count(*) from sqlite_schema") == 0;
  if (!empty && kind != our_file)
    return Error{Fault::malformed, quoted(path, 400) + " is an SQLite file, but not a store of ARINT: move it away"};
  const int newest = known.back().to;
  if (version > newest)
    return Error{Fault::rejected, "store " + quoted(path, 400) + " has schema " + std::to_string(version) + " and was written by a newer ARINT; this one knows up to " +
                                      std::to_string(newest) + ": start the newer one, or restore a backup made before it"};
  for (const Migration& migration : known) {
    if (migration.to <= version) continue;
    invariant(migration.to == version + 1, "migrations are listed without a gap");
    connection.script("begin immediate");
    try {
      connection.script(migration.sql);
      connection.script("pragma user_version=" + std::to_string(migration.to));
      connection.script("pragma application_id=" + std::to_string(our_file));
      connection.script("commit");
    } catch (...) {
      if (connection.in_transaction()) connection.script("rollback");
      throw;
    }
    version = migration.to;
  }
  return {};
}

}  // namespace arint::store
