// SPDX-License-Identifier: GPL-3.0-or-later
// From a member's C++ type to its description and its reading. Templates only unwrap containers here; what a scalar means
// is in values.cpp, compiled once.
#pragma once
#include <optional>
#include <type_traits>

#include "declare/reading.hpp"

namespace arint::declare::members {

template <class T> struct Unwrap { using type = T; static constexpr int container = 0; };
template <class T> struct Unwrap<std::optional<T>> { using type = T; static constexpr int container = 1; };
template <class T> struct Unwrap<std::vector<T>> { using type = T; static constexpr int container = 2; };
template <class T> struct Unwrap<std::map<std::string, T>> { using type = T; static constexpr int container = 3; };
template <class T> struct Unwrap<std::vector<std::pair<std::string, T>>> { using type = T; static constexpr int container = 4; };

template <class T> struct Leaf { using type = T; };
template <class T> requires(Unwrap<T>::container != 0)
struct Leaf<T> { using type = typename Leaf<typename Unwrap<T>::type>::type; };
template <class T> using leaf_t = typename Leaf<T>::type;

// Scalars and the like; false when a problem was reported.
bool read_value(const Setting&, const Node&, std::string&, Reading&);
bool read_value(const Setting&, const Node&, Secret&, Reading&);
bool read_value(const Setting&, const Node&, bool&, Reading&);
bool read_value(const Setting&, const Node&, std::int64_t&, Reading&);
bool read_value(const Setting&, const Node&, double&, Reading&);
bool read_value(const Setting&, const Node&, Millis&, Reading&);
bool read_value(const Setting&, const Node&, Size&, Reading&);
bool read_value(const Setting&, const Node&, Expression&, Reading&);
bool read_value(const Setting&, const Node&, Value&, Reading&);
bool read_value(const Setting&, const Node&, Name&, Reading&);
bool read_value(const Setting&, const Node&, File&, Reading&);
bool read_value(const Setting&, const Node&, Node&, Reading&);
bool read_value(const Setting&, const Node&, Steps&, Reading&);
bool read_value(const Setting&, const Node&, Choice&, Reading&);
// A word of `setting.is.choices`; gives its index.
bool read_word(const Setting&, const Node&, std::size_t& index, Reading&);

// A list's or map's own form; null is empty. False (and reported) when it is something else, or empty and required.
bool expect_list(const Setting&, const Node&, Reading&);
bool expect_map(const Setting&, const Node&, Reading&);
// A key of a map: checked and noted when the map defines names; one that env/NAME.yaml added is refused there.
bool accept_key(const Setting&, const Node& map, const Member&, Reading&);

// What a leaf needs beyond its C++ type.
struct Inner {
  std::shared_ptr<const Shape> section{};
  std::shared_ptr<const std::vector<Shape>> kinds{};
};

template <class T> constexpr Type scalar_kind() {
  if constexpr (std::is_same_v<T, std::string>) return Type::text;
  else if constexpr (std::is_same_v<T, Secret>) return Type::secret;
  else if constexpr (std::is_same_v<T, bool>) return Type::flag;
  else if constexpr (std::is_same_v<T, std::int64_t>) return Type::integer;
  else if constexpr (std::is_same_v<T, double>) return Type::number;
  else if constexpr (std::is_same_v<T, Millis>) return Type::duration;
  else if constexpr (std::is_same_v<T, Size>) return Type::size;
  else if constexpr (std::is_enum_v<T>) return Type::word;
  else if constexpr (std::is_same_v<T, Expression>) return Type::expression;
  else if constexpr (std::is_same_v<T, Value>) return Type::value;
  else if constexpr (std::is_same_v<T, Name>) return Type::name;
  else if constexpr (std::is_same_v<T, File>) return Type::file;
  else if constexpr (std::is_same_v<T, Node>) return Type::yaml;
  else if constexpr (std::is_same_v<T, Steps>) return Type::steps;
  else if constexpr (std::is_same_v<T, Choice>) return Type::choice;
  else return Type::section;
}

// Makes the fallback a node; a fallback that is not what its type wants is our bug.
void complete(Setting& setting);

template <class T>
Setting describe_bare(Describe is, const Inner& inner) {
  Setting out;
  constexpr int container = Unwrap<T>::container;
  if constexpr (container == 1) {
    out = describe_bare<typename Unwrap<T>::type>(std::move(is), inner);
    out.optional_member = true;
    return out;
  } else if constexpr (container >= 2) {
    out.type = container == 2 ? Type::list : Type::map;
    Describe element = is;  // bounds, choices and references are those of each element
    element.fallback.reset();
    element.required = false;
    element.defines.clear();
    out.element = std::make_shared<const Setting>(describe_bare<typename Unwrap<T>::type>(std::move(element), inner));
    is.choices = out.element->is.choices;
  } else {
    out.type = scalar_kind<T>();
    out.section = inner.section;
    out.kinds = inner.kinds;
    if constexpr (std::is_enum_v<T>)
      for (const Word<T>& word : words_of(T{})) is.choices.push_back(word.text);
    if constexpr (scalar_kind<T>() == Type::section)
      invariant(inner.section != nullptr, "a nested struct is declared with section(), and has Settings");
  }
  out.is = std::move(is);
  return out;
}

template <class T>
Setting describe(Describe is, const Inner& inner) {
  Setting out = describe_bare<T>(std::move(is), inner);
  complete(out);
  return out;
}

template <class T>
bool read_member(const Setting& setting, const Node& node, T& into, Reading& reading) {
  constexpr int container = Unwrap<T>::container;
  if constexpr (container == 1) {
    typename Unwrap<T>::type value{};
    if (!read_member(setting, node, value, reading)) return false;
    into = std::move(value);
    return true;
  } else if constexpr (container == 2) {
    into.clear();
    if (setting.is.one_alone && node.kind == Kind::scalar) {
      typename Unwrap<T>::type value{};
      const bool good = read_member(*setting.element, node, value, reading);
      into.push_back(std::move(value));
      return good;
    }
    if (!expect_list(setting, node, reading)) return false;
    bool good = true;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      Reading::Inside inside(reading, i);
      typename Unwrap<T>::type value{};
      good &= read_member(*setting.element, node.items[i], value, reading);
      into.push_back(std::move(value));
    }
    return good;
  } else if constexpr (container >= 3) {
    into.clear();
    if (!expect_map(setting, node, reading)) return false;
    bool good = true;
    for (const Member& member : node.members) {
      Reading::Inside inside(reading, member.name);
      good &= accept_key(setting, node, member, reading);
      typename Unwrap<T>::type value{};
      good &= read_member(*setting.element, member.value, value, reading);
      if constexpr (container == 3) into.insert_or_assign(member.name, std::move(value));
      else into.emplace_back(member.name, std::move(value));
    }
    return good;
  } else if constexpr (std::is_enum_v<T>) {
    std::size_t index = 0;
    if (!read_word(setting, node, index, reading)) return false;
    into = words_of(T{})[index].value;
    return true;
  } else if constexpr (scalar_kind<T>() == Type::section) {
    return read_shape(*setting.section, node, &into, typeid(T), reading);
  } else {
    return read_value(setting, node, into, reading);
  }
}

}  // namespace arint::declare::members
