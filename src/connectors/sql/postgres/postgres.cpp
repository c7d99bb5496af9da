// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/postgres/postgres.hpp"

#include <algorithm>
#include <cerrno>

namespace arint::connectors::sql {

using document::Value;
using runtime::IoResult;
using runtime::Task;

namespace {

// Its plan was made for a table that has changed since, or the server forgot it (a pooler between us, `discard all`).
bool stale(const Failure& failure) { return failure.kind == Failure::Kind::server && (failure.sqlstate == "0A000" || failure.sqlstate == "26000"); }

}  // namespace

Postgres::Postgres(Options options, Target target, std::string setup, unsigned connections)
    : options_(std::move(options)),
      login_(options_, std::move(target)),
      setup_(std::move(setup)),
      setting_up_(1, most_waiting),
      gate_(connections, most_waiting),
      cancelling_(1, most_waiting) {}

Task<Result<void>> Postgres::open() {
  Result<Held> session = co_await take();
  if (!session) co_return session.error();
  settle(std::move(*session));
  co_return Result<void>();
}

Task<void> Postgres::close() {
  closed_ = true;
  idle_.clear();
  tasks_.cancel(ECANCELED);
  static_cast<void>(co_await tasks_.join());
  idle_.clear();
  canceller_.reset();
  co_await login_.close();
}

Task<Result<void>> Postgres::probe() {
  Result<Held> session = co_await take();
  if (!session) co_return session.error();
  std::optional<Failure> failure = co_await (*session)->say("select 1");
  settle(std::move(*session));
  if (failure) co_return error_from(*failure, Batch());
  co_return Result<void>();
}

Task<Result<Value>> Postgres::execute(const Batch& batch, document::Arena& arena) {
  IoResult place{};
  const bool rides = can_ride(batch), is_brief = rides && brief(*batch.calls[0].statement);
  if ((is_brief && drivers_ + gate_.in_use() > 0) || !gate_.try_acquire()) {
    if (rides) {
      std::optional<Result<Value>> shared = co_await ride(batch, is_brief, arena);
      if (shared) co_return std::move(*shared);
    }
    place = co_await gate_.acquire();
  }
  if (!place.ok()) {
    if (place.error() == EAGAIN) co_return error_of(Fault::busy, {.peer = peer(), .words = "too many calls wait for a connection"});
    co_return cut_error(place.error(), peer(), batch.calls[0].statement->opening, Sent::no);
  }
  const runtime::Permit permit(gate_);
  for (bool again = true;; again = false) {
    Result<Held> taken = co_await take();
    if (!taken) co_return taken.error();
    Held session = std::move(*taken);
    const bool reused = session->reused;
    std::vector<Rows> rows;
    std::vector<Command> commands;
    rows.reserve(batch.calls.size());
    for (const Call& call : batch.calls) {
      rows.emplace_back(arena, options_.limits, batch.wanted);
      commands.push_back({.call = &call, .rows = &rows.back()});
    }
    std::optional<Failure> failure;
    if (batch.transaction) failure = co_await transact(*session, rows, commands);
    else failure = co_await session->run(commands);
    // A connection that died while it was idle has done nothing of this; neither has a plan that no longer fits.
    const bool dead = failure && failure->kind == Failure::Kind::lost && failure->sent == Sent::no;
    if (again && reused && failure && (dead || stale(*failure))) continue;
    if (rides && !failure) note(*session, *batch.calls[0].statement);
    settle(std::move(session));
    if (failure) co_return error_from(*failure, batch);
    co_return answer(batch, rows, commands, arena);
  }
}

Result<Value> Postgres::answer(const Batch& batch, std::span<Rows> rows, std::span<const Command> commands, document::Arena& arena) const {
  std::vector<Value> answers;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].failure()) return too_much(rows[i], *batch.calls[i].statement, batch.transaction);
    if (batch.wanted) answers.push_back(rows[i].answer(commands[i].affected));
  }
  return document::array_of(arena, answers);
}

// begin and all statements in one go; commit only when every answer is known to be good.
Task<std::optional<Failure>> Postgres::transact(Session& session, std::vector<Rows>& rows, std::vector<Command>& commands) {
  std::vector<Command> all{{.text = "begin"}};
  all.insert(all.end(), commands.begin(), commands.end());
  std::optional<Failure> failure = co_await session.run(all);
  std::copy(all.begin() + 1, all.end(), commands.begin());
  const bool good = !failure && std::none_of(rows.begin(), rows.end(), [](const Rows& one) { return one.failure().has_value(); });
  if (good) {
    failure = co_await session.say("commit");
    co_return failure;
  }
  if (session.resting() && session.in_transaction()) {
    // When this fails too, settle() closes the session, and the server rolls back by itself.
    static_cast<void>(co_await session.say("rollback"));
  }
  if (failure) failure->sent = Sent::no;
  co_return failure;
}

Error Postgres::error_from(const Failure& failure, const Batch& batch) const {
  const Statement* statement = failure.statement ? failure.statement : batch.calls.empty() ? nullptr : batch.calls[0].statement;
  const std::string_view opening = statement ? std::string_view(statement->opening) : std::string_view();
  if (failure.kind == Failure::Kind::cut) return cut_error(failure.error, peer(), opening, failure.sent);
  if (failure.kind == Failure::Kind::lost) {
    const Fault fault = failure.sent == Sent::yes ? Fault::timeout : Fault::unreachable;
    return error_of(fault, {.peer = peer(), .opening = opening, .words = failure.words});
  }
  const std::string code = "SQLSTATE " + failure.sqlstate;
  Fault fault = fault_of_sqlstate(failure.sqlstate, failure.sent);
  if (failure.sqlstate == "25006" && options_.read_only) fault = Fault::rejected;
  Error error = error_of(fault, {.peer = peer(), .opening = opening, .words = failure.words, .code = code,
                                 .advice = advice_for_sqlstate(failure.sqlstate)});
  error.peer_words = failure.words + (failure.more.empty() ? "" : ". " + failure.more);
  if (error.peer_words.size() > 4'096) error.peer_words.resize(4'096);
  return error;
}

Error Postgres::too_much(const Rows& rows, const Statement& statement, bool transaction) const {
  Error error = *rows.failure();
  const std::string_view effect = transaction ? "; nothing was done" : statement.reads ? "" : "; what it changes was done";
  error.sentence = std::string(peer()) + ", " + statement.opening + ": " + error.sentence + std::string(effect);
  return error;
}

// ---- the pool

Task<Result<Postgres::Held>> Postgres::take() {
  const std::uint64_t now = runtime::Loop::current().coarse_now_ns();
  while (!idle_.empty()) {
    Held session = std::move(idle_.back());
    idle_.pop_back();
    // One that was in use a moment ago is taken on trust: looking costs a system call.
    constexpr std::uint64_t a_moment_ns = 20'000'000;
    if (now - session->idle_since_ns < a_moment_ns || session->still_good()) co_return session;
  }
  co_return co_await make();
}

Task<Result<Postgres::Held>> Postgres::make() {
  Result<Held> session = co_await login_.connect();
  if (!session) co_return session;
  Result<void> done = co_await set_up(**session);
  if (!done) co_return done.error();
  co_return session;
}

Task<Result<void>> Postgres::set_up(Session& session) {
  // What the answers are read by, whatever the server's or the user's settings are.
  std::vector<Command> settings{{.text = "select set_config('datestyle', 'ISO', false), set_config('bytea_output', 'hex', false), "
                                         "set_config('extra_float_digits', '1', false), set_config('standard_conforming_strings', 'on', false)"}};
  if (options_.read_only) settings.push_back({.text = "select set_config('default_transaction_read_only', 'on', false)"});
  std::optional<Failure> failure = co_await session.run(settings);
  if (!failure && session.server_version() >= 140'000) {
    // Not every system has it; without it an abandoned statement runs on for a while.
    failure = co_await session.say("select set_config('client_connection_check_interval', '1s', false)");
    if (failure && failure->kind == Failure::Kind::server) failure.reset();
  }
  if (!failure && !setup_.empty() && !set_up_) {
    IoResult turn = co_await setting_up_.acquire();
    if (!turn.ok()) co_return cut_error(turn.error(), peer(), "", Sent::no);
    const runtime::Permit permit(setting_up_);
    if (!set_up_) {
      // One at a time over all cores and nodes: `create table if not exists` is not safe against itself.
      const std::string script = "select pg_advisory_xact_lock(4710923350);\n" + setup_;
      failure = co_await session.script(script);
      set_up_ = !failure;
      if (failure) failure->words = "setup: " + failure->words;
    }
  }
  if (!failure) co_return Result<void>();
  failure->sent = Sent::no;
  co_return error_from(*failure, Batch());
}

void Postgres::settle(Held session) {
  if (closed_ || !session->alive()) return;
  if (session->resting() && !session->in_transaction()) {
    session->idle_since_ns = runtime::Loop::current().coarse_now_ns();
    idle_.push_back(std::move(session));
    if (!sweeping_) {
      sweeping_ = true;
      tasks_.spawn(sweep());
    }
  } else if (cleaning_ < gate_.places()) {
    tasks_.spawn(clean(std::move(session)));
  }
}

Task<void> Postgres::clean(Held session) {
  runtime::Context* context = co_await runtime::this_context();
  const runtime::Deadline until(*context, Millis(10'000));
  ++cleaning_;
  if (!session->resting()) {
    const bool asked = co_await cancel(session->process_id());
    if (asked) static_cast<void>(co_await session->drain());
  }
  if (session->resting() && session->alive() && session->in_transaction()) {
    static_cast<void>(co_await session->say("rollback"));
  }
  --cleaning_;
  if (session->resting() && session->alive() && !session->in_transaction()) settle(std::move(session));
}

// Over a connection of our own, because libpq's PQcancel blocks, and sends the key in clear.
Task<bool> Postgres::cancel(int process_id) {
  IoResult turn = co_await cancelling_.acquire();
  if (!turn.ok()) co_return false;
  const runtime::Permit permit(cancelling_);
  if (!canceller_ || !canceller_->still_good()) {
    canceller_.reset();
    Result<Held> session = co_await login_.connect();
    if (!session) co_return false;
    canceller_ = std::move(*session);
  }
  const std::string text = "select pg_cancel_backend(" + std::to_string(process_id) + ")";
  std::optional<Failure> failure = co_await canceller_->say(text.c_str());
  if (failure) canceller_.reset();
  co_return !failure;
}

// Closes what has idled too long, also when no call comes that would find it.
Task<void> Postgres::sweep() {
  const std::uint64_t most = static_cast<std::uint64_t>(options_.idle_timeout.count()) * 1'000'000;
  while (!idle_.empty()) {
    IoResult slept = co_await runtime::sleep(std::max(options_.idle_timeout / 4, Millis(250)));
    if (!slept.ok()) break;
    const std::uint64_t now = runtime::Loop::current().coarse_now_ns();
    std::erase_if(idle_, [&](const Held& session) { return now - session->idle_since_ns >= most; });
  }
  if (!cancelling_.in_use()) canceller_.reset();
  sweeping_ = false;
}

}  // namespace arint::connectors::sql
