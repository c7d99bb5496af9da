// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/functions/table.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

// Immutable once made; the signatures lie in an arena of their own.
struct Table {
  Arena memory;
  std::vector<Builtin> functions;

  Table() {
    for (std::span<const Builtin> subject :
         {text_functions(), pattern_functions(), number_functions(), aggregate_functions(), array_functions(), object_functions(),
          higher_order_functions(), encoding_functions(), date_functions(), general_functions()})
      functions.insert(functions.end(), subject.begin(), subject.end());
    std::sort(functions.begin(), functions.end(), [](const Builtin& a, const Builtin& b) { return a.name < b.name; });
    for (Builtin& function : functions) function.signature = parse_signature(function.signature_text, memory);
  }
};

const Table& table() {
  static const Table made;
  return made;
}

}  // namespace

std::span<const Builtin> builtins() { return table().functions; }

const Builtin* find_builtin(std::string_view name) noexcept {
  const std::vector<Builtin>& functions = table().functions;
  auto found = std::lower_bound(functions.begin(), functions.end(), name, [](const Builtin& f, std::string_view n) { return f.name < n; });
  return found != functions.end() && found->name == name ? &*found : nullptr;
}

std::size_t character_count(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::size_t skip_characters(std::string_view text, std::size_t at, std::size_t count) noexcept {
  while (count > 0 && at < text.size()) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    --count;
  }
  return at;
}

Value call_with(Call& call, const Function& function, const Value& item, const Value& key, const Value& whole) {
  Value arguments[3] = {item, key, whole};
  int takes = arity(function);
  std::size_t given = takes >= 3 ? 3 : takes == 2 ? 2 : 1;
  return call.run.call(function, {arguments, given}, {}, call.offset);
}

}  // namespace arint::mapping
