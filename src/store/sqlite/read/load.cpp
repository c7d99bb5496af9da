// SPDX-License-Identifier: GPL-3.0-or-later
// A message to work on, and the small notes of the node.
#include "base/text.hpp"
#include "log/actions/chain/node_key.hpp"
#include "store/head.hpp"
#include "store/sqlite/read/reads.hpp"
#include "store/sqlite/write/names.hpp"

namespace arint::store {
namespace {

Error no_message(Number number) {
  return {Fault::rejected, "there is no message " + std::to_string(number) + " in the store: its retention is over, or it never was"};
}

Error damaged(Number number, std::string_view what) {
  return {Fault::malformed, std::string(what) + " of message " + std::to_string(number) +
                                " is damaged in the store: `arint store check` shows all that is; drop it, or replay it with another body"};
}

Result<void> load_records(Connection& db, const Bodies& bodies, Loaded& loaded, Number number) {
  Statement row = db.use("select step, kind, outgoing, at, file, content from records where number = ? and run = ? order by step");
  row.bind(number, static_cast<int>(loaded.run));
  while (row.row()) {
    Result<std::string> content = content_at(row, 4, 5, bodies);
    if (!content) return content.error();
    loaded.records.push_back({std::string(row.text(0)), static_cast<RecordKind>(row.integer(1)), std::string(row.text(2)), row.integer(3),
                              std::move(*content)});
  }
  return {};
}

}  // namespace

Result<std::string> content_at(Statement& row, int file, int bytes, const Bodies& bodies) {
  if (row.null(file)) return std::string(row.text(bytes));
  return bodies.get(row.id(file));
}

Result<std::unique_ptr<Loaded>> load(Connection& db, const Bodies& bodies, Number number, std::int32_t run) {
  auto loaded = std::make_unique<Loaded>();
  message::Message& message = loaded->message;
  Digest digest{};
  loaded->run = run;
  {
    Statement row = db.use("select m.id, m.cid, m.channel, m.accepted, v.hash, c.head, c.digest, c.file, c.body from messages m "
                           "join contents c on c.number = m.number join versions v on v.id = m.version where m.number = ?");
    if (!row.bind(number).row()) return no_message(number);
    loaded->accepted_ms = row.integer(3);
    loaded->version = row.digest(4);
    loaded->head = row.text(5);
    loaded->channel = row.text(2);
    digest = row.digest(6);
    Result<std::string> body = content_at(row, 7, 8, bodies);
    if (!body) return body.error();
    loaded->body = std::move(*body);
    if (!read_head(*loaded)) return damaged(number, "the head");
    message.id = row.id(0);
    message.trace.cid = row.id(1);
    message.channel = loaded->channel;
  }
  if (sha256(loaded->body) != digest) return damaged(number, "the body");
  if (run > 1) {
    Statement row = db.use("select r.from_step, r.redirect, v.hash, r.edited, r.content_type, r.file, r.body from runs r "
                           "join versions v on v.id = r.version where r.number = ? and r.run = ?");
    if (!row.bind(number, static_cast<int>(run)).row()) return no_message(number);
    loaded->from_step = row.text(0);
    loaded->redirect = row.text(1);
    loaded->version = row.digest(2);
    if (row.integer(3)) {
      Result<std::string> body = content_at(row, 5, 6, bodies);
      if (!body) return body.error();
      loaded->body = std::move(*body);
      if (!row.null(4)) loaded->content_type = row.text(4), message.content_type = loaded->content_type;
    }
  }
  if (Result<void> read = load_records(db, bodies, *loaded, number); !read) return read.error();
  return loaded;
}

std::vector<Number> named(Connection& db, const Id& name) {
  std::vector<Number> found;
  const Number last = db.number("select max(number) from messages"), first = db.number("select min(number) from messages");
  const Number entered = db.number("select value from facts where name = 'named'");
  {
    Statement row = db.use("select number from messages where number > ? and (id = ? or cid = ?) order by number desc");
    row.bind(entered, name, name);
    while (row.row()) found.push_back(row.integer(0));
  }
  for (std::int64_t part = part_of(last); part >= part_of(first); --part) {
    Statement row = db.use("select number from names where part = ? and name = ? order by number desc");
    row.bind(part, name);
    while (row.row()) found.push_back(row.integer(0));
  }
  return found;
}

Result<std::string> answer_of(Connection& db, const Bodies& bodies, const Digest& key) {
  Statement row = db.use("select file, content from keys where key = ? and state = 2");
  if (!row.bind(key).row()) return Error{Fault::rejected, "there is no answer for this idempotency key"};
  return content_at(row, 0, 1, bodies);
}

Result<std::optional<EventRead>> event(Connection& db, const Bodies& bodies, std::string_view place) {
  Statement row = db.use("select serial, at, file, content from events where place = ? order by serial limit 1");
  if (!row.bind(place).row()) return std::optional<EventRead>();
  Result<std::string> content = content_at(row, 2, 3, bodies);
  if (!content) return content.error();
  return std::optional(EventRead{row.integer(0), row.integer(1), std::move(*content)});
}

Result<std::vector<PlaceRead>> places(Connection& db) {
  std::vector<PlaceRead> out;
  Statement row = db.use("select name, since, probe, failures, note, (select count(*) from work where place = name) + "
                         "(select count(*) from waits where place = name) from places order by name");
  while (row.row())
    out.push_back({std::string(row.text(0)), row.integer(1), row.integer(2), row.integer(3), row.integer(5), std::string(row.text(4))});
  return out;
}

Result<std::vector<LineRead>> blocked_lines(Connection& db, unsigned most) {
  std::vector<LineRead> out;
  Statement row = db.use("select l.channel, l.order_key, l.first, l.many - 1, w.state from (select channel, order_key, min(number) as first, "
                         "count(*) as many from work where order_key is not null group by channel, order_key having count(*) > 1 limit ?) l "
                         "join work w on w.number = l.first");
  row.bind(most);
  while (row.row())
    out.push_back({std::string(row.text(0)), std::string(row.text(1)), row.integer(2), static_cast<State>(row.integer(4)), row.integer(3)});
  return out;
}

Result<std::int64_t> schedule(Connection& db, std::string_view name) {
  Statement row = db.use("select due from schedules where name = ?");
  return row.bind(name).row() ? row.integer(0) : std::int64_t{0};
}

Result<VersionRead> version(Connection& db, const Digest& hash) {
  VersionRead out;
  {
    Statement row = db.use("select service from versions where hash = ?");
    if (!row.bind(hash).row()) return Error{Fault::rejected, "version " + log::to_hex(hash) + " is not in the store"};
    out.service = row.text(0);
  }
  Statement row = db.use("select f.path, s.content from versions v join version_files f on f.version = v.id join sources s on s.digest = f.digest "
                         "where v.hash = ? order by f.path");
  row.bind(hash);
  while (row.row()) out.files.push_back({std::string(row.text(0)), std::string(row.text(1))});
  return out;
}

Result<std::optional<std::string>> anchor(Connection& db) {
  Statement row = db.use("select value from facts where name = 'anchor'");
  return row.row() ? std::optional(std::string(row.text(0))) : std::optional<std::string>();
}

}  // namespace arint::store
