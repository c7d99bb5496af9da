// SPDX-License-Identifier: GPL-3.0-or-later
// A run goes on: what it records, and how it leaves; how work is found again.
#include <algorithm>

#include "base/text.hpp"
#include "store/sqlite/write/apply.hpp"

namespace arint::store {
namespace {

constexpr std::size_t longest_step = 1024, longest_words = 4096;
constexpr int priorities = 10;

std::optional<int> number_of(const std::optional<Fault>& fault) {
  return fault ? std::optional(static_cast<int>(*fault)) : std::nullopt;
}

}  // namespace

Result<void> Applier::apply(const Record& op, Outcome&) {
  Result<Working> work = claimed(op.claim);
  if (!work) return work.error();
  if (op.step.size() > longest_step)
    return Error{Fault::bug, "the identity of a step has " + std::to_string(op.step.size()) + " bytes: " + quoted(op.step)};
  Id replaced;
  // What this batch entered has no records from before it: one Write ends it, and a step is recorded once in a Write.
  if (!ending_.contains(op.claim.number)) {
    Statement row = db_.use("select kind, file from records where number = ? and run = ? and step = ?");
    if (row.bind(op.claim.number, static_cast<int>(op.claim.run), op.step).row()) {
      const auto kind = static_cast<RecordKind>(row.integer(0));
      if (kind == RecordKind::result || kind == RecordKind::answer)
        return Error{Fault::bug, "step " + quoted(op.step) + " of message " + std::to_string(op.claim.number) + " is recorded already"};
      replaced = row.id(1);
    }
  }
  drop_file(replaced);
  db_.use("insert into records (number, run, step, kind, at, outgoing, file, content) values (?, ?, ?, ?, ?, ?, ?, ?) "
          "on conflict (number, run, step) do update set kind = excluded.kind, at = excluded.at, outgoing = excluded.outgoing, "
          "file = excluded.file, content = excluded.content")
      .bind(op.claim.number, static_cast<int>(op.claim.run), op.step, static_cast<int>(op.kind), op.at_ms, some(op.outgoing),
            some(op.content.file), inline_bytes(op.content))
      .run();
  refer(op.content);
  return {};
}

Result<void> Applier::apply(const Attempt& op, Outcome&) {
  Result<Working> work = claimed(op.claim);
  if (!work) return work.error();
  db_.use("update work set attempts = attempts + 1 where number = ?").bind(op.claim.number).run();
  db_.use("insert into attempts (number, serial, run, at, duration, step, outgoing, fault, status, words) "
          "select ?, coalesce(max(serial), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? from attempts where number = ?")
      .bind(op.claim.number, static_cast<int>(op.claim.run), op.at_ms, op.duration_ms, some(op.step), some(op.outgoing),
            static_cast<int>(op.fault), op.status, some(op.words.substr(0, longest_words)), op.claim.number)
      .run();
  return {};
}

Result<void> Applier::apply(const Leave& op, Outcome&) {
  Result<Working> claim = claimed(op.claim);
  if (!claim) return claim.error();
  const Working work = *claim;
  checked_.reset();
  if (!may_become(work.state, op.to))
    return Error{Fault::bug, "a message that is " + std::string(word(work.state)) + " cannot become " + std::string(word(op.to))};
  if (resolved(op.to)) {
    resolve(work, op.to, op.at_ms, op.keep_until_ms);
    if (op.to != State::done) say_why(work.number, op.fault, op.outgoing, op.step, op.reason);
    return {};
  }
  std::optional<std::int64_t> due;
  std::string_view place;
  std::span<const std::string_view> more;
  const bool waits = op.to == State::waiting || op.to == State::retrying;
  if (waits) {
    place = op.place;
    more = op.more_places;
    due = op.due_ms || !place.empty() ? some(op.due_ms) : std::optional(op.at_ms);
    // What it waits for may have come between its looking and its leaving.
    const auto came = [&](std::string_view at) { return !at.empty() && db_.use("select 1 from events where place = ? limit 1").bind(at).row(); };
    if (came(place) || std::any_of(more.begin(), more.end(), came)) due = op.at_ms, place = {}, more = {};
  }
  for (std::string_view each : more) db_.use("insert into waits (place, number) values (?, ?) on conflict do nothing").bind(each, work.number).run();
  // A person looks at what is held or dead: it does not expire meanwhile.
  db_.use("update work set state = ?, lease = 0, due = ?, place = ?, more = ?, since = ?, fault = ?, outgoing = ?, step = ?, reason = ?, "
          "expires = case when ? then expires end, order_key = case when ? then order_key end where number = ?")
      .bind(op.to, due, some(place), more.empty() ? 0 : 1, op.at_ms, number_of(op.fault), some(op.outgoing), some(op.step), some(op.reason), waits ? 1 : 0,
            op.to != State::dead || op.keeps_line ? 1 : 0, work.number)
      .run();
  effects.made_due |= due.has_value();
  if (op.to == State::dead && !op.keeps_line && work.order) advance(work.channel, *work.order, op.at_ms);
  return {};
}

Result<void> Applier::apply(const Take& op, Outcome& out) {
  std::vector<Number> elsewhere;
  for (int priority = 0; priority < priorities && out.claimed.size() < op.most; ++priority) {
    Statement row = db_.use("select w.number, w.state, w.run, w.attempts, w.expires, m.id, m.channel, w.more from work w join messages m "
                            "on m.number = w.number where w.priority = ? and w.due <= ? order by w.due limit ?");
    row.bind(priority, op.at_ms, static_cast<std::int64_t>(op.most - out.claimed.size()));
    while (row.row()) {
      const Claim claim{row.integer(0), 0, static_cast<std::int32_t>(row.integer(2))};
      out.claimed.push_back({claim, row.id(5), std::string(row.text(6)), static_cast<State>(row.integer(1)),
                             static_cast<std::uint8_t>(priority), static_cast<std::int32_t>(row.integer(3)), row.integer(4)});
      if (row.integer(7)) elsewhere.push_back(row.integer(0));
    }
  }
  for (Number number : elsewhere) wait_no_more(number);
  for (Claimed& each : out.claimed) {
    each.claim.lease = ++sequence_.lease;
    db_.use("update work set state = ?, lease = ?, due = null, place = null, more = 0, since = ? where number = ?")
        .bind(State::running, each.claim.lease, op.at_ms, each.claim.number)
        .run();
  }
  for (int priority = 0; priority < priorities; ++priority) {
    Statement row = db_.use("select min(due) from work where priority = ? and due is not null");
    if (row.bind(priority).row() && !row.null(0) && (!out.next_due_ms || row.integer(0) < out.next_due_ms)) out.next_due_ms = row.integer(0);
  }
  return {};
}

Result<void> Applier::apply(const Expire& op, Outcome& out) {
  std::vector<Working> over;
  {
    Statement row = db_.use("select number from work where expires <= ? and lease = 0 order by expires limit ?");
    row.bind(op.at_ms, op.most);
    std::vector<Number> numbers_over;
    while (row.row()) numbers_over.push_back(row.integer(0));
    for (Number number : numbers_over) over.push_back(*working(number));
  }
  for (const Working& work : over) {
    Gone gone{work.number, {}, work.channel};
    {
      Statement row = db_.use("select id from messages where number = ?");
      if (row.bind(work.number).row()) gone.id = row.id(0);
    }
    const auto kept = std::find_if(op.kept.begin(), op.kept.end(), [&](const Kept& one) { return one.channel == work.channel; });
    resolve(work, State::expired, op.at_ms, kept == op.kept.end() ? op.keep_until_ms : kept->until_ms);
    say_why(work.number, std::nullopt, {}, {}, "its time was over before it was delivered");
    out.expired.push_back(std::move(gone));
  }
  return {};
}

Result<void> Applier::apply(const Release& op, Outcome& out) {
  std::vector<Number> waiting;
  {
    Statement row = db_.use("select number from work where place = ?1 union select number from waits where place = ?1 order by number limit ?2");
    row.bind(op.place, op.most);
    while (row.row()) waiting.push_back(row.integer(0));
  }
  for (Number number : waiting) {
    wait_no_more(number);
    db_.use("update work set due = ?, place = null, more = 0 where number = ?").bind(op.at_ms, number).run();
  }
  if (waiting.size() < op.most) db_.use("delete from places where name = ?").bind(op.place).run();
  out.changed += static_cast<std::int64_t>(waiting.size());
  effects.made_due |= !waiting.empty();
  return {};
}

// What was due at a time is looked at, not what is due already: with a million who wait at a place this is nothing.
Result<void> Applier::apply(const SetBack& op, Outcome& out) {
  for (int priority = 0; priority < priorities; ++priority) {
    db_.use("update work set due = max(?1, due - max(?2, since - ?1)), since = min(since, ?1) "
            "where priority = ?3 and due > ?1 and (?2 > 0 or since > ?1)")
        .bind(op.at_ms, op.by_ms, priority)
        .run();
    out.changed += db_.changes();
  }
  db_.use("update places set probe = max(?1, probe - max(?2, since - ?1)), since = min(since, ?1) where probe > ?1 and (?2 > 0 or since > ?1)")
      .bind(op.at_ms, op.by_ms)
      .run();
  effects.made_due |= out.changed > 0;
  return {};
}

}  // namespace arint::store
