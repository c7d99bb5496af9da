// SPDX-License-Identifier: GPL-3.0-or-later
// Messages to show: one with all that is known, or a page of many.
#include <chrono>

#include "base/text.hpp"
#include "store/head.hpp"
#include "store/sqlite/read/reads.hpp"

namespace arint::store {
namespace {

// A page ends after so long, wherever it is then: reads keep the log from being emptied.
constexpr auto longest_page = std::chrono::milliseconds(50);
constexpr unsigned most_a_page = 1000;

// A message's columns, whichever table leads. Text twice, since statements are kept by the address of theirs.
constexpr const char* by_number =
    "select m.number, m.id, m.cid, m.channel, v.service, m.state, m.run, m.accepted, m.changed, m.size, w.state, w.run, w.attempts, w.priority, "
    "w.due, w.expires, w.since, w.fault, w.outgoing, w.step, w.reason, w.place, w.order_key, w.lease, r.fault, r.outgoing, r.step, r.reason "
    "from messages m join versions v on v.id = m.version left join work w on w.number = m.number left join reasons r on r.number = m.number "
    "where m.number < ? order by m.number desc";
constexpr const char* by_work =
    "select m.number, m.id, m.cid, m.channel, v.service, m.state, m.run, m.accepted, m.changed, m.size, w.state, w.run, w.attempts, w.priority, "
    "w.due, w.expires, w.since, w.fault, w.outgoing, w.step, w.reason, w.place, w.order_key, w.lease, null, null, null, null "
    "from work w cross join messages m on m.number = w.number join versions v on v.id = m.version where w.number < ? order by w.number desc";
constexpr const char* by_stopped =
    "select m.number, m.id, m.cid, m.channel, v.service, m.state, m.run, m.accepted, m.changed, m.size, w.state, w.run, w.attempts, w.priority, "
    "w.due, w.expires, w.since, w.fault, w.outgoing, w.step, w.reason, w.place, w.order_key, w.lease, null, null, null, null "
    "from work w cross join messages m on m.number = w.number join versions v on v.id = m.version "
    "where w.number < ? and w.state = ? and w.state in (5, 6) order by w.number desc";

Summary summary_at(Statement& row) {
  Summary out;
  out.number = row.integer(0);
  out.id = row.id(1), out.cid = row.id(2);
  out.channel = row.text(3), out.service = row.text(4);
  out.accepted_ms = row.integer(7);
  out.body_bytes = static_cast<std::uint64_t>(row.integer(9));
  const bool open = !row.null(10);
  out.state = static_cast<State>(row.integer(open ? 10 : 5));
  out.run = static_cast<std::int32_t>(row.integer(open ? 11 : 6));
  out.changed_ms = row.integer(open ? 16 : 8);
  const int why = open ? 17 : 24;
  if (open) {
    out.attempts = static_cast<std::int32_t>(row.integer(12));
    out.priority = static_cast<std::uint8_t>(row.integer(13));
    out.due_ms = row.integer(14), out.expires_ms = row.integer(15);
    out.place = row.text(21), out.order = row.text(22);
    out.behind = out.state == State::waiting && row.null(14) && row.null(21) && !row.integer(23) && !row.null(22);
  }
  if (!row.null(why)) out.fault = static_cast<Fault>(row.integer(why));
  out.outgoing = row.text(why + 1), out.step = row.text(why + 2), out.reason = row.text(why + 3);
  return out;
}

Result<bool> holds_text(Connection& db, const Bodies& bodies, Number number, std::string_view text) {
  Statement row = db.use("select file, body from contents where number = ?");
  if (!row.bind(number).row()) return false;
  if (row.null(0)) return row.text(1).find(text) != std::string_view::npos;
  Result<std::string> body = bodies.get(row.id(0));
  // One that cannot be read does not hide the others.
  return body.ok() && body->find(text) != std::string::npos;
}

bool called(Connection& db, const Summary& message, const std::string& outgoing) {
  if (message.outgoing == outgoing) return true;
  return db.use("select 1 from attempts where number = ? and outgoing = ? limit 1").bind(message.number, outgoing).row() ||
         db.use("select 1 from records where number = ? and outgoing = ? limit 1").bind(message.number, outgoing).row();
}

Result<bool> fits(Connection& db, const Bodies& bodies, const Query& query, const Summary& message) {
  if (query.state && message.state != *query.state) return false;
  if (!query.channel.empty() && message.channel != query.channel) return false;
  if (!query.service.empty() && message.service != query.service) return false;
  if (query.fault && message.fault != query.fault) return false;
  if (query.from_ms && message.accepted_ms < query.from_ms) return false;
  if (query.to_ms && message.accepted_ms >= query.to_ms) return false;
  if (!query.outgoing.empty() && !called(db, message, query.outgoing)) return false;
  if (!query.text.empty()) return holds_text(db, bodies, message.number, query.text);
  return true;
}

std::optional<Summary> summary_of(Connection& db, Number number) {
  Statement row = db.use(by_number);
  if (!row.bind(number + 1).row() || row.integer(0) != number) return std::nullopt;
  return summary_at(row);
}

Result<Page> list_by_cid(Connection& db, const Bodies& bodies, const Query& query, Number before, unsigned most) {
  Page page;
  for (Number number : named(db, *query.cid)) {
    if (number >= before) continue;
    std::optional<Summary> message = summary_of(db, number);
    if (!message || message->cid != *query.cid) continue;
    Result<bool> fit = fits(db, bodies, query, *message);
    if (!fit) return fit.error();
    if (!*fit) continue;
    page.messages.push_back(std::move(*message));
    if (page.messages.size() == most) {
      page.next = number;
      break;
    }
  }
  return page;
}

}  // namespace

Result<std::optional<Summary>> find(Connection& db, const Id& id) {
  for (Number number : named(db, id)) {
    std::optional<Summary> found = summary_of(db, number);
    if (found && found->id == id) return found;
  }
  return std::optional<Summary>();
}

Result<Page> list(Connection& db, const Bodies& bodies, const Query& query) {
  const Number before = query.before ? query.before : std::int64_t{1} << 62;
  const unsigned most = std::min(std::max(query.most, 1u), most_a_page);
  if (query.cid) return list_by_cid(db, bodies, query, before, most);
  const bool stopped = query.state == State::held || query.state == State::dead;
  const bool open = query.state && !resolved(*query.state);
  Page page;
  const auto until = std::chrono::steady_clock::now() + longest_page;
  Statement row = db.use(stopped ? by_stopped : open ? by_work : by_number);
  row.bind(before);
  if (stopped) row.bind(*query.state);
  while (row.row()) {
    Summary message = summary_at(row);
    // Numbers follow the commits, times of acceptance nearly so: what is older by a minute is not followed by younger ones.
    if (query.from_ms && message.accepted_ms < query.from_ms - 60'000) return page;
    Result<bool> fit = fits(db, bodies, query, message);
    if (!fit) return fit.error();
    const Number number = message.number;
    if (*fit) page.messages.push_back(std::move(message));
    if (page.messages.size() == most || std::chrono::steady_clock::now() > until) {
      page.next = number;
      return page;
    }
  }
  return page;
}

Result<Details> show(Connection& db, const Bodies& bodies, Number number) {
  Details out;
  std::optional<Summary> summary = summary_of(db, number);
  if (!summary) return Error{Fault::rejected, "there is no message " + std::to_string(number) + " in the store: its retention is over, or it never was"};
  out.summary = std::move(*summary);
  {
    Statement row = db.use("select c.head, v.hash from messages m join contents c on c.number = m.number join versions v on v.id = m.version where m.number = ?");
    if (row.bind(number).row()) {
      Loaded head;
      head.head = row.text(0);
      if (read_head(head)) out.principal = head.message.principal;
      out.version = row.digest(1);
    }
  }
  {
    Statement row = db.use("select run, at, from_step, redirect, by_whom, edited from runs where number = ? order by run");
    row.bind(number);
    while (row.row())
      out.runs.push_back({static_cast<std::int32_t>(row.integer(0)), row.integer(1), std::string(row.text(2)), std::string(row.text(3)),
                          std::string(row.text(4)), row.integer(5) != 0});
  }
  {
    Statement row = db.use("select run, step, outgoing, at, duration, fault, status, words from attempts where number = ? order by serial");
    row.bind(number);
    while (row.row())
      out.attempts.push_back({static_cast<std::int32_t>(row.integer(0)), std::string(row.text(1)), std::string(row.text(2)), row.integer(3),
                              row.integer(4), static_cast<Fault>(row.integer(5)), static_cast<int>(row.integer(6)), std::string(row.text(7))});
  }
  Statement row = db.use("select run, step, kind, outgoing, at, file, content from records where number = ? order by run, at, step");
  row.bind(number);
  while (row.row()) {
    Recorded record{std::string(row.text(1)), static_cast<RecordKind>(row.integer(2)), std::string(row.text(3)), row.integer(4), {}};
    if (record.kind == RecordKind::answer) {
      Result<std::string> content = content_at(row, 5, 6, bodies);
      if (!content) return content.error();
      record.content = std::move(*content);
    }
    out.records.push_back(std::move(record));
  }
  return out;
}

}  // namespace arint::store
