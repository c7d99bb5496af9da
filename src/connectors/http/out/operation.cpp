// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/out/operation.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "connectors/http/out/parts.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Field;

bool no_body_by_itself(std::string_view method) { return method == "GET" || method == "HEAD" || method == "DELETE" || method == "OPTIONS"; }

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
    if (reserved_field(name)) reading.fault(value.at, "header " + quoted(name) + " is written by ARINT itself");
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
  for (const NamedTemplate& one : query_) {
    std::string value;
    rendered = one.value.render(run, message::Escape::query_value, value);
    if (!rendered) return rendered.error();
    if (value.empty()) continue;
    out += separator + percent_encode(one.name) + "=" + value;
    separator = '&';
  }
  return out;
}

Result<message::Body> HttpOperation::content(message::Run& run) const { return content_of(run, body_, as_, !no_body_by_itself(method_)); }

runtime::Task<Result<document::Value>> HttpOperation::perform(message::Run& run, bool wanted) const {
  Result<std::string> where = target(run);
  if (!where) co_return where.error();
  Result<std::vector<std::string>> values = values_of(run, headers_);
  if (!values) co_return values.error();
  Result<message::Body> body = content(run);
  if (!body) co_return body.error();
  std::string scratch;
  Result<std::string_view> bytes = message::bytes_of(run, *body, scratch);
  if (!bytes) co_return bytes.error();

  const std::string content_type = bytes->empty() ? std::string() : message::content_type_of(*body);
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
