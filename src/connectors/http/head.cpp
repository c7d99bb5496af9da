// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/head.hpp"

#include <algorithm>

namespace arint::connectors::http {

void read_head(arint::http::Exchange& exchange, document::Arena& arena, message::Message& message) {
  message.trace = exchange.trace();
  message.method = exchange.method_text();
  message.target = exchange.path();
  message.query = exchange.query();
  message.content_type = exchange.field("content-type");
  message.peer = exchange.peer().address();
  const arint::http::Fields& fields = exchange.fields();
  auto* headers = arena.allocate_array<message::Field>(fields.count());
  for (std::size_t i = 0; i < fields.count(); ++i) {
    arint::http::Field field = fields.field(i);
    char* name = static_cast<char*>(arena.allocate(field.name.size(), 1));
    std::transform(field.name.begin(), field.name.end(), name, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    new (headers + i) message::Field{{name, field.name.size()}, field.value};
  }
  message.headers = {headers, fields.count()};
}

}  // namespace arint::connectors::http
