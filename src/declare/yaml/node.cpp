// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/yaml/node.hpp"

#include <charconv>
#include <limits>

namespace arint::declare {
namespace {

bool digits_only(std::string_view text, std::string_view digits) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    std::string_view power = text.substr(exponent + 1);
    if (!power.empty() && (power[0] == '-' || power[0] == '+')) power.remove_prefix(1);
    if (!digits_only(power, digits)) return false;
    text = text.substr(0, exponent);
  }
  std::size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  if (point == std::string_view::npos) return digits_only(whole, digits);
  std::string_view part = text.substr(point + 1);
  if (whole.empty()) return digits_only(part, digits);
  return digits_only(whole, digits) && (part.empty() || digits_only(part, digits));
}

}  // namespace

const Member* Node::member(std::string_view name) const {
  for (const Member& member : members)
    if (member.name == name) return &member;
  return nullptr;
}

const Node* Node::find(std::string_view name) const {
  const Member* found = member(name);
  return found ? &found->value : nullptr;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  int base = 10;
  std::string_view digits = text;
  if (text.starts_with("0x") || text.starts_with("0o")) {
    base = text[1] == 'x' ? 16 : 8;
    digits.remove_prefix(2);
    if (digits.starts_with('-')) return std::nullopt;
  } else if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    if (digits.starts_with('-')) return std::nullopt;
  }
  std::int64_t out = 0;
  auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), out, base);
  if (problem != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

std::optional<double> real_of(std::string_view text) {
  std::string_view bare = text;
  if (!bare.empty() && (bare[0] == '-' || bare[0] == '+')) bare.remove_prefix(1);
  if (bare == ".inf" || bare == ".Inf" || bare == ".INF")
    return text[0] == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return std::numeric_limits<double>::quiet_NaN();
  if (!is_decimal(text)) {
    if (std::optional<std::int64_t> whole = integer_of(text)) return static_cast<double>(*whole);
    return std::nullopt;
  }
  if (text[0] == '+') text.remove_prefix(1);
  double out = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (problem == std::errc::result_out_of_range) return std::nullopt;
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

Scalar scalar_type(const Node& node) {
  if (node.quoted) return Scalar::text;
  const std::string& text = node.text;
  if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" || text == "FALSE") return Scalar::boolean;
  bool radix = text.starts_with("0x") || text.starts_with("0o");
  if (radix || text.find_first_not_of("+-0123456789") == std::string::npos) {
    // More than 64 bits is still a number in the core schema; its digits are kept in the text.
    if (integer_of(text)) return Scalar::integer;
    return !radix && is_decimal(text) ? Scalar::integer : Scalar::text;
  }
  return is_decimal(text) || real_of(text) ? Scalar::real : Scalar::text;
}

Node text_node(std::string text, Position at) {
  Node out;
  out.kind = Kind::scalar;
  out.text = std::move(text);
  out.at = std::move(at);
  return out;
}

Node map_node(Position at) {
  Node out;
  out.kind = Kind::map;
  out.at = std::move(at);
  return out;
}

}  // namespace arint::declare
