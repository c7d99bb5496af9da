// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/intrinsic.hpp"

#include <array>
#include <vector>

#include "base/text.hpp"
#include "base/units.hpp"
#include "format/catalog.hpp"
#include "message/run.hpp"

namespace arint::message {
namespace {

using document::Member;
using document::Value;

// Repeated names become an array, as everywhere in ARINT's documents.
void add(document::Arena& arena, std::vector<Member>& members, std::string_view name, const Value& value) {
  for (Member& member : members) {
    if (member.name != name) continue;
    Value both[] = {member.value, value};
    if (member.value.is_array())
      member.value = document::concatenated(arena, member.value, Value::array({&value, 1}));
    else
      member.value = document::array_of(arena, both);
    return;
  }
  members.push_back({name, value});
}

Value fields(Run& run, std::span<const Field> list) {
  std::vector<Member> members;
  for (const Field& field : list) add(run.arena(), members, field.name, Value::text(field.value));
  return document::object_of(run.arena(), members);
}

// As application/x-www-form-urlencoded; a query that is not well formed gives what can be read of it.
Value query(Run& run) {
  std::vector<Member> members;
  if (run.message().query.empty()) return document::object_of(run.arena(), members);
  Result<Value> read = format::find("form")->read(run.message().query, {}, run.arena());
  return read ? *read : document::object_of(run.arena(), members);
}

Value claims(Run& run) {
  if (run.message().claims.empty()) return {};
  // It was read before, by whoever proved it.
  Result<Value> read = format::find("json")->read(run.message().claims, {}, run.arena());
  return read ? *read : Value();
}

Value message(Run& run) {
  const Message& m = run.message();
  document::Arena& arena = run.arena();
  std::array<Member, 7> members{Member{"id", document::text_of(arena, m.id.hex())},
                                Member{"cid", document::text_of(arena, m.trace.cid.hex())},
                                Member{"channel", Value::text(m.channel)},
                                Member{"received", document::text_of(arena, rfc3339(m.received_ms))},
                                Member{"method", Value::text(m.method)},
                                Member{"path", Value::text(m.target)},
                                Member{"peer", Value::text(m.peer)}};
  return document::object_of(arena, members);
}

constexpr std::array<std::string_view, 7> names{"headers", "path", "query", "principal", "claims", "message", "config"};

}  // namespace

std::span<const std::string_view> intrinsic_names() noexcept { return names; }

Value intrinsic_variable(Run& run, std::string_view name) {
  Value value;
  if (name == "headers") value = fields(run, run.message().headers);
  else if (name == "path") value = fields(run, run.message().path);
  else if (name == "query") value = query(run);
  else if (name == "principal") value = run.message().principal.empty() ? Value() : Value::text(run.message().principal);
  else if (name == "claims") value = claims(run);
  else if (name == "message") value = message(run);
  else if (name == "config") value = run.core().config;
  return value;
}

}  // namespace arint::message
