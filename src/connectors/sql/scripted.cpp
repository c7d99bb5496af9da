// SPDX-License-Identifier: GPL-3.0-or-later
// A call of a database that a script plays: `{ sql, params }`, of a transaction `{ statements: [...] }`; answers are `rows` and `count`.
#include "base/text.hpp"
#include "connectors/sql/connection.hpp"

namespace arint::connectors::sql {

using document::Member;
using document::Value;

runtime::Task<Result<Value>> SqlOperation::asked(message::Run& run) const {
  if (needs_body()) {
    Result<void> fetched = co_await run.fetch_body();
    if (!fetched) co_return fetched.error();
  }
  document::Arena& arena = run.arena();
  std::vector<Value> statements;
  for (const Part& part : parts_) {
    std::vector<Value> given;
    Result<void> taken = values(run, part, given);
    if (!taken) co_return taken.error();
    std::vector<Member> params;
    for (std::size_t i = 0; i < given.size(); ++i) params.push_back({part.statement.names[i], given[i]});
    const Member members[] = {{"sql", document::text_of(arena, trim(part.sql))}, {"params", document::object_of(arena, params)}};
    statements.push_back(document::object_of(arena, members));
  }
  if (!transaction_) co_return statements.front();
  const Member members[] = {{"statements", document::array_of(arena, statements)}};
  co_return document::object_of(arena, members);
}

Result<Value> SqlOperation::answered(message::Run& run, const Value& answer, bool wanted) const {
  if (!wanted) return Value();
  document::Arena& arena = run.arena();
  Value rows = answer.get("rows"), count = answer.get("count");
  if (rows.is_absent()) rows = document::array_of(arena, {});
  if (!rows.is_array()) return Error{Fault::bug, "the script's answer: `rows` is a list, not " + document::described(rows)};
  if (count.is_absent()) count = Value::integer(static_cast<std::int64_t>(rows.size()));
  std::vector<Member> members{{"rows", rows}, {"count", count}};
  if (transaction_) {
    // Only the last statement's answer is scripted; the others gave nothing.
    const Member none[] = {{"rows", document::array_of(arena, {})}, {"count", Value::integer(0)}};
    std::vector<Value> results(parts_.size(), document::object_of(arena, none));
    results.back() = document::object_of(arena, members);
    members.push_back({"results", document::array_of(arena, results)});
  }
  return document::object_of(arena, members);
}

}  // namespace arint::connectors::sql
