// SPDX-License-Identifier: GPL-3.0-or-later
// `forward` of a request that a flow has read or changed.
#include "base/text.hpp"
#include "connectors/http/out/connection.hpp"
#include "http/forward/heads.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Field;

// Fields that end at this hop, that we write ourselves, or by which a front tells a back who called. As http::forward has it.
bool stays_here(std::string_view name) {
  for (std::string_view one : {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "host",
                               "expect", "traceparent", "content-type", "forwarded", "client-cert", "client-cert-chain", "x-real-ip", "via",
                               "proxy-authorization", "proxy-authenticate", "accept-encoding", "date", "x-correlation-id"})
    if (equals_ignoring_case(name, one)) return true;
  return lower(name).starts_with("x-forwarded-") || name.find('_') != std::string_view::npos;
}

}  // namespace

runtime::Task<Result<void>> HttpConnection::pass_on(message::Run& run) {
  const message::Message& message = run.message();
  std::string path(message.target.empty() ? "/" : message.target);
  if (!rules_.strip_prefix.empty() && path.starts_with(rules_.strip_prefix)) path.erase(0, rules_.strip_prefix.size());
  // The prefix may have been the whole path; then the url's own path is what is meant.
  const bool slash = !path.starts_with('/') && (!path.empty() || address_.path.empty());
  std::string target = address_.path + (slash ? "/" : "") + path;
  if (!message.query.empty()) target += "?" + std::string(message.query);
  std::string scratch;
  Result<std::string_view> bytes = message::bytes_of(run, run.body, scratch);
  if (!bytes) co_return bytes.error();
  // Bytes as they came keep the type they came with.
  const bool as_came = run.body.state == message::Body::State::raw || run.body.state == message::Body::State::parsed;
  const std::string content_type = as_came && !message.content_type.empty() ? std::string(message.content_type) : message::content_type_of(run.body);
  std::vector<Field> fields;
  for (const message::Field& header : message.headers)
    if (!stays_here(header.name)) fields.push_back({header.name, header.value});
  if (!bytes->empty()) fields.push_back({"Content-Type", content_type});
  std::string callers;
  if (const arint::http::Exchange* exchange = run.origin() ? run.origin()->exchange() : nullptr) {
    const arint::http::WhoCalled who = arint::http::who_called(*exchange);
    callers.append(who.before).append(who.before.empty() ? "" : ", ").append(who.address);
    fields.push_back({"X-Forwarded-For", callers});
    fields.push_back({"X-Forwarded-Proto", who.scheme});
    if (!who.host.empty()) fields.push_back({"X-Forwarded-Host", who.host});
  } else if (!message.peer.empty()) {
    fields.push_back({"X-Forwarded-For", message.peer});
  }
  apply(fields);

  arint::http::Request request;
  request.method = message.method.empty() ? std::string_view("POST") : message.method;
  request.target = target;
  request.fields = fields;
  request.body = *bytes;
  request.trace = &message.trace;
  Result<std::optional<std::uint64_t>> key = key_of(run);
  if (!key) co_return key.error();
  request.key = *key;
  std::string address;
  request.address = &address;
  Result<arint::http::Response> response = co_await upstream_->call(request);
  run.address = run.arena().copy(address);
  if (!response) co_return response.error();
  document::Arena& arena = run.arena();
  run.reply.status = response->status();
  run.reply.headers.clear();
  for (std::size_t i = 0; i < response->field_count(); ++i) {
    Field field = response->field(i);
    if (!stays_here(field.name) || equals_ignoring_case(field.name, "content-type"))
      run.reply.headers.push_back({arena.copy(field.name), arena.copy(field.value)});
  }
  message::Body answer;
  answer.bytes = arena.copy(response->body);
  answer.format = run.body.format;
  run.reply.body = answer;
  co_return Result<void>();
}

}  // namespace arint::connectors::http
