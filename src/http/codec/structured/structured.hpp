// SPDX-License-Identifier: GPL-3.0-or-later
// Structured Field Values (RFC 9651, which includes RFC 8941): a field's value as an item, a list or a dictionary, and back.
//
// Several lines of one field are joined with ", " before they come here (RFC 9110, 5.3). Any fault refuses the whole field (RFC 9651, 2.2).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace arint::http::structured {

enum class Type : std::uint8_t { integer, decimal, string, token, bytes, boolean, date, display };

// bare-item = sf-integer / sf-decimal / sf-string / sf-token / sf-binary / sf-boolean / sf-date / sf-displaystring
struct Bare {
  Type type = Type::boolean;
  std::int64_t number = 1;  // integer; date in seconds since 1970; decimal in thousandths; boolean 0 or 1
  std::string text{};       // string, token, display (UTF-8); bytes
};
inline Bare integer(std::int64_t value) { return {Type::integer, value}; }
inline Bare string(std::string value) { return {Type::string, 0, std::move(value)}; }
inline Bare token(std::string value) { return {Type::token, 0, std::move(value)}; }
inline Bare bytes(std::string value) { return {Type::bytes, 0, std::move(value)}; }

using Parameters = std::vector<std::pair<std::string, Bare>>;  // a later one of a name has replaced the earlier one's value
const Bare* find(const Parameters& parameters, std::string_view name) noexcept;  // nullptr: not there

struct Item {
  Bare value{};
  Parameters parameters{};
};

// What stands in a list or behind a key: an item, or an inner list of items.
struct Member {
  bool inner = false;
  Bare value{};                // when it is no inner list
  std::vector<Item> items{};   // when it is one
  Parameters parameters{};
};
using List = std::vector<Member>;
using Dictionary = std::vector<std::pair<std::string, Member>>;
const Member* find(const Dictionary& dictionary, std::string_view name) noexcept;

// What the RFC asks parsers to take at least (section 3), and what is the most here.
inline constexpr std::size_t most_members = 1024, most_inner = 256, most_parameters = 256, most_key = 64;
inline constexpr std::size_t most_bytes = 2u << 20;

// Faults: malformed, with the byte where it went wrong.
Result<Item> parse_item(std::string_view text);
Result<List> parse_list(std::string_view text);              // empty text: an empty list
Result<Dictionary> parse_dictionary(std::string_view text);

// Faults: malformed: a value that the syntax cannot hold (RFC 9651, 4.1). An empty list or dictionary gives empty text: no field is sent.
Result<std::string> serialize(const Item& item);
Result<std::string> serialize(const List& list);
Result<std::string> serialize(const Dictionary& dictionary);
// A member as it stands behind its key: ("a" "b");created=1
Result<std::string> serialize(const Member& member);

}  // namespace arint::http::structured
