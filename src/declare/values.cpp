// SPDX-License-Identifier: GPL-3.0-or-later
// What a scalar means for each member type, and the sentence when it means nothing.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/text.hpp"
#include "declare/members.hpp"
#include "declare/project.hpp"
#include "declare/replace.hpp"

namespace arint::declare {
namespace {

const char* kind_words(const Node& node) {
  switch (node.kind) {
    case Kind::null: return "nothing";
    case Kind::scalar: return "a single value";
    case Kind::list: return "a list";
    case Kind::map: return "a map";
  }
  return "";
}

// A scalar's text after replacement, and how to name it in a sentence.
struct Given {
  std::string text{};
  std::string shown{};
  bool bare = false;  // a plain scalar, or replaced: may be a number or a flag
};

std::string hint(const Setting& setting) {
  return setting.is.example.empty() ? "" : ", for example " + setting.is.example;
}

std::optional<Given> given(const Setting& setting, const Node& node, Reading& reading) {
  if (node.kind == Kind::null && setting.type != Type::secret) {
    reading.fault(node.at, "has no value; write " + type_words(setting) + hint(setting) + (setting.is.required ? "" : ", or leave the option out"));
    return std::nullopt;
  }
  if (node.kind == Kind::list || node.kind == Kind::map) {
    reading.fault(node.at, "is " + std::string(kind_words(node)) + "; write " + (setting.type == Type::secret ? "text" : type_words(setting)) + hint(setting));
    return std::nullopt;
  }
  std::optional<Replaced> replaced = replace(node, reading);
  if (!replaced) return std::nullopt;
  Given out{std::move(replaced->text), quoted(node.text), replaced->changed || !node.quoted};
  if (setting.type == Type::secret) out.shown = "the value";
  else if (replaced->changed && !replaced->from_file) out.shown = quoted(node.text) + " (now " + quoted(out.text) + ")";
  return out;
}

std::string range_words(const Setting& setting) {
  const Describe& is = setting.is;
  if (is.least && is.most) return " from " + is.least->text + " to " + is.most->text;
  if (is.least) return ", at least " + is.least->text;
  if (is.most) return ", at most " + is.most->text;
  return "";
}

// `parse` gives the comparable number of a bound's or a value's text.
template <class Number, class Parse>
bool in_range(const Setting& setting, Number value, Parse parse) {
  if (setting.is.least && value < *parse(setting.is.least->text)) return false;
  return !(setting.is.most && value > *parse(setting.is.most->text));
}

bool out_of_range(const Setting& setting, const Node& node, const Given& got, Reading& reading) {
  reading.fault(node.at, got.shown + " is out of range; write a " + type_words(setting) + range_words(setting) +
                             (setting.is.unit.empty() ? "" : " (" + setting.is.unit + ")"));
  return false;
}

// A quoted number: the user meant the number.
std::string unquote_hint(const Node& node, bool would_fit) {
  return node.quoted && would_fit ? "; write " + node.text + " without quotes" : "";
}

template <class Number, class Parse>
bool read_number(const Setting& setting, const Node& node, Number& into, Reading& reading, Parse parse) {
  std::optional<Given> got = given(setting, node, reading);
  if (!got) return false;
  auto value = parse(got->text);
  if (!value || !got->bare) {
    std::string unquote = unquote_hint(node, value.has_value());
    reading.fault(node.at, got->shown + " is not a " + type_words(setting) +
                               (unquote.empty() ? "; write one" + range_words(setting) + hint(setting) : unquote));
    return false;
  }
  if (!in_range(setting, *value, parse)) return out_of_range(setting, node, *got, reading);
  into = *value;
  return true;
}

// What was meant by "5", "5 minutes" or "3MB": the number with one of our units; "" when that cannot be told.
template <class Parse>
std::string with_unit(const std::string& text, Parse parse, const char* usual, std::span<const std::pair<std::string_view, std::string_view>> units) {
  std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  std::string number = text.substr(0, digits), unit = lower(trim(std::string_view(text).substr(digits)));
  if (unit.empty()) return parse(number + usual) ? number + usual : "";
  for (const auto& [begins, ours] : units)
    if (unit.starts_with(begins) && parse(number + std::string(ours))) return number + std::string(ours);
  return "";
}
using UnitWord = std::pair<std::string_view, std::string_view>;
constexpr std::array duration_words{UnitWord{"ms", "ms"}, UnitWord{"mil", "ms"}, UnitWord{"s", "s"}, UnitWord{"m", "m"}, UnitWord{"h", "h"}, UnitWord{"d", "d"}};
constexpr std::array size_words{UnitWord{"b", "B"}, UnitWord{"k", "KiB"}, UnitWord{"m", "MiB"}, UnitWord{"g", "GiB"}};

// Durations and sizes: text with a unit, so quotes do not matter.
template <class Amount, class Parse>
bool read_amount(const Setting& setting, const Node& node, Amount& into, Reading& reading, Parse parse, const char* units, const char* unit,
                 std::span<const UnitWord> words) {
  std::optional<Given> got = given(setting, node, reading);
  if (!got) return false;
  std::optional<Amount> value = parse(got->text);
  if (!value) {
    std::string write = with_unit(got->text, parse, unit, words);
    if (write.empty()) write = setting.is.example.empty() ? std::string("5") + unit : setting.is.example;
    reading.fault(node.at, got->shown + " is not a " + type_words(setting) + "; write " + quoted(write) + " (units: " + units + ")");
    return false;
  }
  auto amount = [&](const std::string& text) {
    if constexpr (std::is_same_v<Amount, Size>) return std::optional<std::uint64_t>(parse(text)->bytes);
    else return parse(text);
  };
  if (!in_range(setting, *amount(got->text), amount)) return out_of_range(setting, node, *got, reading);
  into = *value;
  return true;
}

std::optional<double> finite(std::string_view text) {
  std::optional<double> value = real_of(text);
  if (value && !std::isfinite(*value)) value.reset();
  return value;
}

bool unknown_word(const Setting& setting, const Node& node, const Given& got, Reading& reading) {
  std::string near = nearest(got.text, setting.is.choices);
  reading.fault(node.at, got.shown + " is not allowed; " + (near.empty() ? "" : "did you mean " + quoted(near) + "? ") + "Allowed: " +
                             join(setting.is.choices, ", "));
  return false;
}

bool choice_allows(const Setting& setting, const std::string& text) {
  if (setting.is.choices.empty()) return true;
  return std::find(setting.is.choices.begin(), setting.is.choices.end(), text) != setting.is.choices.end();
}

}  // namespace

bool part_name(std::string_view name) {
  if (name.empty() || name[0] == '-') return false;
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  return true;
}

Position position_in(const Expression& expression, std::size_t offset) {
  if (!expression.written.source) {
    // Cut out of a longer text by its owner: counted from where it begins.
    Position out = expression.at;
    for (char c : std::string_view(expression.source).substr(0, std::min(offset, expression.source.size()))) {
      if (c == '\n') ++out.line, out.column = 1;
      else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++out.column;
    }
    return out;
  }
  return position_in(expression.written, expression.source, offset);
}

Expression expression_of(const Node& scalar) {
  Position at = scalar.written.source ? position_in(scalar.written, scalar.text, 0) : scalar.at;
  return {scalar.text, std::move(at), scalar.written};
}

namespace members {

bool read_value(const Setting& setting, const Node& node, std::string& into, Reading& reading) {
  std::optional<Given> got = given(setting, node, reading);
  if (!got) return false;
  if (!choice_allows(setting, got->text)) return unknown_word(setting, node, *got, reading);
  into = std::move(got->text);
  return true;
}

bool read_value(const Setting& setting, const Node& node, Secret& into, Reading& reading) {
  if (node.kind == Kind::null) {
    reading.fault(node.at, "has no value; write one, for example \"${env:NAME}\" or \"${file:PATH}\", or leave the option out");
    return false;
  }
  std::optional<Given> got = given(setting, node, reading);
  if (!got) return false;
  into = Secret(std::move(got->text));
  return true;
}

bool read_value(const Setting& setting, const Node& node, bool& into, Reading& reading) {
  std::optional<Given> got = given(setting, node, reading);
  if (!got) return false;
  std::string word = lower(got->text);
  bool fits = got->text == word || got->text == "True" || got->text == "TRUE" || got->text == "False" || got->text == "FALSE";
  bool is_flag = fits && (word == "true" || word == "false");
  if (!is_flag || !got->bare) {
    // YAML 1.1 had on, off, yes and no; 1.2 does not, and guessing would make two dialects of one file.
    reading.fault(node.at, got->shown + " is not true or false" + (is_flag ? unquote_hint(node, true) : "; write true or false"));
    return false;
  }
  into = word == "true";
  return true;
}

bool read_value(const Setting& setting, const Node& node, std::int64_t& into, Reading& reading) {
  return read_number(setting, node, into, reading, integer_of);
}

bool read_value(const Setting& setting, const Node& node, double& into, Reading& reading) {
  return read_number(setting, node, into, reading, finite);
}

bool read_value(const Setting& setting, const Node& node, Millis& into, Reading& reading) {
  return read_amount(setting, node, into, reading, parse_duration, "ms, s, m, h, d", "s", duration_words);
}

bool read_value(const Setting& setting, const Node& node, Size& into, Reading& reading) {
  return read_amount(setting, node, into, reading, parse_size, "B, KiB, MiB, GiB", "B", size_words);
}

bool read_value(const Setting& setting, const Node& node, Expression& into, Reading& reading) {
  bool empty = node.kind == Kind::null && node.text.empty();
  if (empty || node.kind == Kind::list || node.kind == Kind::map || trim(node.text).empty()) {
    reading.fault(node.at, std::string(node.kind == Kind::list || node.kind == Kind::map ? "is " : "has ") +
                               (node.kind == Kind::scalar ? "nothing" : kind_words(node)) + "; write an expression" + hint(setting));
    return false;
  }
  into = expression_of(node);
  return true;
}

bool read_value(const Setting&, const Node& node, Value& into, Reading&) {
  into.node = node;
  into.is_expression = node.kind == Kind::scalar && scalar_type(node) == Scalar::text;
  if (into.is_expression) into.expression = expression_of(node);
  return true;
}

bool read_value(const Setting& setting, const Node& node, Name& into, Reading& reading) {
  std::optional<Given> got = given(setting, node, reading);
  if (!got) return false;
  into = {got->text, node.at};
  if (!setting.is.refers.empty()) reading.refer(setting.is.refers, into);
  return true;
}

bool read_value(const Setting& setting, const Node& node, File& into, Reading& reading) {
  std::optional<Given> got = given(setting, node, reading);
  if (!got) return false;
  Result<void> there = reading.project().has_file(got->text);
  if (!there) {
    reading.fault(node.at, got->shown + ": " + there.error().sentence);
    return false;
  }
  into = {Project::normal_path(got->text), node.at};
  return true;
}

bool read_value(const Setting&, const Node& node, Node& into, Reading&) {
  into = node;
  return true;
}

bool read_value(const Setting& setting, const Node& node, Steps& into, Reading& reading) {
  into = {node, node.at};
  if (!expect_list(setting, node, reading)) return false;
  bool good = true;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    bool step = (item.kind == Kind::map && !item.members.empty()) || (item.kind == Kind::scalar && !item.quoted);
    if (step) continue;
    Reading::Inside inside(reading, i);
    reading.fault(item.at, "is " + std::string(item.kind == Kind::map ? "empty" : kind_words(item)) + "; a step is a verb with its options, for example `log: \"text\"`");
    good = false;
  }
  return good;
}

bool read_word(const Setting& setting, const Node& node, std::size_t& index, Reading& reading) {
  std::optional<Given> got = given(setting, node, reading);
  if (!got) return false;
  if (!choice_allows(setting, got->text)) return unknown_word(setting, node, *got, reading);
  index = static_cast<std::size_t>(std::find(setting.is.choices.begin(), setting.is.choices.end(), got->text) - setting.is.choices.begin());
  return true;
}

namespace {
bool expect(const Setting& setting, const Node& node, Kind wanted, bool empty, Reading& reading) {
  if (node.kind != Kind::null && node.kind != wanted) {
    bool show = setting.type == Type::list && node.kind == Kind::scalar && setting.element->type != Type::secret && setting.element->type != Type::section;
    std::string write = show ? "; write [" + node.text + "]" : hint(setting);
    reading.fault(node.at, "is " + std::string(kind_words(node)) + ", not a " + type_words(setting) + write);
    return false;
  }
  if (empty && setting.is.required) {
    reading.fault(node.at, "is empty; write at least one" + hint(setting));
    return false;
  }
  return true;
}
}  // namespace

bool expect_list(const Setting& setting, const Node& node, Reading& reading) {
  return expect(setting, node, Kind::list, node.items.empty(), reading);
}

bool expect_map(const Setting& setting, const Node& node, Reading& reading) {
  return expect(setting, node, Kind::map, node.members.empty(), reading);
}

bool accept_key(const Setting& setting, const Node& map, const Member& member, Reading& reading) {
  if (setting.is.defines.empty()) return true;
  if (member.added) {
    std::vector<std::string> known;
    for (const Member& other : map.members)
      if (!other.added) known.push_back(other.name);
    std::string near = nearest(member.name, known);
    reading.fault(member.at, "an environment may only change existing names, and there is no " + setting.is.defines + " named " + quoted(member.name) +
                                 (near.empty() ? "" : "; did you mean " + quoted(near) + "?") +
                                 (known.empty() ? "" : " Defined: " + join(known, ", ")));
    return false;
  }
  if (!part_name(member.name)) {
    reading.fault(member.at, quoted(member.name) + " is not a name; names are lower-case letters, digits and hyphens, and do not begin with a hyphen");
    return false;
  }
  if (member.name.starts_with("arint-")) {
    reading.fault(member.at, quoted(member.name) + ": names that begin with \"arint-\" are reserved for the product");
    return false;
  }
  reading.define(setting.is.defines, member.name, member.at);
  return true;
}

}  // namespace members
}  // namespace arint::declare
