// SPDX-License-Identifier: GPL-3.0-or-later
// The compiled form of a schema: a graph of nodes, one per subschema that can be reached, each with only the rules it has.
//
// A node first says which kinds of values it takes (one bit mask), then points to the rules for the kind at hand. Nodes with no more
// than a mask are trivial; references are pointers. Immutable after compiling. Internal to schema/.
#pragma once
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/arena.hpp"
#include "document/value.hpp"
#include "regex/regex.hpp"
#include "schema/formats/formats.hpp"
#include "schema/values/names.hpp"
#include "schema/values/numbers.hpp"

namespace arint::schema {

// Kinds of values. A number is `whole` or `fraction`; what JSON does not have (bytes, absent) is `other`.
enum Type : std::uint8_t {
  type_null = 1,
  type_boolean = 2,
  type_whole = 4,
  type_fraction = 8,
  type_number = type_whole | type_fraction,
  type_text = 16,
  type_array = 32,
  type_object = 64,
  type_other = 128,
  type_any = 255,
};

struct Node;
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

struct NumberRules {
  // Bounds are numbers; absent when not given.
  document::Value minimum{}, exclusive_minimum{}, maximum{}, exclusive_maximum{}, multiple_of{};
  Divisor divisor{};  // of multiple_of
};

struct TextRules {
  std::size_t shortest = 0;
  std::size_t longest = no_limit;
  std::shared_ptr<const regex::Regex> pattern{};
  FormatCheck format = nullptr;
  std::string format_name{};
};

struct ArrayRules {
  std::size_t fewest = 0;
  std::size_t most = no_limit;
  bool unique = false;
  std::vector<const Node*> first{};        // prefixItems; draft 7: items as a list
  const char* first_keyword = "prefixItems";
  const Node* rest = nullptr;              // items; draft 7: additionalItems
  const char* rest_keyword = "items";
  const Node* contains = nullptr;
  std::size_t contains_least = 1;
  std::size_t contains_most = no_limit;
  bool contains_marks = true;              // since 2020-12 an item that `contains` took is not unevaluated
  const Node* unevaluated = nullptr;
};

struct Property {
  std::string_view name{};       // in ObjectRules::names
  const Node* node = nullptr;    // nullptr: only required
  std::uint64_t required = 0;    // its bit among the first 64 required names
};

struct PatternProperty {
  std::shared_ptr<const regex::Regex> pattern{};
  const Node* node = nullptr;
};

// dependentRequired, dependentSchemas, and draft 7's dependencies, which are one or the other.
struct Dependency {
  std::string name{};
  std::vector<std::string> required{};
  const Node* node = nullptr;
  const char* keyword = "";
};

struct ObjectRules {
  std::size_t fewest = 0;
  std::size_t most = no_limit;
  NameTable names{};                         // of properties and required
  std::vector<Property> properties{};        // by number in `names`
  std::uint64_t required_bits = 0;
  std::vector<std::string> required{};       // all of them, for sentences
  std::vector<std::string> required_more{};  // beyond the first 64
  std::vector<PatternProperty> patterns{};
  const Node* additional = nullptr;
  const Node* property_names = nullptr;
  std::vector<Dependency> dependencies{};
  const Node* unevaluated = nullptr;
  bool looks_at_members = false;             // any rule that needs them one by one
};

// $dynamicRef that is dynamic: which node of which resource it means, when that resource is in scope.
struct DynamicReference {
  const Node* otherwise = nullptr;
  std::vector<std::pair<std::uint32_t, const Node*>> by_resource{};
};

struct LogicRules {
  const Node* reference = nullptr;
  std::optional<DynamicReference> dynamic{};
  std::vector<const Node*> all_of{}, any_of{}, one_of{};
  const Node* negated = nullptr;
  const Node* condition = nullptr;
  const Node* then = nullptr;
  const Node* otherwise = nullptr;
};

struct ValueRules {
  bool has_constant = false;
  document::Value constant{};
  std::optional<document::Value> allowed{};  // enum, as written: an array
  NameTable texts{};                         // the texts of enum
  std::vector<std::int64_t> whole{};         // its small whole numbers, sorted
  std::vector<document::Value> others{};     // the rest
};

struct Node {
  std::uint8_t types = type_any;
  bool trivial = true;   // nothing but the mask
  bool never = false;    // the schema `false`
  std::uint32_t resource = 0;
  const NumberRules* number = nullptr;
  const TextRules* text = nullptr;
  const ArrayRules* array = nullptr;
  const ObjectRules* object = nullptr;
  const ValueRules* values = nullptr;
  const LogicRules* logic = nullptr;
  std::string location{};  // "order.json#/properties/id"
};

struct Program {
  document::Arena arena{};  // constants and bounds
  std::deque<Node> nodes{};
  std::deque<NumberRules> numbers{};
  std::deque<TextRules> texts{};
  std::deque<ArrayRules> arrays{};
  std::deque<ObjectRules> objects{};
  std::deque<ValueRules> values{};
  std::deque<LogicRules> logic{};
  const Node* root = nullptr;
  bool dynamic = false;  // some $dynamicRef needs to know the way that led to it
  std::size_t most_depth = 0;
  std::vector<std::string> loaded{};
};

}  // namespace arint::schema
