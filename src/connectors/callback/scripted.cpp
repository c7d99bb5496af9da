// SPDX-License-Identifier: GPL-3.0-or-later
// A callback as `arint test` sees it.
#include "base/text.hpp"
#include "connectors/callback/operation.hpp"
#include "connectors/http/out/scripted.hpp"

namespace arint::connectors::callback {

using document::Member;
using document::Value;

runtime::Task<Result<Value>> CallbackOperation::asked(message::Run& run) const {
  Result<Url> where = url(run);
  if (!where) co_return where.error();
  Result<std::vector<std::string>> values = http::values_of(run, headers_);
  if (!values) co_return values.error();
  Result<message::Body> content = http::content_of(run, body_, as_, true);
  if (!content) co_return content.error();
  std::string scratch;
  Result<std::string_view> bytes = message::bytes_of(run, *content, scratch);
  if (!bytes) co_return bytes.error();
  document::Arena& arena = run.arena();
  const std::string content_type = bytes->empty() ? std::string() : message::content_type_of(*content);
  std::vector<Member> headers;
  for (std::size_t i = 0; i < headers_.size(); ++i) headers.push_back({arena.copy(lower(headers_[i].name)), document::text_of(arena, (*values)[i])});
  if (!content_type.empty()) headers.push_back({"content-type", document::text_of(arena, content_type)});
  std::vector<Member> members{{"method", Value::text("POST")}, {"url", document::text_of(arena, where->origin() + where->target())}};
  if (!headers.empty()) members.push_back({"headers", document::object_of(arena, headers)});
  const Value sent = http::body_shown(*bytes, content_type, arena);
  if (!sent.is_absent()) members.push_back({"body", sent});
  co_return document::object_of(arena, members);
}

Result<Value> CallbackOperation::answered(message::Run& run, const Value& answer, bool wanted) const {
  Result<arint::http::Response> response = http::response_of(answer, "POST");
  if (!response) return response.error();
  Result<Url> where = url(run);
  if (!where) return where.error();
  return result_of(run, *response, where->origin(), wanted);
}

}  // namespace arint::connectors::callback
