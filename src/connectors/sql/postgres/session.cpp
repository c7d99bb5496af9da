// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/postgres/session.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "connectors/sql/postgres/values/arguments.hpp"
#include "connectors/sql/postgres/values/types.hpp"

namespace arint::connectors::sql {

using runtime::IoResult;
using runtime::Ready;
using runtime::Task;

namespace {

constexpr std::size_t most_prepared = 256;
constexpr std::uint64_t quick_ns = 5'000'000;

bool holds_array(std::span<const document::Value> values) {
  return std::any_of(values.begin(), values.end(), [](const document::Value& value) { return value.is_array(); });
}

std::string field(const PGresult& answer, int which) {
  const char* text = PQresultErrorField(&answer, which);
  return text ? text : "";
}

}  // namespace

Session::Session(PGconn* connected) : connection_(connected) {
  PQsetErrorVerbosity(connection_, PQERRORS_DEFAULT);
  PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);  // its default writes to standard error
  PQsetnonblocking(connection_, 1);
  PQenterPipelineMode(connection_);
}

Session::~Session() {
  runtime::forget_fd(PQsocket(connection_));
  PQfinish(connection_);
}

bool Session::in_transaction() const noexcept { return PQtransactionStatus(connection_) != PQTRANS_IDLE; }

bool Session::still_good() {
  for (int tries = 0; tries < 2; ++tries) {
    char byte = 0;
    const ssize_t there = ::recv(PQsocket(connection_), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (there < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return alive();
    if (there <= 0) return false;
    // A notice, a changed setting, or the reason why it ends.
    if (!PQconsumeInput(connection_) || PQisBusy(connection_) || !alive()) return false;
  }
  return false;
}

bool Session::quick(const Statement& statement) const {
  const std::uint64_t usual = usual_ns(statement);
  return usual && usual < quick_ns;
}

std::uint64_t Session::usual_ns(const Statement& statement) const {
  auto known = prepared_.find(statement.text);
  return known == prepared_.end() ? 0 : known->second.usual_ns;
}

void Session::lost() {
  Failure failure{.kind = Failure::Kind::lost, .sent = flushed_ ? Sent::yes : Sent::no};
  failure.words = trim(PQerrorMessage(connection_));
  fail(std::move(failure));
}

void Session::cut(int error) { fail({.kind = Failure::Kind::cut, .sent = flushed_ ? Sent::yes : Sent::no, .error = error}); }

// ---- sending

bool Session::prepare(const Statement& statement, Command* command) {
  if (prepared_.size() >= most_prepared) {
    // Commands go out in order: what is forgotten here has been executed when the server comes to it.
    auto least = std::min_element(prepared_.begin(), prepared_.end(), [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    const std::string forget = "deallocate " + least->second.name;
    if (!PQsendQueryParams(connection_, forget.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0)) return false;
    steps_.push_back({Step::Kind::forget, command});
    prepared_.erase(least);
  }
  auto made = prepared_.emplace(statement.text, Prepared{"arint_" + std::to_string(++names_), ++clock_}).first;
  steps_.push_back({Step::Kind::prepare, command, statement.text});
  return PQsendPrepare(connection_, made->second.name.c_str(), statement.text.c_str(), 0, nullptr) == 1;
}

bool Session::send(Command& command) {
  if (command.text) {
    steps_.push_back({Step::Kind::execute, &command});
    return PQsendQueryParams(connection_, command.text, 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
  }
  const Statement& statement = *command.call->statement;
  auto known = prepared_.find(statement.text);
  if (known == prepared_.end()) {
    if (!prepare(statement, &command)) return false;
    known = prepared_.find(statement.text);
  }
  Prepared& prepared = known->second;
  prepared.used = ++clock_;
  steps_.push_back({Step::Kind::execute, &command});
  arguments_.fill(command.call->values, prepared.types);
  return PQsendQueryPrepared(connection_, prepared.name.c_str(), arguments_.count(), arguments_.values(), arguments_.lengths(),
                             arguments_.formats(), 0) == 1;
}

// How an array is written depends on the parameter's type, so the server is asked for it once: a round trip of its own. When it
// cannot say (the table is made by the same transaction), the batch itself will show why.
Task<void> Session::learn(const Statement& statement) {
  begin();
  bool sent = prepared_.contains(statement.text) || prepare(statement, nullptr);
  if (sent) {
    steps_.push_back({Step::Kind::describe, nullptr, statement.text});
    sent = PQsendDescribePrepared(connection_, prepared(statement.text).name.c_str()) == 1;
  }
  if (!sent) {
    lost();
    co_return;
  }
  co_await finish();
  if (!failure_) co_return;
  failure_->sent = Sent::no;
  if (failure_->kind == Failure::Kind::server) failure_.reset();
}

// Until everything has left. Answers are read meanwhile, for a server that cannot go on writing stops reading.
Task<bool> Session::flush() {
  for (;;) {
    const int left = PQflush(connection_);
    if (left == 0) co_return true;
    if (left < 0) {
      lost();
      co_return false;
    }
    IoResult ready = co_await runtime::wait_fd(PQsocket(connection_), Ready::read | Ready::write);
    if (!ready.ok()) {
      cut(ready.error());
      co_return false;
    }
    if ((ready.n & static_cast<int>(Ready::read)) && !PQconsumeInput(connection_)) {
      lost();
      co_return false;
    }
  }
}

// ---- reading

// libpq's next answer; null ends the answers to one command. Null with failure_ set when the connection or our context ended.
Task<Session::Answer> Session::next() {
  while (PQisBusy(connection_)) {
    IoResult ready = co_await runtime::wait_fd(PQsocket(connection_), Ready::read);
    if (!ready.ok()) {
      cut(ready.error());
      co_return Answer();
    }
    if (!PQconsumeInput(connection_)) {
      lost();
      co_return Answer();
    }
  }
  co_return Answer(PQgetResult(connection_));
}

void Session::take_row(PGresult& answer, Command& command) {
  Rows& rows = *command.rows;
  const int columns = PQnfields(&answer);
  try {
    if (!rows.described()) {
      std::vector<std::string_view> names;
      for (int i = 0; i < columns; ++i) names.emplace_back(PQfname(&answer, i));
      rows.describe(names);
    }
    for (int row = 0; row < PQntuples(&answer); ++row) {
      std::size_t bytes = 0;
      for (int i = 0; i < columns; ++i) bytes += static_cast<std::size_t>(PQgetlength(&answer, row, i));
      document::Member* members = rows.add(bytes);
      for (int i = 0; members && i < columns; ++i) {
        if (PQgetisnull(&answer, row, i)) continue;
        const std::string_view text(PQgetvalue(&answer, row, i), static_cast<std::size_t>(PQgetlength(&answer, row, i)));
        Result<document::Value> value = value_of(PQftype(&answer, i), text, rows.arena());
        if (value) members[i].value = *value;
        else rows.fail({value.error().fault, "column " + quoted(members[i].name) + ": " + value.error().sentence});
      }
    }
  } catch (const document::ArenaFull&) {
    rows.fail({Fault::rejected, "the answer does not fit in what is left of the run's memory"});
  }
  if (rows.failure() && command.call && command.call->statement->reads) enough_ = true;
}

void Session::take_time(const Command& command) {
  auto known = prepared_.find(command.call->statement->text);
  if (known == prepared_.end()) return;
  const std::uint64_t now = runtime::Loop::current().coarse_now_ns(), took = std::max<std::uint64_t>(1, now - since_ns_);
  std::uint64_t& usual = known->second.usual_ns;
  usual = usual ? usual - usual / 8 + took / 8 : took;
  since_ns_ = now;
}

void Session::take_error(const PGresult& answer, const Step& step) {
  Failure failure{.kind = Failure::Kind::server, .sent = Sent::yes};
  failure.sqlstate = field(answer, PG_DIAG_SQLSTATE);
  if (failure.sqlstate.empty()) failure.kind = Failure::Kind::lost;  // libpq says it, not the server
  failure.words = failure.sqlstate.empty() ? std::string(trim(PQresultErrorMessage(&answer))) : field(answer, PG_DIAG_MESSAGE_PRIMARY);
  for (int part : {PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT})
    if (std::string text = field(answer, part); !text.empty()) failure.more += (failure.more.empty() ? "" : " ") + text;
  if (!dropping_ && step.command && step.command->call) failure.statement = step.command->call->statement;
  fail(std::move(failure));
}

void Session::take(PGresult& answer, const Step& step) {
  const ExecStatusType status = PQresultStatus(&answer);
  if (step.kind == Step::Kind::prepare && status != PGRES_COMMAND_OK) prepared_.erase(step.statement);
  if (step.kind == Step::Kind::execute && !dropping_ && (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)) {
    step.command->complete = true;
    if (step.command->call) take_time(*step.command);
  }
  switch (status) {
    case PGRES_SINGLE_TUPLE:
    case PGRES_TUPLES_OK:
      if (!dropping_ && step.command->rows) take_row(answer, *step.command);
      break;
    case PGRES_COMMAND_OK:
      if (step.kind == Step::Kind::describe) {
        Prepared& described = prepared(step.statement);
        described.described = true;
        for (int i = 0; i < PQnparams(&answer); ++i) described.types.push_back(PQparamtype(&answer, i));
      } else if (!dropping_ && step.kind == Step::Kind::execute) {
        const std::string_view count = PQcmdTuples(&answer);
        std::from_chars(count.data(), count.data() + count.size(), step.command->affected);
      }
      break;
    case PGRES_FATAL_ERROR: take_error(answer, step); break;
    case PGRES_PIPELINE_ABORTED: break;  // what failed before it has been told
    default:
      // COPY would need a protocol of its own in the middle of ours.
      if (!failure_) fail({.kind = Failure::Kind::lost, .sent = Sent::yes, .words = "`copy` cannot be sent from a flow"});
      break;
  }
}

// The answers of steps_, from step_ on, and the sync behind them. When a statement is cancelled while its rows are read one by one, libpq
// may give the sync without the null that ends a command's answers, so the sync ends everything wherever it comes.
Task<void> Session::read() {
  for (; step_ < steps_.size(); ++step_) {
    const Step& step = steps_[step_];
    if (step.kind == Step::Kind::execute) PQsetSingleRowMode(connection_);
    for (;;) {
      Answer answer = co_await next();
      if (!answer) break;
      if (PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC) {
        resting_ = true;
        co_return;
      }
      take(*answer, step);
      if (enough_ || (failure_ && failure_->kind == Failure::Kind::lost)) co_return;
    }
    if (failure_ && failure_->kind != Failure::Kind::server) co_return;
  }
  for (std::size_t nothing = 0;;) {
    Answer answer = co_await next();
    if (failure_ && failure_->kind != Failure::Kind::server) co_return;
    if (answer && PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC) {
      resting_ = true;
      co_return;
    }
    if (!answer && (!alive() || nothing++ == steps_.size())) {
      lost();
      co_return;
    }
  }
}

void Session::begin() {
  failure_.reset();
  steps_.clear();
  step_ = 0;
  resting_ = dropping_ = enough_ = flushed_ = false;
  since_ns_ = runtime::Loop::current().coarse_now_ns();
}

// Everything was handed to libpq: one write, and the answers.
Task<void> Session::finish() {
  if (PQpipelineSync(connection_)) flushed_ = co_await flush();
  else lost();
  if (failure_) co_return;
  co_await read();
  reused = true;
}

Task<std::optional<Failure>> Session::run(std::span<Command> commands) {
  const runtime::TimeHold hold;  // a server works for us
  for (const Command& command : commands) {
    if (!command.call || !holds_array(command.call->values)) continue;
    auto known = prepared_.find(command.call->statement->text);
    if (known != prepared_.end() && known->second.described) continue;
    co_await learn(*command.call->statement);
    if (failure_) co_return std::move(failure_);
  }
  begin();
  for (Command& command : commands)
    if (!send(command)) {
      lost();
      co_return std::move(failure_);
    }
  co_await finish();
  co_return std::move(failure_);
}

Task<std::optional<Failure>> Session::say(const char* text) {
  Command command{.text = text};
  const std::span<Command> all(&command, 1);
  co_return co_await run(all);
}

Task<bool> Session::drain() {
  if (!flushed_ || !alive()) co_return false;
  const runtime::TimeHold hold;
  failure_.reset();
  dropping_ = true;
  enough_ = false;
  co_await read();
  co_return resting_ && alive() && !in_transaction();
}

Task<std::optional<Failure>> Session::script(const std::string& text) {
  const runtime::TimeHold hold;
  failure_.reset();
  resting_ = flushed_ = false;
  dropping_ = true;
  PQexitPipelineMode(connection_);
  if (PQsendQuery(connection_, text.c_str())) flushed_ = co_await flush();
  else lost();
  while (!failure_ || failure_->kind == Failure::Kind::server) {
    Answer answer = co_await next();
    if (!answer) break;
    Command nothing;
    take(*answer, {Step::Kind::execute, &nothing});
  }
  if (!failure_ || failure_->kind == Failure::Kind::server) {
    PQenterPipelineMode(connection_);
    resting_ = true;
  }
  co_return std::move(failure_);
}

}  // namespace arint::connectors::sql
