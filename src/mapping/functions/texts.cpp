// SPDX-License-Identifier: GPL-3.0-or-later
// Functions on texts. Positions and lengths count characters (code points).
#include <unicode/ucasemap.h>

#include <cmath>

#include "mapping/evaluate/texts.hpp"
#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

Value string_of(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent() || value.is_text()) return value;
  if (value.is_opaque()) return Value::text("");
  Value pretty = call.argument(1);
  if (!pretty.is_boolean() || !pretty.as_boolean()) return call.run.text_value(value, call.offset);
  TextBuilder out(call.run.arena(), 256);
  append_json(call.run, out, value, true, call.offset);
  return out.value();
}

Value length(Call& call) {
  Value text = call.argument(0);
  if (text.is_absent()) return {};
  return Value::integer(static_cast<std::int64_t>(character_count(text.as_text())));
}

// A position as ECMAScript's slice reads it: cut to a whole number, from the end when negative.
std::size_t slice_position(double position, std::size_t count) {
  double whole = std::isnan(position) ? 0 : std::trunc(position);
  if (whole < 0) whole = std::max(0.0, whole + static_cast<double>(count));
  return static_cast<std::size_t>(std::min(whole, static_cast<double>(count)));
}

Value substring(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  std::string_view text = value.as_text();
  std::size_t count = character_count(text);
  Value begin = call.argument(1);
  // As the reference counts: from nowhere on, a length reaches nowhere; without one it is the whole text.
  if (!begin.is_number()) return call.argument(2).is_number() ? Value::text("") : value;
  double start = number_value(begin);
  if (static_cast<double>(count) + start < 0) start = 0;
  std::size_t from = slice_position(start, count), to = count;
  if (Value given = call.argument(2); given.is_number()) {
    double length = number_value(given);
    if (length <= 0) return Value::text("");
    to = slice_position(start >= 0 ? start + length : static_cast<double>(count) + start + length, count);
  }
  if (from >= to) return Value::text("");
  std::size_t first = count == text.size() ? from : skip_characters(text, 0, from);
  std::size_t last = count == text.size() ? to : skip_characters(text, first, to - from);
  return Value::text(text.substr(first, last - first));
}

Value substring_before(Call& call) {
  Value text = call.argument(0), mark = call.argument(1);
  if (text.is_absent()) return {};
  std::size_t at = text.as_text().find(mark.is_text() ? mark.as_text() : std::string_view("undefined"));
  return at == std::string_view::npos ? text : Value::text(text.as_text().substr(0, at));
}

Value substring_after(Call& call) {
  Value text = call.argument(0), mark = call.argument(1);
  if (text.is_absent()) return {};
  std::string_view wanted = mark.is_text() ? mark.as_text() : std::string_view("undefined");
  std::size_t at = text.as_text().find(wanted);
  return at == std::string_view::npos ? text : Value::text(text.as_text().substr(at + wanted.size()));
}

bool ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Unicode's full case mapping (ICU, no locale), as ECMAScript's toUpperCase. Lone surrogates pass through.
Value mapped(Call& call, bool upper) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  std::string_view text = value.as_text();
  TextBuilder out(call.run.arena(), text.size() + 8);
  if (ascii(text)) {
    for (char c : text) out.append(upper ? (c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c) : (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c));
    return out.value();
  }
  static const UCaseMap* const no_locale = [] {
    UErrorCode status = U_ZERO_ERROR;
    return ucasemap_open("", 0, &status);
  }();
  for (std::size_t at = 0; at < text.size();) {
    std::size_t lone = at;
    while (lone < text.size() && !(text[lone] == '\xED' && lone + 1 < text.size() && static_cast<unsigned char>(text[lone + 1]) >= 0xA0)) ++lone;
    std::string_view part = text.substr(at, lone - at);
    std::size_t room = part.size() * 3 + 16;
    char* to = static_cast<char*>(call.run.arena().allocate(room, 1));
    UErrorCode status = U_ZERO_ERROR;
    auto map = upper ? ucasemap_utf8ToUpper : ucasemap_utf8ToLower;
    std::int32_t size = map(no_locale, to, static_cast<std::int32_t>(room), part.data(), static_cast<std::int32_t>(part.size()), &status);
    out.append(U_SUCCESS(status) ? std::string_view(to, static_cast<std::size_t>(size)) : part);
    std::size_t next = std::min(lone + 3, text.size());
    out.append(text.substr(lone, next - lone));
    at = next;
  }
  return out.value();
}

Value uppercase(Call& call) { return mapped(call, true); }
Value lowercase(Call& call) { return mapped(call, false); }

Value trim(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  TextBuilder out(call.run.arena(), value.size());
  bool gap = false;
  for (char c : value.as_text()) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      gap = true;
      continue;
    }
    if (gap && !out.text().empty()) out.append(' ');
    gap = false;
    out.append(c);
  }
  return out.value();
}

Value pad(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  std::string_view text = value.as_text();
  std::string_view filler = call.argument(2).is_text() && call.argument(2).size() ? call.argument(2).as_text() : std::string_view(" ");
  double width = call.argument(1).is_number() ? std::trunc(number_value(call.argument(1))) : 0;
  double missing = std::abs(width) - static_cast<double>(character_count(text));
  if (!(missing > 0)) return value;
  if (missing > 1e9) fail("U1001", call.offset, "a text padded to " + document::described(call.argument(1)) + " characters is too long", value);
  auto count = static_cast<std::size_t>(missing);
  std::size_t whole = character_count(filler);
  call.run.work(count / 16);
  TextBuilder out(call.run.arena(), text.size() + count);
  if (width > 0) out.append(text);
  if (filler.size() == 1) {
    out.append_times(filler[0], count);
  } else {
    for (std::size_t i = 0; i < count / whole; ++i) out.append(filler);
    out.append(filler.substr(0, skip_characters(filler, 0, count % whole)));
  }
  if (width < 0) out.append(text);
  return out.value();
}

Value join(Call& call) {
  Value texts = call.argument(0);
  if (texts.is_absent()) return {};
  std::string_view separator = call.argument(1).is_text() ? call.argument(1).as_text() : std::string_view();
  std::size_t total = separator.size() * texts.size();
  for (const Value& text : texts.items()) total += text.size();
  call.run.work(texts.size() / 4 + total / 256);
  TextBuilder out(call.run.arena(), total);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i) out.append(separator);
    if (texts.items()[i].is_text()) out.append(texts.items()[i].as_text());
  }
  return out.value();
}

const Builtin table[] = {
    builtin({"string", "<x-b?:s>", 1, string_of, "Any value as text; true as second argument indents.", "$string([1, 'a'])", R"("[1,\"a\"]")"}),
    builtin({"length", "<s-:n>", 1, length, "The number of characters of a text.", "$length('Hello')", "5"}),
    builtin({"substring", "<s-nn?:s>", 3, substring, "The part of a text from a position, at most so many characters; a negative position counts from the end.", "$substring('Hello World', 3, 5)", R"("lo Wo")"}),
    builtin({"substringBefore", "<s-s:s>", 2, substring_before, "The text before the first place where the second text stands.", "$substringBefore('Hello World', ' ')", R"("Hello")"}),
    builtin({"substringAfter", "<s-s:s>", 2, substring_after, "The text after the first place where the second text stands.", "$substringAfter('Hello World', ' ')", R"("World")"}),
    builtin({"uppercase", "<s-:s>", 1, uppercase, "The text in capital letters.", "$uppercase('Hello')", R"("HELLO")"}),
    builtin({"lowercase", "<s-:s>", 1, lowercase, "The text in small letters.", "$lowercase('Hello')", R"("hello")"}),
    builtin({"trim", "<s-:s>", 1, trim, "Without white space at the ends; inside, each run of it is one space.", "$trim('  Hello \\n World ')", R"("Hello World")"}),
    builtin({"pad", "<s-ns?:s>", 3, pad, "Filled up to a width, on the right, or on the left when the width is negative.", "$pad('7', -3, '0')", R"("007")"}),
    builtin({"join", "<a<s>s?:s>", 2, join, "The texts of an array as one, with a separator between them.", "$join(['a', 'b'], '-')", R"("a-b")"}),
};

}  // namespace

std::span<const Builtin> text_functions() { return table; }

}  // namespace arint::mapping
