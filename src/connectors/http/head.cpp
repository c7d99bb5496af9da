// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/head.hpp"

#include <algorithm>

#include "http/server/passing.hpp"

namespace arint::connectors::http {
namespace {

// The service sees the body decoded, and the headers as the channel's rules leave them.
std::span<const message::Field> headers_of(const arint::http::Fields& fields, const arint::http::HeaderRules* rules, document::Arena& arena) {
  const std::size_t most = fields.count() + (rules ? rules->set.size() + rules->add.size() : 0);
  auto* headers = arena.allocate_array<message::Field>(most);
  std::size_t count = 0;
  auto put = [&](std::string_view given, std::string_view value) {
    char* name = static_cast<char*>(arena.allocate(given.size(), 1));
    std::transform(given.begin(), given.end(), name, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    new (headers + count++) message::Field{{name, given.size()}, value};
  };
  for (std::size_t i = 0; i < fields.count(); ++i)
    if (fields.at(i).id != arint::http::Name::content_encoding && (!rules || !rules->drops(fields.field(i).name))) put(fields.field(i).name, fields.field(i).value);
  if (rules)
    for (const auto* list : {&rules->set, &rules->add})
      for (const auto& [name, value] : *list) put(name, value);
  return {headers, count};
}

}  // namespace

void read_head(arint::http::Exchange& exchange, document::Arena& arena, message::Message& message) {
  const arint::http::Passing* passing = exchange.passing();
  message.trace = exchange.trace();
  message.method = exchange.method_text();
  message.target = passing && !passing->path.empty() ? arena.copy(passing->path) : exchange.path();
  message.query = exchange.query();
  message.content_type = exchange.field("content-type");
  message.peer = exchange.peer().address();
  message.headers = headers_of(exchange.fields(), passing ? passing->request : nullptr, arena);
}

}  // namespace arint::connectors::http
