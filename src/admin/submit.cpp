// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/submit.hpp"

#include "base/text.hpp"
#include "http/codec/target/query.hpp"

namespace arint::admin {
namespace {

constexpr std::uint64_t most_bytes = 64u << 20;

Result<channel::Submitted> message_of(std::string_view query) {
  channel::Submitted out;
  http::QueryPair pair;
  while (http::next_pair(query, pair)) {
    std::string value;
    if (!http::decode_query(pair.value, value)) return Error{Fault::rejected, arint::quoted(pair.name) + " is no text\n"};
    if (pair.name == "method") out.method = value;
    else if (pair.name == "path") out.path = value;
    else if (pair.name == "query") out.query = value;
    else if (pair.name == "content_type") out.content_type = value;
    else if (const std::size_t colon = value.find(':'); pair.name == "header" && colon != std::string::npos)
      out.headers.emplace_back(value.substr(0, colon), std::string(trim(value.substr(colon + 1))));
    else return Error{Fault::rejected, arint::quoted(pair.name) + " cannot be " + arint::quoted(value) + "; a header is written \"Name: value\"\n"};
  }
  return out;
}

}  // namespace

runtime::Task<void> serve_submit(http::Exchange& exchange, engine::Engine& engine) {
  if (exchange.method() != http::Method::post) {
    const http::Field allow[] = {{"Allow", "POST"}};
    static_cast<void>(co_await exchange.problem(405, "Only POST is served here.", allow));
    co_return;
  }
  std::string name;
  Result<channel::Submitted> message = message_of(exchange.query());
  if (!percent_decode(exchange.path().substr(channels_path.size()), name)) message = Error{Fault::rejected, "no name of a channel\n"};
  Result<std::string_view> body = co_await exchange.read_all(most_bytes);
  if (!body) {
    static_cast<void>(co_await exchange.problem(body.error()));
    co_return;
  }
  Result<channel::Told> told = channel::Told();
  if (message) {
    message->body = *body;
    told = co_await engine.submit(name, *message);
    if (!told) told.error().sentence += "\n";
  } else {
    told = message.error();
  }
  if (!told) {
    const http::Field fields[] = {{"Content-Type", "text/plain; charset=utf-8"}};
    static_cast<void>(co_await exchange.respond(422, fields, told.error().sentence));
    co_return;
  }
  const std::string status = std::to_string(told->status);
  std::vector<http::Field> fields{{"Arint-Status", status}};
  for (const auto& [field, value] : told->headers)
    if (equals_ignoring_case(field, "content-type") || equals_ignoring_case(field, "location")) fields.push_back({field, value});
  static_cast<void>(co_await exchange.respond(200, fields, told->body));
}

}  // namespace arint::admin
