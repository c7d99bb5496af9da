// SPDX-License-Identifier: GPL-3.0-or-later
// A message comes in, and the keys that tell whether it came before.
#include "base/text.hpp"
#include "log/actions/chain/node_key.hpp"
#include "store/head.hpp"
#include "store/sqlite/write/apply.hpp"

namespace arint::store {
namespace {

enum class KeyState { claimed = 1, answered = 2, accepted = 3 };

constexpr std::size_t longest_order = 256;

}  // namespace

std::optional<KeyFound> Applier::key_in_use(const Digest& key, const Digest& body, std::int64_t now_ms) {
  Id file;
  {
    Statement row = db_.use("select state, digest, number, id, expires, file from keys where key = ?");
    if (!row.bind(key).row()) return std::nullopt;
    if (row.integer(4) > now_ms) {
      KeyFound found{KeyFound::As::other_body, row.integer(2), row.id(3), row.integer(4)};
      if (row.digest(1) == body) {
        const auto state = static_cast<KeyState>(row.integer(0));
        found.as = state == KeyState::accepted   ? KeyFound::As::accepted
                   : state == KeyState::answered ? KeyFound::As::answered
                                                 : KeyFound::As::claimed;
      }
      return found;
    }
    file = row.id(5);
  }
  // Its time is over: it is as if it had never been used.
  db_.use("delete from keys where key = ?").bind(key).run();
  drop_file(file);
  return std::nullopt;
}

Result<std::int64_t> Applier::version_id(const Digest& hash) {
  if (auto known = versions_.find(hash); known != versions_.end()) return known->second;
  Statement row = db_.use("select id from versions where hash = ?");
  if (!row.bind(hash).row())
    return Error{Fault::bug, "version " + log::to_hex(hash) + " is not in the store: it is kept before a message is bound to it"};
  if (versions_.size() > 1024) versions_.clear();
  return versions_[hash] = row.integer(0);
}

Result<void> Applier::apply(const Accept& op, Outcome& out) {
  const message::Message& message = *op.message;
  if (op.order && op.order->size() > longest_order)
    return Error{Fault::rejected, "the order key " + quoted(*op.order) + " has " + std::to_string(op.order->size()) + " bytes; at most " +
                                      std::to_string(longest_order) + " are allowed"};
  Result<std::int64_t> version = version_id(op.version);
  if (!version) return version.error();
  if (op.key && (out.key = key_in_use(op.key->key, op.body_digest, message.received_ms))) return {};
  if (!op.schedule.empty()) {
    Statement row = db_.use("select due from schedules where name = ?");
    if (row.bind(op.schedule).row() && row.integer(0) >= op.schedule_due_ms) {
      out.schedule_done = true;
      return {};
    }
  }
  const bool behind =
      op.order && db_.use("select 1 from work where channel = ? and order_key = ? limit 1").bind(message.channel, *op.order).row();
  const bool later = op.due_ms > message.received_ms;
  const bool runs = op.run_here && !behind && !later;
  const Number number = next_number();
  const std::int64_t lease = runs ? ++sequence_.lease : 0;
  const std::optional<std::int64_t> due = runs || behind ? std::nullopt : std::optional(std::max(op.due_ms, message.received_ms));
  // Waiting stands in `state` of messages until it is resolved; `work` has the true one.
  db_.use("insert into messages (number, id, cid, channel, version, accepted, changed, until, state, run, size) "
          "values (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)")
      .bind(number, message.id, message.trace.cid, message.channel, *version, message.received_ms, message.received_ms, message.received_ms,
            State::waiting, static_cast<std::int64_t>(op.body.bytes.size()))
      .run();
  db_.use("insert into contents (number, head, digest, file, body) values (?, ?, ?, ?, ?)")
      .bind(number, BlobView{op.head}, op.body_digest, some(op.body.file), inline_bytes(op.body))
      .run();
  db_.use("insert into work (number, state, run, lease, priority, channel, due, wanted, expires, order_key, attempts, since) "
          "values (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 0, ?)")
      .bind(number, runs ? State::running : State::waiting, lease, static_cast<int>(op.priority), message.channel, due, some(op.due_ms),
            some(op.expires_ms), op.order, message.received_ms)
      .run();
  refer(op.body);
  if (op.key)
    db_.use("insert into keys (key, state, digest, number, id, expires) values (?, ?, ?, ?, ?, ?)")
        .bind(op.key->key, static_cast<int>(KeyState::accepted), op.body_digest, number, message.id, op.key->expires_ms)
        .run();
  if (!op.schedule.empty()) (void)apply(SetSchedule{op.schedule, op.schedule_due_ms}, out);
  effects.backlog.emplace_back(std::string(message.channel), 1);
  effects.made_due |= due.has_value();
  out.number = number;
  if (runs) out.claim = Claim{number, lease, 1};
  return {};
}

void Applier::enter(const Entry& entry, const Leave* ends) {
  Result<std::int64_t> version = version_id(entry.version);
  if (!version) {
    // It was in use when the message was accepted. The message must not be lost for it: it will be held, and says why.
    db_.use("insert into versions (hash, service, retired, low) values (?, '', ?, ?)").bind(entry.version, entry.received_ms, entry.number).run();
    version = version_id(entry.version);
  }
  const std::int64_t size = static_cast<std::int64_t>(entry.body.size());
  db_.use("insert into messages (number, id, cid, channel, version, accepted, changed, until, state, run, size) "
          "values (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)")
      .bind(entry.number, entry.id, entry.cid, entry.channel, *version, entry.received_ms, ends ? ends->at_ms : entry.received_ms,
            ends ? kept_until(ends->keep_until_ms) : entry.received_ms, ends ? ends->to : State::waiting, size)
      .run();
  db_.use("insert into contents (number, head, digest, file, body) values (?, ?, ?, null, ?)")
      .bind(entry.number, BlobView{entry.head}, entry.body_digest, BlobView{entry.body})
      .run();
  if (ends) {
    ending_[entry.number] = {entry.number, State::running, 1, entry.lease, std::string(entry.channel), {}};
    return;
  }
  const std::optional<std::int64_t> due = entry.lease ? std::nullopt : std::optional(std::max(entry.due_ms, entry.received_ms));
  db_.use("insert into work (number, state, run, lease, priority, channel, due, wanted, expires, order_key, attempts, since) "
          "values (?, ?, 1, ?, ?, ?, ?, ?, ?, null, 0, ?)")
      .bind(entry.number, entry.lease ? State::running : State::waiting, entry.lease, static_cast<int>(entry.priority), entry.channel, due,
            some(entry.due_ms), some(entry.expires_ms), entry.received_ms)
      .run();
}

void Applier::keep_serial(std::int64_t serial) {
  db_.use("insert into facts (name, value) values ('journal', ?) on conflict (name) do update set value = excluded.value").bind(serial).run();
}

Result<void> Applier::apply(const ClaimKey& op, Outcome& out) {
  if ((out.key = key_in_use(op.key, op.body, op.at_ms))) return {};
  db_.use("insert into keys (key, state, digest, expires) values (?, ?, ?, ?)")
      .bind(op.key, static_cast<int>(KeyState::claimed), op.body, op.expires_ms)
      .run();
  return {};
}

Result<void> Applier::apply(const AnswerKey& op, Outcome& out) {
  db_.use("update keys set state = ?, expires = ?, file = ?, content = ? where key = ? and state = ?")
      .bind(static_cast<int>(KeyState::answered), op.expires_ms, some(op.answer.file), inline_bytes(op.answer), op.key,
            static_cast<int>(KeyState::claimed))
      .run();
  out.changed = db_.changes();
  if (!out.changed)
    return Error{Fault::cancelled, "the idempotency key is no longer claimed by this request: its claim has expired; its answer is not kept"};
  refer(op.answer);
  return {};
}

Result<void> Applier::apply(const FreeKey& op, Outcome& out) {
  db_.use("delete from keys where key = ? and state = ?").bind(op.key, static_cast<int>(KeyState::claimed)).run();
  out.changed = db_.changes();
  return {};
}

Result<void> Applier::apply(const SetSchedule& op, Outcome&) {
  db_.use("insert into schedules (name, due) values (?, ?) on conflict (name) do update set due = excluded.due "
          "where schedules.due < excluded.due")
      .bind(op.name, op.due_ms)
      .run();
  return {};
}

}  // namespace arint::store
