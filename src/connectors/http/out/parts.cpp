// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/out/parts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "format/catalog.hpp"

namespace arint::connectors::http {

using arint::http::Field;

bool reserved_field(std::string_view name) {
  for (std::string_view taken : {"host", "content-length", "transfer-encoding", "connection", "traceparent", "keep-alive", "te", "trailer", "upgrade"})
    if (equals_ignoring_case(name, taken)) return true;
  return false;
}

Result<document::Value> value_of(message::Run& run, const arint::http::Response& response, std::string_view peer) {
  document::Arena& arena = run.arena();
  std::vector<document::Member> headers;
  for (std::size_t i = 0; i < response.field_count(); ++i) {
    Field field = response.field(i);
    std::string name = lower(field.name);
    auto same = std::find_if(headers.begin(), headers.end(), [&](const document::Member& member) { return member.name == name; });
    if (same == headers.end()) headers.push_back({arena.copy(name), document::text_of(arena, field.value)});
    else same->value = document::text_of(arena, std::string(same->value.as_text()) + ", " + std::string(field.value));
  }
  document::Value body;
  std::string_view content_type = response.get("content-type");
  if (!response.body.empty()) {
    std::string_view bytes = arena.copy(response.body);
    const format::Format* format = format::find_by_media_type(content_type);
    if (format) {
      format::ReadOptions options;
      options.charset = format::charset_of(content_type);
      Result<document::Value> read = format->read(bytes, options, arena);
      if (!read) return Error{Fault::malformed, std::string(peer) + " said " + quoted(content_type, 60) + ", but: " + read.error().sentence};
      body = *read;
    } else {
      body = document::Value::bytes(bytes);
    }
  }
  document::Member members[] = {{"status", document::Value::integer(response.status())}, {"headers", document::object_of(arena, headers)}, {"body", body}};
  return document::object_of(arena, std::span(members, body.is_absent() ? 2 : 3));
}

Result<std::vector<std::string>> values_of(message::Run& run, const std::vector<NamedTemplate>& headers) {
  std::vector<std::string> out;
  for (const NamedTemplate& one : headers) {
    std::string value;
    Result<void> rendered = one.value.render(run, message::Escape::none, value);
    if (!rendered) return rendered.error();
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return Error{Fault::malformed, "the value of header " + one.name + " has a line break: " + quoted(value)};
    out.push_back(std::move(value));
  }
  return out;
}

Result<message::Body> content_of(message::Run& run, const message::Expression& body, const format::Format* as, bool by_itself) {
  message::Body out;
  if (body.given()) {
    Result<document::Value> value = run.evaluate(body);
    if (!value) return value.error();
    const message::Variable* bare = body.bare_variable().empty() ? nullptr : run.variable(body.bare_variable());
    out.state = message::Body::State::changed;
    out.document = *value;
    out.format = bare ? bare->format : nullptr;
  } else if (by_itself) {
    out = run.body;
  }
  if (as && as != out.format) {
    // Another format than the bytes have: written from the document.
    if (out.state == message::Body::State::raw || out.state == message::Body::State::parsed) {
      Result<const document::Value*> parsed = run.document();
      if (!parsed) return parsed.error();
      out.document = **parsed;
      out.state = message::Body::State::changed;
    }
    out.format = as;
  }
  return out;
}

}  // namespace arint::connectors::http
