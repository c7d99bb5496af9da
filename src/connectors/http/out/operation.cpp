// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/out/operation.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "format/catalog.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Field;

bool no_body_by_itself(std::string_view method) { return method == "GET" || method == "HEAD" || method == "DELETE" || method == "OPTIONS"; }

// Written by the client itself; a flow that sets them would break framing or trust.
bool reserved(std::string_view name) {
  for (std::string_view taken : {"host", "content-length", "transfer-encoding", "connection", "traceparent", "keep-alive", "te", "trailer", "upgrade"})
    if (equals_ignoring_case(name, taken)) return true;
  return false;
}

// { status, headers, body } in the run's arena. A body of a format we know is parsed, any other stays bytes.
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

}  // namespace

std::unique_ptr<HttpOperation> HttpOperation::compile(HttpConnection& connection, const declare::Node& node, declare::Reading& reading) {
  SendOptions options;
  if (!declare::read(send_settings(), node, options, reading)) return nullptr;
  std::unique_ptr<HttpOperation> out(new HttpOperation(connection));
  out->method_ = options.method;
  out->path_ = message::Template::compile(options.path, reading);
  if (!options.path.source.empty() && !options.path.source.starts_with('/')) {
    reading.fault(options.path.at, quoted(options.path.source) + ": a path begins with /");
    return nullptr;
  }
  for (const auto& [name, value] : options.query) out->query_.push_back({name, message::Template::compile(value, reading)});
  for (const auto& [name, value] : options.headers) {
    if (reserved(name)) reading.fault(value.at, "header " + quoted(name) + " is written by ARINT itself");
    out->headers_.push_back({name, message::Template::compile(value, reading)});
  }
  out->body_ = message::Expression::compile(options.body, reading);
  if (options.as) out->as_ = connection.core().format(options.as->text);
  out->accept_ = options.accept;
  return out;
}

bool HttpOperation::repeatable() const noexcept { return arint::http::idempotent(arint::http::method_of(method_)); }

bool HttpOperation::accepts(int status) const { return std::find(accept_.begin(), accept_.end(), status) != accept_.end(); }

Result<std::string> HttpOperation::target(message::Run& run) const {
  std::string out = connection_.address().path;
  Result<void> rendered = path_.render(run, message::Escape::path_segment, out);
  if (!rendered) return rendered.error();
  if (out.empty()) out = "/";
  char separator = '?';
  for (const Named& one : query_) {
    std::string value;
    rendered = one.value.render(run, message::Escape::query_value, value);
    if (!rendered) return rendered.error();
    if (value.empty()) continue;
    out += separator + percent_encode(one.name) + "=" + value;
    separator = '&';
  }
  return out;
}

Result<std::vector<std::string>> HttpOperation::header_values(message::Run& run) const {
  std::vector<std::string> out;
  for (const Named& one : headers_) {
    std::string value;
    Result<void> rendered = one.value.render(run, message::Escape::none, value);
    if (!rendered) return rendered.error();
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return Error{Fault::malformed, "the value of header " + one.name + " has a line break: " + quoted(value)};
    out.push_back(std::move(value));
  }
  return out;
}

Result<message::Body> HttpOperation::body(message::Run& run) const {
  message::Body out;
  if (body_.given()) {
    Result<document::Value> value = run.evaluate(body_);
    if (!value) return value.error();
    const message::Variable* bare = body_.bare_variable().empty() ? nullptr : run.variable(body_.bare_variable());
    out.state = message::Body::State::changed;
    out.document = *value;
    out.format = bare ? bare->format : nullptr;
  } else if (!no_body_by_itself(method_)) {
    out = run.body;
  }
  if (as_ && as_ != out.format) {
    // Another format than the bytes have: written from the document.
    if (out.state == message::Body::State::raw || out.state == message::Body::State::parsed) {
      Result<const document::Value*> parsed = run.document();
      if (!parsed) return parsed.error();
      out.document = **parsed;
      out.state = message::Body::State::changed;
    }
    out.format = as_;
  }
  return out;
}

runtime::Task<Result<document::Value>> HttpOperation::perform(message::Run& run, bool wanted) const {
  Result<std::string> where = target(run);
  if (!where) co_return where.error();
  Result<std::vector<std::string>> values = header_values(run);
  if (!values) co_return values.error();
  Result<message::Body> content = body(run);
  if (!content) co_return content.error();
  std::string scratch;
  Result<std::string_view> bytes = message::bytes_of(run, *content, scratch);
  if (!bytes) co_return bytes.error();

  const std::string content_type = bytes->empty() ? std::string() : message::content_type_of(*content);
  std::vector<Field> fields;
  bool typed = false, keyed = run.call_key.empty();
  for (std::size_t i = 0; i < headers_.size(); ++i) {
    fields.push_back({headers_[i].name, (*values)[i]});
    typed |= equals_ignoring_case(headers_[i].name, "content-type");
    keyed |= equals_ignoring_case(headers_[i].name, "idempotency-key");
  }
  if (!keyed) fields.push_back({"Idempotency-Key", run.call_key});
  if (!typed && !content_type.empty()) fields.push_back({"Content-Type", content_type});
  connection_.apply(fields);

  arint::http::Request request;
  request.method = method_;
  request.target = *where;
  request.fields = fields;
  request.body = *bytes;
  request.trace = &run.message().trace;
  Result<std::optional<std::uint64_t>> key = connection_.key_of(run);
  if (!key) co_return key.error();
  request.key = *key;
  std::string address;
  request.address = &address;
  Result<arint::http::Response> response = co_await connection_.upstream().call(request);
  run.address = run.arena().copy(address);
  if (!response) co_return response.error();
  co_return result_of(run, *response, wanted);
}

Result<document::Value> HttpOperation::result_of(message::Run& run, const arint::http::Response& response, bool wanted) const {
  if (arint::http::fault_of_status(response.status()) && !accepts(response.status())) return arint::http::error_of(response, connection_.peer());
  if (!wanted) return document::Value();
  return value_of(run, response, connection_.peer());
}

}  // namespace arint::connectors::http
