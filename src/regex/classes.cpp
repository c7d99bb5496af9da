// SPDX-License-Identifier: GPL-3.0-or-later
#include "regex/classes.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace arint::regex {
namespace {

// ECMA-262, 12.2 and 12.3: white space and line breaks. RE2's own \s is ASCII without \v.
constexpr std::string_view space = "\\t-\\r \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}";
constexpr std::string_view not_space =
    "\\x00-\\x08\\x0E-\\x1F!-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}\\x{200B}-\\x{2027}\\x{202A}-\\x{202E}"
    "\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}\\x{3001}-\\x{FEFE}\\x{FF00}-\\x{10FFFF}";

// Long names of general categories (Unicode, PropertyValueAliases) to the short ones RE2 knows.
constexpr std::array<std::pair<std::string_view, std::string_view>, 40> categories{{
    {"Letter", "L"}, {"Cased_Letter", "LC"}, {"Uppercase_Letter", "Lu"}, {"Lowercase_Letter", "Ll"}, {"Titlecase_Letter", "Lt"},
    {"Modifier_Letter", "Lm"}, {"Other_Letter", "Lo"}, {"Mark", "M"}, {"Combining_Mark", "M"}, {"Nonspacing_Mark", "Mn"},
    {"Spacing_Mark", "Mc"}, {"Enclosing_Mark", "Me"}, {"Number", "N"}, {"Decimal_Number", "Nd"}, {"digit", "Nd"},
    {"Letter_Number", "Nl"}, {"Other_Number", "No"}, {"Punctuation", "P"}, {"punct", "P"}, {"Connector_Punctuation", "Pc"},
    {"Dash_Punctuation", "Pd"}, {"Open_Punctuation", "Ps"}, {"Close_Punctuation", "Pe"}, {"Initial_Punctuation", "Pi"},
    {"Final_Punctuation", "Pf"}, {"Other_Punctuation", "Po"}, {"Symbol", "S"}, {"Math_Symbol", "Sm"}, {"Currency_Symbol", "Sc"},
    {"Modifier_Symbol", "Sk"}, {"Other_Symbol", "So"}, {"Separator", "Z"}, {"Space_Separator", "Zs"}, {"Line_Separator", "Zl"},
    {"Paragraph_Separator", "Zp"}, {"Other", "C"}, {"Control", "Cc"}, {"cntrl", "Cc"}, {"Format", "Cf"}, {"Private_Use", "Co"},
}};

std::string property(std::string_view name, bool negated, std::string& problem) {
  std::string_view value = name;
  if (std::size_t equals = name.find('='); equals != std::string_view::npos) {
    std::string_view key = name.substr(0, equals);
    value = name.substr(equals + 1);
    if (key != "gc" && key != "General_Category" && key != "sc" && key != "Script") value = {};
  }
  std::string_view known = value;
  for (const auto& [longer, shorter] : categories)
    if (longer == value) known = shorter;
  std::string sign = negated ? "\\P{" : "\\p{";
  if (known == "LC") return negated ? std::string("\\P{L}\\p{Lm}\\p{Lo}") : std::string("\\p{Lu}\\p{Ll}\\p{Lt}");
  if (known == "Any") return negated ? std::string() : std::string("\\x00-\\x{10FFFF}");
  if (known == "ASCII") return negated ? std::string("\\x{80}-\\x{10FFFF}") : std::string("\\x00-\\x7F");
  // Names RE2 knows are letters and underscores; it refuses the ones it does not know itself.
  bool plain = !known.empty() && known.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
  if (!plain) problem = "uses the Unicode property " + quoted(name, 40) + ", known are general categories and scripts";
  return sign + std::string(known) + "}";
}

std::optional<char32_t> hex_number(std::string_view digits) {
  std::uint32_t value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// \xHH, \uHHHH, \u{H...}, with \uD83D\uDE00 as one character. nullopt: it is the bare letter.
std::optional<char32_t> coded(std::string_view pattern, std::size_t& at) {
  std::string_view rest = pattern.substr(at);
  if (rest[1] == 'x') {
    std::optional<char32_t> value = rest.size() >= 4 ? hex_number(rest.substr(2, 2)) : std::nullopt;
    if (value) at += 4;
    return value;
  }
  if (rest.size() > 2 && rest[2] == '{') {
    std::size_t end = rest.find('}');
    std::optional<char32_t> value = end == std::string_view::npos ? std::nullopt : hex_number(rest.substr(3, end - 3));
    if (!value || *value > 0x10FFFF) return std::nullopt;
    at += end + 1;
    return value;
  }
  std::optional<char32_t> value = rest.size() >= 6 ? hex_number(rest.substr(2, 4)) : std::nullopt;
  if (!value) return std::nullopt;
  at += 6;
  if (*value >= 0xD800 && *value < 0xDC00 && rest.size() >= 12 && rest[6] == '\\' && rest[7] == 'u') {
    std::optional<char32_t> low = hex_number(rest.substr(8, 4));
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      at += 6;
      return 0x10000 + ((*value - 0xD800) << 10) + (*low - 0xDC00);
    }
  }
  return value;
}

Escape set_of(std::string_view ranges) {
  Escape out;
  out.is_class = true;
  out.ranges = ranges;
  return out;
}

Escape one(char32_t c) {
  Escape out;
  out.code_point = c;
  return out;
}

// RE2 understands \x{...} everywhere, so nothing but letters and digits is written plainly.
void append_code_point(std::string& out, char32_t c) {
  bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == ' ' || c == '/';
  if (plain) {
    out += static_cast<char>(c);
    return;
  }
  char text[8];
  auto [end, error] = std::to_chars(text, text + sizeof text, static_cast<std::uint32_t>(c), 16);
  (void)error;
  out += "\\x{";
  out.append(text, end);
  out += '}';
}

}  // namespace

Escape read_escape(std::string_view pattern, std::size_t& at, bool in_class) {
  Escape out;
  if (at + 1 >= pattern.size()) {
    out.problem = "has a backslash at its end";
    return out;
  }
  char c = pattern[at + 1];
  if (c == 'x' || c == 'u') {
    if (std::optional<char32_t> value = coded(pattern, at)) return one(*value);
    at += 2;
    return one(static_cast<char32_t>(c));
  }
  if ((c == 'p' || c == 'P') && at + 2 < pattern.size() && pattern[at + 2] == '{') {
    std::size_t end = pattern.find('}', at);
    if (end == std::string_view::npos) {
      out.problem = "has a \\" + std::string(1, c) + "{ that is not closed at byte " + std::to_string(at);
      return out;
    }
    out.is_class = true;
    out.ranges = property(pattern.substr(at + 3, end - at - 3), c == 'P', out.problem);
    if (out.ranges.empty()) out.ranges = "\\x{10FFFF}";  // \P{Any}: nothing; as near as a class can say it
    at = end + 1;
    return out;
  }
  if (c == 'c' && at + 2 < pattern.size() && ((pattern[at + 2] | 32) >= 'a' && (pattern[at + 2] | 32) <= 'z')) {
    char control = pattern[at + 2];
    at += 3;
    return one(static_cast<char32_t>(control & 31));
  }
  ++at;
  char32_t plain = next_code_point(pattern, at);
  switch (plain) {
    case 'd': return set_of("0-9");
    case 'D': return set_of("\\x00-/:-\\x{10FFFF}");
    case 'w': return set_of("0-9A-Za-z_");
    case 'W': return set_of("\\x00-/:-@\\x5B-\\x5E\\x60\\x7B-\\x{10FFFF}");
    case 's': return set_of(space);
    case 'S': return set_of(not_space);
    case 't': return one('\t');
    case 'n': return one('\n');
    case 'v': return one('\v');
    case 'f': return one('\f');
    case 'r': return one('\r');
    case '0': return one(0);
    case 'b': return one(in_class ? U'\b' : U'b');
    default: return one(plain);  // identity: \/ \. \-
  }
}

void append_literal(std::string& out, char32_t c) {
  if (c >= 0xD800 && c < 0xE000)
    out += no_character;
  else
    append_code_point(out, c);
}

void append_range(std::string& out, char32_t first, char32_t last) {
  auto add = [&out](char32_t a, char32_t b) {
    if (a > b) return;
    append_code_point(out, a);
    if (b > a) {
      out += '-';
      append_code_point(out, b);
    }
  };
  if (last < 0xD800 || first > 0xDFFF) return add(first, last);
  std::size_t before = out.size();
  if (first < 0xD800) add(first, 0xD7FF);
  if (last > 0xDFFF) add(0xE000, last);
  // Only surrogates: UTF-8 text has none, and an empty class would read as something else.
  if (out.size() == before) out += "\\x{10FFFF}";
}

}  // namespace arint::regex
