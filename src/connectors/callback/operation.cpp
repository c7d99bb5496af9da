// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/callback/operation.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "runtime/time/wall.hpp"

namespace arint::connectors::callback {

using arint::http::Field;

std::optional<Fault> fault_of_answer(int status) noexcept {
  if (status >= 200 && status < 300) return std::nullopt;
  if (status < 400) return Fault::rejected;  // a redirect could lead anywhere
  switch (status) {
    case 400: case 410: case 413: case 415: case 422: return Fault::rejected;
    case 401: case 403: case 407: return Fault::refused;
    case 408: case 502: case 504: return Fault::timeout;
    default: return Fault::busy;
  }
}

std::unique_ptr<CallbackOperation> CallbackOperation::compile(CallbackConnection& connection, const declare::Node& node, declare::Reading& reading) {
  NotifyOptions options;
  if (!declare::read(notify_settings(), node, options, reading)) return nullptr;
  std::unique_ptr<CallbackOperation> out(new CallbackOperation(connection));
  out->url_ = message::Expression::compile(options.url, reading);
  out->body_ = message::Expression::compile(options.body, reading);
  if (options.as) out->as_ = connection.core().format(options.as->text);
  for (const auto& [name, value] : options.headers) {
    if (http::reserved_field(name) || lower(name).starts_with("webhook-")) reading.fault(value.at, "header " + quoted(name) + " is written by ARINT itself");
    out->headers_.push_back({name, message::Template::compile(value, reading)});
  }
  return out;
}

Result<Url> CallbackOperation::url(message::Run& run) const {
  Result<document::Value> value = run.evaluate(url_);
  if (!value) return value.error();
  if (!value->is_text()) return Error{Fault::rejected, url_.place(0) + ": a callback address is text, and this gives " + document::described(*value)};
  return connection_.allowed(value->as_text());
}

Result<std::string> CallbackOperation::endpoint(message::Run& run) const {
  Result<Url> where = url(run);
  if (!where) return where.error();
  return where->origin();
}

Result<document::Value> CallbackOperation::result_of(message::Run& run, const arint::http::Response& response, const std::string& peer, bool wanted) {
  if (const std::optional<Fault> fault = fault_of_answer(response.status())) {
    Error error = arint::http::error_of(response, peer);
    error.fault = *fault;
    error.status = response.status();
    if (*fault == Fault::busy) error.sentence = peer + " answered " + std::to_string(response.status()) + "; it is tried again";
    if (response.status() < 400) error.sentence = peer + " answered " + std::to_string(response.status()) + ", a redirect, and those are not followed";
    return error;
  }
  if (!wanted) return document::Value();
  return http::value_of(run, response, peer);
}

runtime::Task<Result<document::Value>> CallbackOperation::perform(message::Run& run, bool wanted) const {
  Result<Url> where = url(run);
  if (!where) co_return where.error();
  Result<std::vector<std::string>> values = http::values_of(run, headers_);
  if (!values) co_return values.error();
  Result<message::Body> content = http::content_of(run, body_, as_, true);
  if (!content) co_return content.error();
  std::string scratch;
  Result<std::string_view> bytes = message::bytes_of(run, *content, scratch);
  if (!bytes) co_return bytes.error();

  const std::string content_type = bytes->empty() ? std::string() : message::content_type_of(*content);
  std::vector<Field> fields;
  bool typed = false;
  for (std::size_t i = 0; i < headers_.size(); ++i) {
    fields.push_back({headers_[i].name, (*values)[i]});
    typed |= equals_ignoring_case(headers_[i].name, "content-type");
  }
  if (!typed && !content_type.empty()) fields.push_back({"Content-Type", content_type});
  if (!run.call_key.empty()) fields.push_back({"Idempotency-Key", run.call_key});
  // Who is called without a store has nothing that stays the same but the message.
  const std::string id = run.call_key.empty() ? run.message().id.hex() : std::string(run.call_key);
  std::vector<std::pair<std::string, std::string>> signature;
  if (const auto& signer = connection_.terms().signer) {
    const std::int64_t at_seconds = runtime::wall_ms() / 1000;
    signature = signer->sign({id, at_seconds, *bytes});
  }
  for (const auto& [name, value] : signature) fields.push_back({name, value});

  arint::http::Request request;
  request.method = "POST";
  const std::string target = where->target();
  request.target = target;
  request.fields = fields;
  request.body = *bytes;
  request.trace = &run.message().trace;
  std::string address;
  request.address = &address;
  Result<arint::http::Response> response = co_await connection_.call(*where, request);
  run.address = run.arena().copy(address);
  if (!response) co_return response.error();
  co_return result_of(run, *response, where->origin(), wanted);
}

}  // namespace arint::connectors::callback
