// SPDX-License-Identifier: GPL-3.0-or-later
// Node: what a YAML file says, with the place of every value and key. Aliases are already expanded, keys are unique.
//
// A Node owns what is below it and can be copied; copies share only the text of the file.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "declare/yaml/written.hpp"

namespace arint::declare {

enum class Kind : std::uint8_t { null, scalar, list, map };

struct Member;

struct Node {
  Kind kind = Kind::null;
  Position at{};                    // first character of the value (an opening quote counts, the `|` of a block does not)
  std::string text{};               // scalar: its text; null: how it was written ("", "~", "null")
  bool quoted = false;              // quoted and block scalars are always text
  std::vector<Node> items;          // list; no {} here: clang would need Member whole
  std::vector<Member> members;      // map, in the order of the file
  Written written{};

  const Node* find(std::string_view name) const;      // the value of a map's key, nullptr when it has none
  const Member* member(std::string_view name) const;  // the same with the key's place
};

struct Member {
  std::string name{};
  Position at{};            // of the key
  Node value{};
  bool added = false;       // came from env/NAME.yaml and was not there before
};

// What a plain scalar means. Source: YAML 1.2.2, section 10.3.2 (core schema): `on`, `no` and `1_000` are text.
enum class Scalar : std::uint8_t { text, boolean, integer, real };
Scalar scalar_type(const Node& node);

// Decimal, 0o17 and 0xff, as the core schema has it; nullopt when it is none or does not fit in 64 bits.
std::optional<std::int64_t> integer_of(std::string_view text);
// Integers, decimals, exponents, `.inf` and `.nan`.
std::optional<double> real_of(std::string_view text);

// Nodes that do not come from a file: defaults and tests.
Node text_node(std::string text, Position at = {});
Node map_node(Position at = {});

}  // namespace arint::declare
