// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/jose/text.hpp"

#include "format/json/json.hpp"

namespace arint::security::jose {
namespace {

constexpr std::size_t deepest = 16;

int worth(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

}  // namespace

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  unsigned held = 0, bits = 0;
  for (char c : text) {
    int value = worth(c);
    if (value < 0) return std::nullopt;
    held = held << 6 | static_cast<unsigned>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits & 0xFF);
    held &= (1u << bits) - 1;
  }
  if (held) return std::nullopt;
  return out;
}

Result<Json> Json::parse(std::string text, std::string_view what) {
  Json out;
  out.text_ = std::make_unique<std::string>(std::move(text));
  // A tree of short values is at most some forty times its text.
  out.arena_ = std::make_unique<document::Arena>(64 * out.text_->size() + 65536);
  format::ReadOptions depth;
  depth.depth = deepest;
  format::json::Options strict;
  strict.duplicate_keys = format::json::Duplicates::refuse;
  Result<document::Value> read = format::json::read(*out.text_, *out.arena_, depth, strict);
  if (!read || !(read->is_object() || read->is_array()))
    return Error{Fault::malformed, std::string(what) + " is not JSON, or has a name twice, or is nested more than 16 deep"};
  out.root_ = *read;
  return out;
}

bool text_member(const document::Value& object, std::string_view name, std::string_view& out, std::size_t most) {
  out = {};
  document::Value value = object.get(name);
  if (value.is_absent()) return true;
  if (!value.is_text() || value.as_text().size() > most) return false;
  out = value.as_text();
  return true;
}

bool bytes_member(const document::Value& object, std::string_view name, std::string& out, std::size_t most) {
  out.clear();
  std::string_view text;
  if (!text_member(object, name, text, most)) return false;
  std::optional<std::string> bytes = from_base64url(text);
  if (!bytes) return false;
  out = std::move(*bytes);
  return true;
}

std::string json_text(const document::Value& value) {
  std::string out;
  Result<void> written = format::json::write(value, out);
  invariant(written.ok(), "what was read as JSON is written as JSON");
  return out;
}

}  // namespace arint::security::jose
