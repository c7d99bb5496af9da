// SPDX-License-Identifier: GPL-3.0-or-later
// What a person decides, and what messages wait for.
#include "store/sqlite/write/apply.hpp"

namespace arint::store {
namespace {

Error unfit(Number number, std::string_view why) {
  return {Fault::rejected, "message " + std::to_string(number) + " " + std::string(why)};
}
constexpr std::string_view not_open = "is done, expired or dropped, or there is none with this number: what has ended can only be replayed";
constexpr std::string_view not_ended = "has not come to an end yet: what waits, runs or retries is resumed or dropped, not replayed";
constexpr std::string_view is_running = "is running: try again when it has ended or waits, or drop it";

}  // namespace

Result<void> Applier::apply(const Resume& op, Outcome& out) {
  const std::optional<Working> work = working(op.number);
  if (!work) return unfit(op.number, not_open);
  if (work->state == State::running) return unfit(op.number, is_running);
  const bool first = first_in_line(*work);
  if (work->more) wait_no_more(op.number);
  db_.use("update work set state = ?, due = ?, place = null, more = 0, since = ? where number = ?")
      .bind(State::waiting, first ? std::optional(op.at_ms) : std::nullopt, op.at_ms, op.number)
      .run();
  effects.made_due |= first;
  ++out.changed;
  return {};
}

Result<void> Applier::apply(const Drop& op, Outcome& out) {
  const std::optional<Working> work = working(op.number);
  if (!work) return unfit(op.number, not_open);
  // A run that is under way loses its claim: it ends by itself, and what it still writes is refused.
  resolve(*work, State::dropped, op.at_ms, op.keep_until_ms);
  say_why(op.number, std::nullopt, {}, {}, op.reason);
  ++out.changed;
  return {};
}

Result<void> Applier::apply(const Replay& op, Outcome& out) {
  std::int64_t version = 0;
  std::int32_t run = 0;
  std::string channel;
  {
    Statement row = db_.use("select version, run, channel from messages where number = ?");
    if (!row.bind(op.number).row()) return unfit(op.number, "is not in the store: there is no such number, or its retention is over");
    version = row.integer(0), run = static_cast<std::int32_t>(row.integer(1)), channel = row.text(2);
  }
  const std::optional<Working> work = working(op.number);
  if (work && work->state != State::held && work->state != State::dead) return unfit(op.number, not_ended);
  if (op.version) {
    Result<std::int64_t> asked = version_id(*op.version);
    if (!asked) return asked.error();
    version = *asked;
  }
  ++run;
  const Content body = op.body.value_or(Content());
  db_.use("insert into runs (number, run, at, from_step, redirect, by_whom, version, content_type, file, body, edited) "
          "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(op.number, static_cast<int>(run), op.at_ms, some(op.from_step), some(op.redirect), some(op.by), version, some(op.content_type),
            some(body.file), op.body ? inline_bytes(body) : std::nullopt, op.body ? 1 : 0)
      .run();
  refer(body);
  db_.use("update messages set state = ?, changed = ?, run = ? where number = ?").bind(State::waiting, op.at_ms, static_cast<int>(run), op.number).run();
  if (work) {
    // One that was not resolved keeps its place: those behind it wait for how the new run ends.
    db_.use("update work set state = ?, run = ?, due = ?, place = null, expires = null, since = ? where number = ?")
        .bind(State::waiting, static_cast<int>(run), op.at_ms, op.at_ms, op.number)
        .run();
  } else {
    db_.use("delete from reasons where number = ?").bind(op.number).run();
    db_.use("insert into work (number, state, run, lease, priority, channel, due, attempts, since) values (?, ?, ?, 0, 5, ?, ?, 0, ?)")
        .bind(op.number, State::waiting, static_cast<int>(run), channel, op.at_ms, op.at_ms)
        .run();
    effects.backlog.emplace_back(channel, 1);
  }
  effects.made_due = true;
  ++out.changed;
  return {};
}

Result<void> Applier::apply(const ClosePlace& op, Outcome&) {
  db_.use("insert into places (name, since, probe, failures, note) values (?, ?, ?, ?, ?) on conflict (name) do update set "
          "probe = excluded.probe, failures = excluded.failures, note = excluded.note")
      .bind(op.name, op.since_ms, op.probe_ms, op.failures, op.note)
      .run();
  return {};
}

Result<void> Applier::apply(const OpenPlace& op, Outcome& out) {
  db_.use("delete from places where name = ?").bind(op.name).run();
  out.changed = db_.changes();
  return {};
}

Result<void> Applier::apply(const Event& op, Outcome& out) {
  db_.use("insert into events (place, serial, at, expires, file, content) "
          "select ?, coalesce(max(serial), 0) + 1, ?, ?, ?, ? from events where place = ?")
      .bind(op.place, op.at_ms, some(op.expires_ms), some(op.content.file), inline_bytes(op.content), op.place)
      .run();
  refer(op.content);
  return apply(Release{op.place, op.at_ms, 1}, out);
}

Result<void> Applier::apply(const TakeEvent& op, Outcome&) {
  Id file;
  {
    Statement row = db_.use("select file from events where place = ? and serial = ?");
    if (!row.bind(op.place, op.serial).row())
      return Error{Fault::cancelled, "the event at " + std::string(op.place) + " was taken by another run"};
    file = row.id(0);
  }
  drop_file(file);
  db_.use("delete from events where place = ? and serial = ?").bind(op.place, op.serial).run();
  return {};
}

}  // namespace arint::store
