// SPDX-License-Identifier: GPL-3.0-or-later
// Versions, the log's anchor, and care: what is entered late and what is removed, in slices that fit beside the traffic.
#include <algorithm>
#include <cstring>

#include "store/sqlite/write/apply.hpp"
#include "store/sqlite/write/names.hpp"

namespace arint::store {
namespace {

// What is still in flight on an old configuration may bind messages to its versions.
constexpr std::int64_t retired_for_ms = 600'000;

}  // namespace

Result<void> Applier::apply(const KeepVersion& op, Outcome&) {
  db_.use("insert into versions (hash, service, retired, low) values (?, ?, null, ?) on conflict (hash) do nothing")
      .bind(op.hash, op.service, sequence_.last + 1)
      .run();
  if (!db_.changes()) return {};
  Result<std::int64_t> id = version_id(op.hash);
  if (!id) return id.error();
  for (const SourceFile& file : op.files) {
    const Digest digest = sha256(file.content);
    db_.use("insert into sources (digest, content) values (?, ?) on conflict (digest) do nothing").bind(digest, BlobView{file.content}).run();
    db_.use("insert into version_files (version, path, digest) values (?, ?, ?)").bind(*id, file.path, digest).run();
  }
  return {};
}

Result<void> Applier::apply(const UseVersions& op, Outcome&) {
  db_.use("update versions set retired = ? where retired is null").bind(op.at_ms).run();
  for (const Digest& hash : op.hashes) db_.use("update versions set retired = null where hash = ?").bind(hash).run();
  return {};
}

Result<void> Applier::apply(const KeepAnchor& op, Outcome&) {
  db_.use("insert into facts (name, value) values ('anchor', ?) on conflict (name) do update set value = excluded.value").bind(BlobView{op.sealed}).run();
  return {};
}

Number Applier::enter_names() {
  Number entered = 0;
  {
    Statement row = db_.use("select value from facts where name = 'named'");
    if (row.row()) entered = row.integer(0);
  }
  const Number up_to = last_in_part(part_of(entered + 1));
  if (up_to > through_) return entered;
  struct Name {
    Id name;
    Number number;
  };
  std::vector<Name> names;
  {
    Statement row = db_.use("select number, id, cid from messages where number > ? and number <= ?");
    row.bind(entered, up_to);
    while (row.row())
      for (int column : {1, 2}) names.push_back({row.id(column), row.integer(0)});
  }
  // In the table's order, that of bytes, they are all behind each other: this is why they are not entered one by one.
  std::sort(names.begin(), names.end(), [](const Name& a, const Name& b) {
    const int order = std::memcmp(&a.name, &b.name, sizeof a.name);
    return order ? order < 0 : a.number < b.number;
  });
  for (const Name& name : names)
    db_.use("insert into names (part, name, number) values (?, ?, ?) on conflict do nothing").bind(part_of(name.number), name.name, name.number).run();
  db_.use("insert into facts (name, value) values ('named', ?) on conflict (name) do update set value = excluded.value").bind(up_to).run();
  return up_to;
}

bool Applier::remove_kept(std::int64_t now_ms, std::int64_t most) {
  struct Over {
    Number number;
    Id id, cid;
  };
  std::vector<Over> over;
  {
    Statement row = db_.use("select number, id, cid from messages where state >= 7 and until <= ? order by until limit ?");
    row.bind(now_ms, most);
    while (row.row()) over.push_back({row.integer(0), row.id(1), row.id(2)});
  }
  std::vector<Id> files;
  for (const Over& each : over) {
    for (const char* sql : {"select file from contents where number = ?", "select file from records where number = ? and file is not null",
                            "select file from runs where number = ? and file is not null"}) {
      Statement row = db_.use(sql);
      row.bind(each.number);
      while (row.row())
        if (!row.null(0)) files.push_back(row.id(0));
    }
    for (const char* sql : {"delete from contents where number = ?", "delete from records where number = ?", "delete from runs where number = ?",
                            "delete from attempts where number = ?", "delete from reasons where number = ?", "delete from messages where number = ?"})
      db_.use(sql).bind(each.number).run();
    for (const Id& name : {each.id, each.cid})
      db_.use("delete from names where part = ? and name = ? and number = ?").bind(part_of(each.number), name, each.number).run();
  }
  for (const Id& file : files) drop_file(file);
  // A number is given once, also when the message that had it is gone.
  if (!over.empty())
    db_.use("insert into facts (name, value) values ('last', ?) on conflict (name) do update set value = excluded.value").bind(sequence_.last.load()).run();
  return static_cast<std::int64_t>(over.size()) == most;
}

bool Applier::remove_keys(std::int64_t now_ms, std::int64_t most) {
  std::vector<Id> files;
  for (const char* sql : {"delete from keys where key in (select key from keys where expires <= ? limit ?) returning file",
                          "delete from events where (place, serial) in (select place, serial from events where expires <= ? limit ?) returning file"}) {
    Statement row = db_.use(sql);
    row.bind(now_ms, most);
    while (row.row())
      if (!row.null(0)) files.push_back(row.id(0));
  }
  for (const Id& file : files) drop_file(file);
  return static_cast<std::int64_t>(files.size()) >= most;
}

bool Applier::remove_versions(std::int64_t now_ms, std::int64_t most) {
  struct Retired {
    std::int64_t id;
    Number low;
    Digest hash;
  };
  std::vector<Retired> retired;
  {
    Statement row = db_.use("select id, low, hash from versions where retired <= ?");
    row.bind(now_ms - retired_for_ms);
    while (row.row()) retired.push_back({row.integer(0), row.integer(1), row.digest(2)});
  }
  bool more = false;
  for (const Retired& version : retired) {
    // Nothing below `low` refers to it, and nothing new will: so `low` only grows, and each message is looked at once.
    if (version.low <= through_) {
      const Number stop = std::min(version.low + most, through_ + 1);
      Statement row = db_.use("select number from messages where number >= ? and number < ? and version = ? order by number limit 1");
      const bool found = row.bind(version.low, stop, version.id).row();
      const Number next = found ? row.integer(0) : stop;
      if (next != version.low) db_.use("update versions set low = ? where id = ?").bind(next, version.id).run();
      more |= !found;
      continue;
    }
    if (db_.use("select 1 from runs where version = ? limit 1").bind(version.id).row()) continue;
    db_.use("delete from version_files where version = ?").bind(version.id).run();
    db_.use("delete from versions where id = ?").bind(version.id).run();
    db_.use("delete from sources where digest not in (select digest from version_files)").run();
    versions_.clear();
    effects.versions_gone.push_back(version.hash);
  }
  return more;
}

}  // namespace arint::store
