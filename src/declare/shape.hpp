// SPDX-License-Identifier: GPL-3.0-or-later
// Shape: what a part's declaration says, without the C++ struct it fills. Every reader (check, schema, docs, config show,
// console form) works on this alone.
#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <typeindex>
#include <vector>

#include "declare/types.hpp"

namespace arint::declare {

class Reading;
struct Shape;

enum class Type : std::uint8_t {
  text, secret, flag, integer, number, duration, size, word,  // scalars; `${...}` is replaced in them (and in names and files)
  expression, name, file,
  yaml, value, steps,  // from here on: more than one scalar
  list, map,   // of `element`
  section,     // nested settings
  choice,      // one key names its kind
};

// A bound of a setting in the unit of its type: 1, 0.5, "1ms", "16KiB".
struct Bound {
  Bound(int value) : text(std::to_string(value)) {}
  Bound(std::int64_t value) : text(std::to_string(value)) {}
  Bound(double value);  // the shortest form
  Bound(const char* value) : text(value) {}
  std::string text;
};

// What an author says about one setting; name the fields in this order. Not required and no fallback: optional.
struct Describe {
  std::string name{};
  std::string help{};
  std::string unit{};                     // what a number counts: "messages"
  std::optional<std::string> fallback{};  // the default, as a user would write it
  bool required = false;                  // a required list or map must not be empty either
  std::string example{};
  std::optional<Bound> least{}, most{};   // of the value; of each element in a list or map
  std::vector<std::string> choices{};     // the texts allowed; enums bring their own
  std::string refers{};                   // for Name: the kind of part it names, "outgoing"
  std::string defines{};                  // for a map: its keys are the names of this kind of part
  std::string since{};
  bool one_alone = false;                 // a list of scalars: a single one may stand without brackets
  bool in_text = false;                   // of an Expression: text with {expressions} in it, not an expression itself
};

struct Setting {
  Describe is{};  // choices are filled for enums
  Type type = Type::text;
  bool optional_member = false;                               // std::optional: absent and null stay empty
  std::shared_ptr<const Setting> element{};                   // list, map
  std::shared_ptr<const Shape> section{};                     // section
  std::shared_ptr<const std::vector<Shape>> kinds{};          // choice
  bool spread = false;  // choice: the key stands among the settings of the part itself
  std::optional<Node> fallback{};
  // Reads `node` into the member of `owner` (a struct of the shape's type). False when a problem was reported.
  std::function<bool(const Setting&, const Node&, void* owner, Reading&)> read{};
};

struct Shape {
  std::string name{};  // the word that names the part in the file: "http", "send"
  std::string help{};
  std::vector<Setting> settings{};
  std::optional<Setting> rest{};   // keys that are not settings are the user's own names
  std::string shorthand{};         // a bare scalar or list stands for this setting: `forward: erp`
  bool beside = false;             // a step whose options stand beside its verb: `- try: [...]` with `catch:` next to it
  std::vector<std::vector<std::string>> exactly_one{};  // of each group one setting must be there
  std::type_index type = typeid(void);
  std::function<std::shared_ptr<void>()> make{};        // a default-constructed struct
  std::function<void(void* owner, const Position&)> place{};
  std::vector<std::function<void(void* owner, const Node&, Reading&)>> checks{};

  const Setting* find(const std::string& setting) const;
};

// The type in words, for sentences and docs: "whole number", "name of an outgoing", "list of text".
std::string type_words(const Setting& setting);

}  // namespace arint::declare
