// SPDX-License-Identifier: GPL-3.0-or-later
// A call of a peer that a script plays.
#include "connectors/http/out/scripted.hpp"

#include "base/text.hpp"
#include "connectors/http/out/operation.hpp"
#include "format/catalog.hpp"
#include "http/codec/parse/head_parser.hpp"
#include "http/codec/writer.hpp"

namespace arint::connectors::http {

using document::Member;
using document::Value;

namespace {

std::string text_of(const Value& value) {
  std::string out;
  if (value.is_number()) value.append_number(out);
  else if (value.is_text() || value.is_bytes()) out = value.as_text();
  else if (value.is_boolean()) out = value.as_boolean() ? "true" : "false";
  return out;
}

Error unusable(std::string why) { return {Fault::bug, "the script's answer cannot be one of HTTP: " + std::move(why)}; }

}  // namespace

Result<arint::http::Response> response_of(const Value& script, std::string_view method) {
  const Value status = script.get("status");
  std::string head = "HTTP/1.1 " + (status.is_absent() ? "200" : text_of(status)) + " \r\n";
  std::string content_type;
  const Value fields = script.get("headers");
  if (fields.is_object())
    for (const Member& one : fields.members()) {
      const std::string value = text_of(one.value);
      if (!arint::http::valid_field({one.name, value})) return unusable("header " + arint::quoted(one.name));
      if (equals_ignoring_case(one.name, "content-type")) content_type = value;
      head += std::string(one.name) + ": " + value + "\r\n";
    }
  std::string body;
  if (const Value said = script.get("text"); !said.is_absent()) {
    body = text_of(said);
    if (content_type.empty()) head += "Content-Type: text/plain\r\n";
  } else if (const Value document = script.get("body"); !document.is_absent()) {
    const format::Format* format = content_type.empty() ? format::find("json") : format::find_by_media_type(content_type);
    if (!format) return unusable("no format is known for its Content-Type " + arint::quoted(content_type));
    if (Result<void> written = format->write(document, {}, body); !written) return unusable(written.error().sentence);
    if (content_type.empty()) head += "Content-Type: application/json\r\n";
  }
  head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  arint::http::ResponseParser parser{arint::http::HeadLimits{}};
  arint::http::ResponseHead parsed;
  if (parser.parse(head, arint::http::method_of(method), parsed) != arint::http::Progress::done) return unusable("its head is " + arint::quoted(head, 200));
  arint::http::Response response(parsed);
  response.body = std::move(body);
  return response;
}

Value body_shown(std::string_view bytes, std::string_view content_type, document::Arena& arena) {
  if (bytes.empty()) return {};
  const std::string_view kept = arena.copy(bytes);
  if (const format::Format* format = format::find_by_media_type(content_type)) {
    format::ReadOptions options;
    options.charset = format::charset_of(content_type);
    Result<Value> read = format->read(kept, options, arena);
    if (read) return *read;
  }
  return valid_utf8(kept) ? Value::text(kept) : Value::bytes(kept);
}

runtime::Task<Result<Value>> HttpOperation::asked(message::Run& run) const {
  Result<std::string> where = target(run);
  if (!where) co_return where.error();
  Result<std::vector<std::string>> values = values_of(run, headers_);
  if (!values) co_return values.error();
  Result<message::Body> body = content(run);
  if (!body) co_return body.error();
  std::string scratch;
  // Also where the document is what is shown: what cannot be written is a fault in a test as it is on a node.
  Result<std::string_view> bytes = message::bytes_of(run, *body, scratch);
  if (!bytes) co_return bytes.error();
  document::Arena& arena = run.arena();
  const std::string content_type = bytes->empty() ? std::string() : message::content_type_of(*body);
  std::vector<Member> headers;
  for (std::size_t i = 0; i < headers_.size(); ++i) headers.push_back({arena.copy(lower(headers_[i].name)), document::text_of(arena, (*values)[i])});
  if (!run.call_key.empty()) headers.push_back({"idempotency-key", document::text_of(arena, run.call_key)});
  if (!content_type.empty()) headers.push_back({"content-type", document::text_of(arena, content_type)});
  const std::size_t question = where->find('?');
  std::vector<Member> members{{"method", document::text_of(arena, method_)}, {"path", document::text_of(arena, where->substr(0, question))}};
  if (question != std::string::npos) members.push_back({"query", document::text_of(arena, where->substr(question + 1))});
  if (!headers.empty()) members.push_back({"headers", document::object_of(arena, headers)});
  const bool document = body->state == message::Body::State::changed || body->state == message::Body::State::parsed;
  const Value sent = document ? body->document : body_shown(*bytes, content_type, arena);
  if (!sent.is_absent()) members.push_back({"body", sent});
  co_return document::object_of(arena, members);
}

Result<Value> HttpOperation::answered(message::Run& run, const Value& answer, bool wanted) const {
  Result<arint::http::Response> response = response_of(answer, method_);
  if (!response) return response.error();
  return result_of(run, *response, wanted);
}

}  // namespace arint::connectors::http
