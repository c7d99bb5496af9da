// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/shape.hpp"

#include <charconv>

#include "base/text.hpp"

namespace arint::declare {
namespace {

std::string with_article(const std::string& noun) {
  bool vowel = !noun.empty() && std::string_view("aeiou").find(noun[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + noun;
}

std::string plural(const Setting& setting) {
  switch (setting.type) {
    case Type::secret:
    case Type::integer:
    case Type::number:
    case Type::duration:
    case Type::size:
    case Type::file: return type_words(setting) + "s";
    case Type::expression: return setting.is.in_text ? "texts with {expressions}" : "expressions";
    case Type::name: return setting.is.refers.empty() ? "names" : "names of " + setting.is.refers + " parts";
    default: break;
  }
  return setting.is.choices.empty() ? type_words(setting) : "any of " + join(setting.is.choices, ", ");
}

}  // namespace

Bound::Bound(double value) {
  char digits[32];
  text.assign(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

const Setting* Shape::find(const std::string& setting) const {
  for (const Setting& one : settings)
    if (!one.spread && one.is.name == setting) return &one;
  return nullptr;
}

std::string type_words(const Setting& setting) {
  switch (setting.type) {
    case Type::text: return setting.is.choices.empty() ? "text" : "one of " + join(setting.is.choices, ", ");
    case Type::secret: return "secret";
    case Type::flag: return "true or false";
    case Type::integer: return "whole number";
    case Type::number: return "number";
    case Type::duration: return "duration";
    case Type::size: return "size";
    case Type::word: return "one of " + join(setting.is.choices, ", ");
    case Type::expression: return setting.is.in_text ? "text with {expressions}" : "expression";
    case Type::value: return "expression or literal";
    case Type::name: return setting.is.refers.empty() ? "name" : "name of " + with_article(setting.is.refers);
    case Type::file: return "file";
    case Type::yaml: return "YAML";
    case Type::steps: return "list of steps";
    case Type::list: return "list of " + plural(*setting.element);
    case Type::map: return "map of names to " + type_words(*setting.element);
    case Type::section: return setting.section->name.empty() ? "settings" : setting.section->name;
    case Type::choice: {
      std::vector<std::string> names;
      for (const Shape& kind : *setting.kinds) names.push_back(kind.name);
      return "one of " + join(names, ", ");
    }
  }
  return "";
}

}  // namespace arint::declare
