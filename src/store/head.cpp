// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/head.hpp"

#include "store/pieces.hpp"

namespace arint::store {
namespace {

// The second has the claims behind the principal; it is written where there are some.
constexpr char plain = 1, with_claims = 2;

// Takes from the front; after a fault everything is empty and `good` false.
struct Reader {
  std::string_view left;
  bool good = true;
  std::uint64_t number() {
    std::uint64_t value = 0;
    good = good && take(left, value);
    return good ? value : 0;
  }
  std::string_view text() {
    std::string_view out;
    good = good && take(left, out);
    return good ? out : std::string_view();
  }
};

}  // namespace

void write_head(const message::Message& message, std::string& out) {
  out += message.claims.empty() ? plain : with_claims;
  put(message.trace.parent, out);
  put(message.trace.flags, out);
  put(static_cast<std::uint64_t>(message.received_ms), out);
  for (std::string_view text : {message.method, message.target, message.query, message.content_type, message.peer, message.principal})
    put(text, out);
  if (!message.claims.empty()) put(message.claims, out);
  put(message.headers.size(), out);
  put(message.path.size(), out);
  for (const auto& list : {message.headers, message.path})
    for (const message::Field& field : list) put(field.name, out), put(field.value, out);
}

bool read_head(Loaded& loaded) {
  Reader reader{loaded.head};
  if (reader.left.empty() || (reader.left.front() != plain && reader.left.front() != with_claims)) return false;
  const bool has_claims = reader.left.front() == with_claims;
  reader.left.remove_prefix(1);
  message::Message& message = loaded.message;
  message.trace.parent = reader.number();
  message.trace.flags = static_cast<std::uint8_t>(reader.number());
  message.received_ms = static_cast<std::int64_t>(reader.number());
  for (std::string_view* text : {&message.method, &message.target, &message.query, &message.content_type, &message.peer, &message.principal})
    *text = reader.text();
  if (has_claims) message.claims = reader.text();
  const std::uint64_t headers = reader.number(), path = reader.number();
  // Each field takes two bytes at least: no count can ask for more memory than the head itself.
  if (!reader.good || headers > reader.left.size() / 2 || path > reader.left.size() / 2) return false;
  loaded.fields.reserve(headers + path);
  for (std::uint64_t i = 0; i < headers + path; ++i) {
    const std::string_view name = reader.text();
    loaded.fields.push_back({name, reader.text()});
  }
  const std::span<const message::Field> all(loaded.fields);
  message.headers = all.first(headers);
  message.path = all.subspan(headers);
  return reader.good && reader.left.empty();
}

}  // namespace arint::store
