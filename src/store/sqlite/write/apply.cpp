// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/write/apply.hpp"

namespace arint::store {

Result<Outcome> Applier::apply(const Write& write) {
  checked_.reset();
  Outcome out;
  for (const Operation& operation : write.operations()) {
    Result<void> applied = std::visit([&](const auto& op) { return apply(op, out); }, operation);
    if (!applied) return applied.error();
    // A key or a due time that was there before: the rest of the Write belongs to what is not done.
    if (out.key || out.schedule_done) break;
  }
  return out;
}

void Applier::forget(const Numbers& before) {
  numbers = before;
  effects = {};
  versions_.clear();
  checked_.reset();
}

std::optional<Applier::Working> Applier::working(Number number) {
  Statement row = db_.use("select state, run, lease, channel, order_key, more from work where number = ?");
  if (!row.bind(number).row()) return std::nullopt;
  Working work{number, static_cast<State>(row.integer(0)), static_cast<std::int32_t>(row.integer(1)), row.integer(2), std::string(row.text(3)), {}, row.integer(5) != 0};
  if (!row.null(4)) work.order = std::string(row.text(4));
  return work;
}

Result<Applier::Working> Applier::claimed(const Claim& claim) {
  if (checked_ && checked_->first.number == claim.number && checked_->first.lease == claim.lease) return checked_->second;
  std::optional<Working> work = working(claim.number);
  if (!work || work->lease != claim.lease || work->run != claim.run || !claim.lease)
    return Error{Fault::cancelled, "message " + std::to_string(claim.number) +
                                       " is no longer claimed by this run: it was dropped, or claimed again; what this run does is not kept"};
  checked_ = {claim, *work};
  return *work;
}

void Applier::refer(const Content& content) {
  if (!content.file.zero())
    db_.use("insert into bodies (file, size) values (?, ?)").bind(content.file, static_cast<std::int64_t>(content.bytes.size())).run();
}

void Applier::drop_file(const Id& file) {
  if (file.zero()) return;
  db_.use("delete from bodies where file = ?").bind(file).run();
  effects.orphans.push_back(file);
}

void Applier::say_why(Number number, const std::optional<Fault>& fault, std::string_view outgoing, std::string_view step,
                      std::string_view reason) {
  if (!fault && reason.empty()) return;
  const std::optional<int> kind = fault ? std::optional(static_cast<int>(*fault)) : std::nullopt;
  db_.use("insert into reasons (number, fault, outgoing, step, reason) values (?, ?, ?, ?, ?) on conflict (number) do update set "
          "fault = excluded.fault, outgoing = excluded.outgoing, step = excluded.step, reason = excluded.reason")
      .bind(number, kind, some(outgoing), some(step), some(reason))
      .run();
}

void Applier::wait_no_more(Number number) { db_.use("delete from waits where number = ?").bind(number).run(); }

void Applier::resolve(const Working& work, State to, std::int64_t at_ms, std::int64_t until_ms) {
  if (work.more) wait_no_more(work.number);
  db_.use("delete from work where number = ?").bind(work.number).run();
  db_.use("update messages set state = ?, changed = ?, until = ?, run = ? where number = ?")
      .bind(to, at_ms, until_ms ? until_ms : std::int64_t{1} << 46, work.run, work.number)
      .run();
  effects.backlog.emplace_back(work.channel, -1);
  if (work.order) advance(work.channel, *work.order, at_ms);
}

bool Applier::first_in_line(const Working& work) {
  if (!work.order) return true;
  Statement row = db_.use("select number from work where channel = ? and order_key = ? order by number limit 1");
  return !row.bind(work.channel, *work.order).row() || row.integer(0) == work.number;
}

void Applier::advance(std::string_view channel, std::string_view order, std::int64_t at_ms) {
  Number next = 0;
  std::int64_t wanted = 0;
  {
    Statement row = db_.use("select number, wanted, state, due, lease, place from work where channel = ? and order_key = ? "
                            "order by number limit 1");
    if (!row.bind(channel, order).row()) return;
    // Only what has done nothing but wait behind the others; it may have been first before and be busy, or stopped.
    if (static_cast<State>(row.integer(2)) != State::waiting || !row.null(3) || row.integer(4) || !row.null(5)) return;
    next = row.integer(0);
    wanted = row.integer(1);
  }
  db_.use("update work set due = ?, since = ? where number = ?").bind(std::max(at_ms, wanted), at_ms, next).run();
  effects.made_due = true;
}

}  // namespace arint::store
