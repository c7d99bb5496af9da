// SPDX-License-Identifier: GPL-3.0-or-later
// The structured-field tests of the HTTP working group: DIR/*.json are parsed and written back, DIR/serialisation-tests/*.json written.
// What a test says can fail may do either.
#include <cmath>

#include "base/text.hpp"
#include "conformance.hpp"
#include "format/json/json.hpp"
#include "http/codec/structured/structured.hpp"

namespace arint::conformance {
namespace {

namespace fields = http::structured;
using document::Value;

std::string number_text(const Value& number) {
  std::string out;
  number.append_number(out);
  return out;
}

// RFC 4648, section 6, which is how the tests write bytes.
std::string from_base32(std::string_view text) {
  std::string out;
  unsigned held = 0, bits = 0;
  for (char c : text) {
    if (c == '=') break;
    held = held << 5 | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits & 0xFF);
  }
  return out;
}

fields::Bare bare_of(const Value& value) {
  if (value.is_boolean()) return {fields::Type::boolean, value.as_boolean()};
  if (value.is_text()) return fields::string(std::string(value.as_text()));
  if (value.is_number()) {
    if (number_text(value).find_first_of(".eE") == std::string::npos) return fields::integer(std::stoll(number_text(value)));
    return {fields::Type::decimal, static_cast<std::int64_t>(std::nearbyint(value.as_double() * 1000))};
  }
  Value type = value.get("__type"), inner = value.get("value");
  if (type.as_text() == "token") return fields::token(std::string(inner.as_text()));
  if (type.as_text() == "binary") return fields::bytes(from_base32(inner.as_text()));
  if (type.as_text() == "date") return {fields::Type::date, std::stoll(number_text(inner))};
  return {fields::Type::display, 0, std::string(inner.as_text())};
}

fields::Parameters parameters_of(const Value& list) {
  fields::Parameters out;
  for (const Value& each : list.items()) out.emplace_back(std::string(each.items()[0].as_text()), bare_of(each.items()[1]));
  return out;
}

fields::Item item_of(const Value& pair) { return {bare_of(pair.items()[0]), parameters_of(pair.items()[1])}; }

fields::Member member_of(const Value& pair) {
  fields::Member out;
  out.parameters = parameters_of(pair.items()[1]);
  out.inner = pair.items()[0].is_array();
  if (!out.inner) out.value = bare_of(pair.items()[0]);
  else
    for (const Value& each : pair.items()[0].items()) out.items.push_back(item_of(each));
  return out;
}

fields::List list_of(const Value& list) {
  fields::List out;
  for (const Value& each : list.items()) out.push_back(member_of(each));
  return out;
}

fields::Dictionary dictionary_of(const Value& list) {
  fields::Dictionary out;
  for (const Value& each : list.items()) out.emplace_back(std::string(each.items()[0].as_text()), member_of(each.items()[1]));
  return out;
}

// Same types and values: a text and a token that look alike when written do not.
bool same(const fields::Bare& a, const fields::Bare& b) {
  // JSON has one kind of number: 1.0 in a test is written 1 by some.
  bool numbers = (a.type == fields::Type::integer && b.type == fields::Type::decimal) || (b.type == fields::Type::integer && a.type == fields::Type::decimal);
  std::int64_t x = a.number * (numbers && a.type == fields::Type::integer ? 1000 : 1), y = b.number * (numbers && b.type == fields::Type::integer ? 1000 : 1);
  return (a.type == b.type || numbers) && x == y && a.text == b.text;
}
bool same(const fields::Parameters& a, const fields::Parameters& b) {
  bool out = a.size() == b.size();
  for (std::size_t i = 0; out && i < a.size(); ++i) out = a[i].first == b[i].first && same(a[i].second, b[i].second);
  return out;
}
bool same(const fields::Item& a, const fields::Item& b) { return same(a.value, b.value) && same(a.parameters, b.parameters); }
bool same(const fields::Member& a, const fields::Member& b) {
  bool out = a.inner == b.inner && a.items.size() == b.items.size() && same(a.parameters, b.parameters) && (a.inner || same(a.value, b.value));
  for (std::size_t i = 0; out && i < a.items.size(); ++i) out = same(a.items[i], b.items[i]);
  return out;
}
bool same(const fields::List& a, const fields::List& b) {
  bool out = a.size() == b.size();
  for (std::size_t i = 0; out && i < a.size(); ++i) out = same(a[i], b[i]);
  return out;
}
bool same(const fields::Dictionary& a, const fields::Dictionary& b) {
  bool out = a.size() == b.size();
  for (std::size_t i = 0; out && i < a.size(); ++i) out = a[i].first == b[i].first && same(a[i].second, b[i].second);
  return out;
}

bool flag(const Value& test, std::string_view name) {
  Value found = test.get(name);
  return found.is_boolean() && found.as_boolean();
}

std::string joined(const Value& lines) {
  std::string out;
  for (const Value& each : lines.items()) out += (out.empty() ? "" : ", ") + std::string(each.as_text());
  return out;
}

template <class T>
std::string judge_written(const Value& test, const T& value, const std::string& otherwise) {
  Result<std::string> written = fields::serialize(value);
  if (flag(test, "must_fail")) return written ? "written as " + *written : "";
  if (!written) return written.error().sentence;
  Value canonical = test.get("canonical");
  std::string wanted = canonical.is_array() ? joined(canonical) : otherwise;
  return *written == wanted ? "" : "written as " + *written;
}

// Why the case failed; empty: it passed.
template <class T>
std::string judge(const Value& test, Result<T> (*parse)(std::string_view), T (*expected)(const Value&), bool only_write) {
  if (only_write) return judge_written(test, expected(test.get("expected")), "");
  std::string raw = joined(test.get("raw"));
  Result<T> parsed = parse(raw);
  if (flag(test, "must_fail")) return parsed ? "accepted" : "";
  if (!parsed) return flag(test, "can_fail") ? "" : parsed.error().sentence;
  if (!same(*parsed, expected(test.get("expected")))) return flag(test, "can_fail") ? "" : "another value";
  return judge_written(test, *parsed, raw);
}

void run_file(const std::string& path, bool only_write, Tally& tally) {
  std::string whole = whole_file(path);
  document::Arena arena;
  Result<Value> read = format::json::read(whole, arena);
  if (!read) return tally.fail(file_name(path), read.error().sentence);
  for (const Value& test : read->items()) {
    std::string_view type = test.get("header_type").as_text();
    std::string why = type == "item"   ? judge<fields::Item>(test, fields::parse_item, item_of, only_write)
                      : type == "list" ? judge<fields::List>(test, fields::parse_list, list_of, only_write)
                                       : judge<fields::Dictionary>(test, fields::parse_dictionary, dictionary_of, only_write);
    if (why.empty()) tally.pass();
    else tally.fail(file_name(path) + ": " + std::string(test.get("name").as_text()), why);
  }
}

}  // namespace

int run_structured_fields(const std::string& folder) {
  Tally tally;
  for (const std::string& path : files_in(folder, ".json")) run_file(path, false, tally);
  for (const std::string& path : files_in(folder + "/serialisation-tests", ".json")) run_file(path, true, tally);
  return tally.end();
}

}  // namespace arint::conformance
