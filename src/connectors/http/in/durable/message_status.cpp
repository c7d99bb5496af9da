// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/durable/message_status.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/units.hpp"
#include "format/catalog.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Field;
using document::Value;

// nullptr: it has none yet.
const store::Recorded* answer_in(const store::Details& details) {
  for (const store::Recorded& record : details.records)
    if (record.kind == store::RecordKind::answer) return &record;
  return nullptr;
}

// { status, content_type, body }: a body of JSON as it is, of another format as text.
Value shown(const delivery::Answer& answer, document::Arena& arena) {
  std::vector<document::Member> members{{"status", Value::integer(answer.status)}};
  for (const auto& [name, value] : answer.fields)
    if (equals_ignoring_case(name, "content-type")) members.push_back({"content_type", document::text_of(arena, value)});
  if (!answer.body.empty()) {
    const std::string_view bytes = arena.copy(answer.body);
    Result<Value> read = format::find("json")->read(bytes, {}, arena);
    members.push_back({"body", read ? *read : valid_utf8(bytes) ? Value::text(bytes) : Value::bytes(bytes)});
  }
  return document::object_of(arena, members);
}

Value shown(const store::Details& details, document::Arena& arena) {
  const store::Summary& summary = details.summary;
  std::vector<document::Member> members{
      {"id", document::text_of(arena, summary.id.hex())},
      {"state", Value::text(word(summary.state))},
      {"attempts", Value::integer(summary.attempts)},
      {"accepted", document::text_of(arena, rfc3339(summary.accepted_ms))},
      {"changed", document::text_of(arena, rfc3339(summary.changed_ms))},
  };
  // The kind of fault, as any caller is told; our sentences and a peer's words are for the operator.
  if (summary.fault) members.push_back({"fault", Value::text(word(*summary.fault))});
  delivery::Answer answer;
  const store::Recorded* record = answer_in(details);
  if (record && delivery::read_answer(record->content, answer)) members.push_back({"result", shown(answer, arena)});
  return document::object_of(arena, members);
}

}  // namespace

runtime::Task<Result<std::optional<delivery::Answer>>> answer_of_message(store::Store& store, Id id) {
  Result<std::optional<store::Summary>> found = co_await store.find(id);
  if (!found) co_return found.error();
  if (!*found) co_return std::optional<delivery::Answer>();
  Result<store::Details> details = co_await store.show((*found)->number);
  if (!details) co_return details.error();
  delivery::Answer answer;
  const store::Recorded* record = answer_in(*details);
  if (!record || !delivery::read_answer(record->content, answer)) co_return std::optional<delivery::Answer>();
  co_return std::optional(std::move(answer));
}

runtime::Task<void> tell_status(arint::http::Exchange& exchange, store::Store& store, const CallerAt& caller) {
  const arint::http::Method method = exchange.method();
  if (method != arint::http::Method::get && method != arint::http::Method::head) {
    const Field allow[] = {{"Allow", "GET, HEAD"}};
    static_cast<void>(co_await exchange.problem(405, "Only GET is served here.", allow));
    co_return;
  }
  const std::optional<Id> id = Id::from_hex(exchange.path().substr(status_path.size()));
  Result<std::optional<store::Summary>> found = std::optional<store::Summary>();
  if (id) found = co_await store.find(*id);
  if (!found) {
    static_cast<void>(co_await exchange.problem(found.error()));
    co_return;
  }
  Result<store::Details> details = Error{Fault::rejected, {}};
  if (*found) details = co_await store.show((*found)->number);
  // An id that is a cid of somebody's conversation is found too, but it is no message's.
  if (!*found || !details || (*found)->id != *id || details->principal != caller((*found)->channel)) {
    static_cast<void>(co_await exchange.problem(404, "There is no such message, or it is kept no longer."));
    co_return;
  }
  document::Arena arena;
  std::string text;
  Result<void> written = format::find("json")->write(shown(*details, arena), {}, text);
  if (!written) {
    static_cast<void>(co_await exchange.problem(written.error()));
    co_return;
  }
  std::vector<Field> fields{{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  if (!store::resolved(details->summary.state)) fields.push_back({"Retry-After", "1"});
  static_cast<void>(co_await exchange.respond(200, fields, text));
}

}  // namespace arint::connectors::http
