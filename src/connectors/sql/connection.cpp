// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/connection.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "connectors/sql/values/parameters.hpp"

namespace arint::connectors::sql {

using document::Member;
using document::Value;
using runtime::Task;

namespace {

// What would change the session that the next call gets, or break off its transaction.
constexpr std::array of_the_session{std::to_array<std::string_view>(
    {"abort", "attach", "begin", "commit", "copy", "deallocate", "detach", "discard", "end", "listen", "load", "lock", "pragma", "prepare",
     "release", "reset", "rollback", "savepoint", "set", "start", "unlisten"})};
constexpr std::array changing{std::to_array<std::string_view>(
    {"alter", "create", "delete", "drop", "grant", "insert", "merge", "replace", "revoke", "truncate", "update"})};

template <std::size_t count>
bool among(const std::array<std::string_view, count>& words, std::string_view word) {
  return std::binary_search(words.begin(), words.end(), word);
}

// Compiles one statement and its parameters. `sql` is its node, for the place of what is wrong.
bool compile_part(const std::string& text, const declare::Expression& params, const declare::Node& sql, Dialect dialect, bool read_only,
                  declare::Reading& reading, Part& out) {
  const std::size_t before = reading.problems().list().size();
  StatementFault fault;
  if (!compile(text, dialect, out.statement, fault)) {
    // A byte of the text is a byte of the file only when nothing in it was replaced.
    Position at = sql.text == text ? declare::position_in(sql.written, sql.text, fault.offset) : sql.at;
    reading.fault(at.line ? at : sql.at, fault.sentence);
    return false;
  }
  out.sql = text;
  const std::string& command = out.statement.command;
  if (among(of_the_session, command))
    reading.fault(sql.at, quoted(command) + " would act on the connection, which calls share; `statements:` is a transaction, the rest belongs in the url or in `setup:`");
  if (read_only && among(changing, command)) reading.fault(sql.at, quoted(command) + " changes data, and the outgoing is `read_only`");
  out.params = message::Expression::compile(params, reading);
  if (out.params.given() && out.statement.names.empty()) reading.warning(params.at, "the statement has no `:name`, so these parameters are not used");
  const auto& problems = reading.problems().list();
  return std::none_of(problems.begin() + static_cast<std::ptrdiff_t>(before), problems.end(), [](const Problem& problem) { return !problem.warning; });
}

}  // namespace

std::unique_ptr<outgoing::Operation> SqlConnection::prepare(const declare::Node& options, declare::Reading& reading) {
  Send send;
  if (!declare::read(send_settings(), options, send, reading)) return nullptr;
  std::vector<Part> parts;
  bool good = true;
  if (send.sql) {
    const declare::Node& node = *options.find("sql");
    declare::Reading::Inside inside(reading, "sql");
    good = compile_part(*send.sql, send.params, node, dialect_, read_only_, reading, parts.emplace_back());
  } else {
    const declare::Node& list = *options.find("statements");
    if (const declare::Node* params = options.find("params"))
      reading.fault(params->at, "each of the `statements` has its own `params`"), good = false;
    if (send.statements->empty()) reading.fault(list.at, "there is no statement in the list"), good = false;
    for (std::size_t i = 0; i < send.statements->size(); ++i) {
      declare::Reading::Inside inside(reading, i);
      const One& one = (*send.statements)[i];
      good &= compile_part(one.sql, one.params, *list.items[i].find("sql"), dialect_, read_only_, reading, parts.emplace_back());
    }
  }
  if (!good) return nullptr;
  // Nothing of a read-only database is done twice, and a select without strange functions only reads.
  const bool repeatable = read_only_ || std::all_of(parts.begin(), parts.end(), [](const Part& part) { return part.statement.pure; });
  return std::make_unique<SqlOperation>(*database_, std::move(parts), send.statements.has_value(), repeatable);
}

bool SqlOperation::needs_body() const noexcept {
  return std::any_of(parts_.begin(), parts_.end(), [](const Part& part) {
    return !part.statement.names.empty() && (!part.params.given() || part.params.uses_body());
  });
}

Result<void> SqlOperation::values(message::Run& run, const Part& part, std::vector<Value>& out) const {
  if (part.statement.names.empty()) return {};
  Value fields;
  if (part.params.given()) {
    Result<Value> value = run.evaluate(part.params);
    if (!value) return value.error();
    fields = *value;
  } else {
    Result<const Value*> body = run.document();
    if (!body) return body.error();
    fields = **body;
  }
  try {
    Result<void> taken = parameters_of(fields, part.statement, run.arena(), out);
    if (!taken) {
      const std::string where = part.params.given() ? part.params.place(0) + ": " : "The body: ";
      taken.error().sentence = where + taken.error().sentence;
    }
    return taken;
  } catch (const document::ArenaFull&) {
    return Error{Fault::rejected, "The parameters do not fit in what is left of the run's memory."};
  }
}

Task<Result<Value>> SqlOperation::perform(message::Run& run, bool wanted) const {
  if (needs_body()) {
    Result<void> fetched = co_await run.fetch_body();
    if (!fetched) co_return fetched.error();
  }
  std::vector<std::vector<Value>> all(parts_.size());
  std::vector<Call> calls;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Result<void> taken = values(run, parts_[i], all[i]);
    if (!taken) co_return taken.error();
    calls.push_back({&parts_[i].statement, all[i]});
  }
  const Batch batch{calls, transaction_, wanted};
  Result<Value> answers = co_await database_.execute(batch, run.arena());
  if (!answers || !wanted) co_return answers;
  const Value& last = answers->items().back();
  if (!transaction_) co_return last;
  std::array<Member, 3> members{Member{"rows", last.get("rows")}, Member{"count", last.get("count")}, Member{"results", *answers}};
  co_return document::object_of(run.arena(), members);
}

}  // namespace arint::connectors::sql
