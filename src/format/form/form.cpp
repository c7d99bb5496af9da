// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/form/form.hpp"

#include <unordered_map>
#include <vector>

#include "base/text.hpp"
#include "base/units.hpp"
#include "format/charset/charset.hpp"
#include "format/place.hpp"
#include "format/scalar.hpp"

namespace arint::format::form {

using document::Member;
using document::Value;

namespace {

constexpr std::size_t most_pairs = 100'000;

// "a%20b+c" of the charset to text, in the arena when it had to be decoded. `at`: where it stands in `bytes`.
Result<std::string_view> component(std::string_view bytes, std::size_t at, std::size_t size, std::string_view charset, document::Arena& arena) {
  std::string_view raw = bytes.substr(at, size);
  std::string_view decoded = raw;
  if (raw.find_first_of("%+") != std::string_view::npos) {
    char* to = static_cast<char*>(arena.allocate(raw.size(), 1));
    char* first = to;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      std::string one;
      if (raw[i] == '%' && !percent_decode(raw.substr(i, 3), one))
        return malformed("form", bytes, at + i, "found " + quoted(raw.substr(i, 3)) + ", expected two hex digits after the percent sign");
      *to++ = raw[i] == '%' ? one[0] : raw[i] == '+' ? ' ' : raw[i];
      if (raw[i] == '%') i += 2;
    }
    decoded = {first, static_cast<std::size_t>(to - first)};
  }
  Result<std::string_view> text = to_utf8(decoded, charset, arena);
  if (!text) return malformed("form", bytes, at, text.error().sentence);
  return text;
}

// Gathers the values of each name; a name's first place is its place.
class Fields {
 public:
  void add(std::string_view name, const Value& value) {
    auto [known, fresh] = index_.emplace(name, names_.size());
    if (fresh) {
      names_.push_back(name);
      values_.emplace_back();
    }
    values_[known->second].push_back(value);
    ++pairs_;
  }
  std::size_t pairs() const { return pairs_; }

  Value object(document::Arena& arena) const {
    std::vector<Member> members;
    for (std::size_t i = 0; i < names_.size(); ++i)
      members.push_back({names_[i], values_[i].size() == 1 ? values_[i][0] : document::array_of(arena, values_[i])});
    return document::object_of(arena, members);
  }

 private:
  std::unordered_map<std::string_view, std::size_t> index_{};
  std::vector<std::string_view> names_{};
  std::vector<std::vector<Value>> values_{};
  std::size_t pairs_ = 0;
};

Result<Value> read_pairs(std::string_view bytes, std::string_view charset, document::Arena& arena) {
  Fields fields;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t end = std::min(bytes.find('&', at), bytes.size());
    // WHATWG URL, section 5.1: an empty sequence is passed over, a missing "=" means an empty value.
    if (end > at) {
      std::size_t equals = std::min(bytes.find('=', at), end);
      Result<std::string_view> name = component(bytes, at, equals - at, charset, arena);
      if (!name) return name.error();
      std::size_t from = std::min(equals + 1, end);
      Result<std::string_view> value = component(bytes, from, end - from, charset, arena);
      if (!value) return value.error();
      fields.add(*name, Value::text(*value));
      if (fields.pairs() > most_pairs) return malformed("form", bytes, at, "more than " + std::to_string(most_pairs) + " fields");
    }
    at = end + 1;
  }
  return fields.object(arena);
}

// WHATWG URL, section 5.2, with the application/x-www-form-urlencoded percent-encode set.
void append_encoded(std::string& out, std::string_view text) {
  constexpr char hex_digits[] = "0123456789ABCDEF";
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '*' || c == '-' || c == '.' || c == '_';
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += hex_digits[static_cast<unsigned char>(c) >> 4];
      out += hex_digits[c & 15];
    }
  }
}

class Form : public Format {
 public:
  std::string_view name() const override { return "form"; }
  std::span<const std::string_view> media_types() const override {
    static constexpr std::string_view types[] = {"application/x-www-form-urlencoded"};
    return types;
  }
  std::span<const std::string_view> extensions() const override { return {}; }
  std::string content_type() const override { return "application/x-www-form-urlencoded"; }
  RoundTripPromise round_trip() const override {
    return {RoundTrip::canonical, "Names and texts stay; a name that repeats is gathered at its first place, and escapes are written one way."};
  }

  Result<Value> read(std::string_view bytes, const ReadOptions& options, document::Arena& arena) const override {
    try {
      return read_pairs(bytes, options.charset, arena);
    } catch (const document::ArenaFull& full) {
      return too_large("form", full.limit_bytes);
    }
  }

  Result<void> write(const Value& value, const WriteOptions& options, std::string& out) const override {
    if (!value.is_object()) return unwritable("form", "", "found " + document::described(value) + ", expected an object");
    const std::size_t before = out.size();
    Result<void> done;
    for (std::size_t i = 0; done && i < value.size(); ++i) {
      const Member& member = value.members()[i];
      bool several = member.value.is_array();
      std::span<const Value> values = several ? member.value.items() : std::span<const Value>(&member.value, 1);
      for (std::size_t k = 0; done && k < values.size(); ++k) done = pair(member.name, values[k], several ? k : no_index, out, before);
      if (done && out.size() - before > options.limit_bytes)
        done = unwritable("form", "", "the document becomes longer than the " + to_text(Size{options.limit_bytes}) + " allowed");
    }
    if (!done) out.resize(before);
    return done;
  }

 private:
  static constexpr std::size_t no_index = SIZE_MAX;

  Result<void> pair(std::string_view name, const Value& value, std::size_t index, std::string& out, std::size_t before) const {
    if (value.is_absent()) return {};
    std::string path, buffer;
    append_name(path, name);
    if (index != no_index) append_index(path, index);
    std::optional<std::string_view> text = scalar_text(value, buffer);
    if (!text) return unwritable("form", path, buffer);
    if (!valid_utf8(name)) return unwritable("form", path, "the name is not valid UTF-8");
    if (out.size() > before) out += '&';
    append_encoded(out, name);
    out += '=';
    append_encoded(out, *text);
    return {};
  }
};

}  // namespace

std::unique_ptr<const Format> make() { return std::make_unique<Form>(); }

}  // namespace arint::format::form
