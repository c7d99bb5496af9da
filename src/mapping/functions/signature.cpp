// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/functions/signature.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "mapping/parse/fault.hpp"

namespace arint::mapping {
namespace {

using document::Kind;
using document::Value;

std::uint16_t bit_of_letter(char letter) noexcept {
  using namespace type_bit;
  switch (letter) {
    case 's': return text;
    case 'n': return number;
    case 'b': return boolean;
    case 'l': return null;
    case 'o': return object;
    case 'a': return array;
    case 'f': return function;
    default: return 0;
  }
}

constexpr std::uint16_t any_data = type_bit::text | type_bit::number | type_bit::boolean | type_bit::null | type_bit::object |
                                   type_bit::array | type_bit::missing | type_bit::bytes;

std::size_t closing(std::string_view text, std::size_t open, char opener, char closer) noexcept {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == opener) ++depth;
    if (text[i] == closer && --depth == 0) return i;
  }
  return text.size();
}

std::string_view plural(char letter) noexcept {
  switch (letter) {
    case 's': return "texts";
    case 'n': return "numbers";
    case 'b': return "booleans";
    case 'l': return "nulls";
    case 'o': return "objects";
    case 'a': return "arrays";
    case 'f': return "functions";
    default: return "other things";
  }
}

bool takes(const Parameter& parameter, std::uint16_t type) noexcept { return (parameter.types & type) != 0; }

// How many arguments each parameter takes: as the regular expression that a signature stands for would, each as much as it can
// while the rest still fits. `can[p]` has bit a set when parameters p.. fit arguments a..
bool distribute(std::span<const Parameter> parameters, std::span<const std::uint16_t> types, std::uint8_t* taken) {
  std::size_t at = 0;
  bool direct = true;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    std::size_t n = 0;
    while (at + n < types.size() && takes(parameters[p], types[at + n]) && (n == 0 || parameters[p].repeated)) ++n;
    if (n == 0 && !parameters[p].optional) direct = false;
    taken[p] = static_cast<std::uint8_t>(n);
    at += n;
  }
  if (direct && at == types.size()) return true;
  std::uint64_t can[most_arguments + 1] = {};
  can[parameters.size()] = types.size() < 64 ? 1ull << types.size() : 0;
  for (std::size_t p = parameters.size(); p-- > 0;)
    for (std::size_t a = 0; a <= types.size(); ++a) {
      bool fits = parameters[p].optional && (can[p + 1] >> a & 1);
      for (std::size_t n = 1; !fits && a + n <= types.size() && takes(parameters[p], types[a + n - 1]); ++n) {
        fits = can[p + 1] >> (a + n) & 1;
        if (!parameters[p].repeated) break;
      }
      if (fits) can[p] |= 1ull << a;
    }
  if (!(can[0] & 1)) return false;
  at = 0;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    std::size_t best = 0, n = 0;
    while (at + n < types.size() && takes(parameters[p], types[at + n]) && (n == 0 || parameters[p].repeated)) {
      ++n;
      if (can[p + 1] >> (at + n) & 1) best = n;
    }
    taken[p] = static_cast<std::uint8_t>(best);
    at += best;
  }
  return true;
}

// Which argument is to blame: the one up to which the longest run of parameters still fits.
std::size_t blamed(std::span<const Parameter> parameters, std::span<const std::uint16_t> types) {
  std::size_t good = 0;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    std::size_t n = 0;
    while (good + n < types.size() && takes(parameters[p], types[good + n]) && (n == 0 || parameters[p].repeated)) ++n;
    if (n == 0 && !parameters[p].optional) return good;
    good += n;
  }
  return good;
}

// An array whose items are to be of one kind: only the first letter is looked at, as the reference does.
bool items_fit(const Value& array, std::string_view of) noexcept {
  std::uint16_t wanted = bit_of_letter(of[0]);
  return std::all_of(array.items().begin(), array.items().end(),
                     [&](const Value& item) { return (type_bit_of(item) & wanted) != 0; });
}

}  // namespace

std::uint16_t type_bit_of(const Value& value) noexcept {
  static constexpr std::uint16_t bits[] = {type_bit::missing, type_bit::null,  type_bit::boolean, type_bit::number, type_bit::text,
                                           type_bit::bytes,   type_bit::array, type_bit::object,  type_bit::function};
  return bits[static_cast<std::size_t>(value.kind())];
}

const Signature* parse_signature(std::string_view text, document::Arena& arena) {
  std::vector<Parameter> parameters;
  for (std::size_t at = 1; at < text.size(); ++at) {
    char c = text[at];
    if (c == ':' || c == '>') break;
    Parameter next;
    if (std::uint16_t bit = bit_of_letter(c); bit && c != 'a' && c != 'f') {
      next.types = bit | type_bit::missing;
      parameters.push_back(next);
    } else if (c == 'a') {
      next.types = any_data | type_bit::function;
      next.array = true;
      parameters.push_back(next);
    } else if (c == 'f') {
      next.types = type_bit::function;
      parameters.push_back(next);
    } else if (c == 'j') {
      next.types = any_data;
      parameters.push_back(next);
    } else if (c == 'x') {
      next.types = any_data | type_bit::function;
      parameters.push_back(next);
    } else if (c == '(') {
      std::size_t close = closing(text, at, '(', ')');
      std::string_view choice = text.substr(at + 1, close - at - 1);
      if (choice.find('<') != std::string_view::npos)
        refuse("S0402", at, "a choice of types cannot hold a type with parameters: " + quoted(choice));
      next.types = type_bit::missing;
      for (char letter : choice) next.types |= bit_of_letter(letter);
      parameters.push_back(next);
      at = close;
    } else if (c == '<') {
      char owner = at > 0 ? text[at - 1] : ' ';
      if (parameters.empty() || (owner != 'a' && owner != 'f'))
        refuse("S0401", at, "only arrays and functions take a type in < >; here it follows " + quoted(std::string_view(&owner, 1)));
      std::size_t close = closing(text, at, '<', '>');
      if (owner == 'a') parameters.back().of = text.substr(at + 1, close - at - 1);
      at = close;
    } else if (!parameters.empty()) {
      if (c == '?') parameters.back().optional = true;
      if (c == '+') parameters.back().repeated = true;
      if (c == '-') parameters.back().context = parameters.back().optional = true;
    }
  }
  if (parameters.size() >= most_arguments) refuse("S0402", 0, "a signature has at most 63 parameters");
  Parameter* kept = arena.allocate_array<Parameter>(parameters.size());
  std::uninitialized_copy(parameters.begin(), parameters.end(), kept);
  return arena.make<Signature>(Signature{{kept, parameters.size()}, text});
}

Mismatch fit(const Signature& signature, std::span<const Value> given, const Value& context, document::Arena& arena, Value* out,
             std::size_t& count) {
  std::uint16_t types[most_arguments];
  std::uint8_t taken[most_arguments];
  count = 0;
  if (given.size() >= most_arguments) return {"T0410", most_arguments - 1};
  for (std::size_t i = 0; i < given.size(); ++i) types[i] = type_bit_of(given[i]);
  std::span<const std::uint16_t> seen(types, given.size());
  if (!distribute(signature.parameters, seen, taken)) return {"T0410", blamed(signature.parameters, seen)};
  std::size_t at = 0;
  auto argument = [&](std::size_t i) { return i < given.size() ? given[i] : Value(); };
  for (std::size_t p = 0; p < signature.parameters.size() && count < most_arguments - 1; ++p) {
    const Parameter& parameter = signature.parameters[p];
    if (taken[p] == 0) {
      if (parameter.context) {
        if (!takes(parameter, type_bit_of(context))) return {"T0411", at};
        out[count++] = context;
      } else {
        out[count++] = argument(at++);
      }
      continue;
    }
    for (std::size_t n = 0; n < taken[p] && count < most_arguments; ++n) {
      Value value = argument(at);
      if (parameter.array && !value.is_absent()) {
        bool fine = true;
        if (!parameter.of.empty()) {
          if (value.is_array())
            fine = items_fit(value, parameter.of);
          else
            fine = taken[p] == 1 && parameter.of.size() == 1 && (type_bit_of(value) & bit_of_letter(parameter.of[0]));
        }
        if (!fine) return {"T0412", at, plural(parameter.of[0])};
        if (!value.is_array()) value = document::array_of(arena, {&value, 1});
      }
      out[count++] = value;
      ++at;
    }
  }
  return {};
}

}  // namespace arint::mapping
