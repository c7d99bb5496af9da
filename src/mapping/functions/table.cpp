// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/functions/table.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "document/code_points.hpp"
#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

// Immutable once made; the signatures lie in an arena of their own.
struct Table {
  Arena memory;
  std::vector<Builtin> functions;

  Table() {
    struct Subject {
      std::string_view name;
      std::span<const Builtin> functions;
      bool own = false;
    };
    for (const Subject& subject :
         {Subject{"texts", text_functions()}, Subject{"patterns", pattern_functions()}, Subject{"numbers", number_functions()},
          Subject{"aggregates", aggregate_functions()}, Subject{"arrays", array_functions()}, Subject{"objects", object_functions()},
          Subject{"functions on functions", higher_order_functions()}, Subject{"encodings", encoding_functions()}, Subject{"time", date_functions()},
          Subject{"values", general_functions()}, Subject{"hashes", hash_functions(), true}, Subject{"identities", identity_functions(), true},
          Subject{"exact decimals", decimal_functions(), true}, Subject{"dates", calendar_functions(), true}, Subject{"masks", mask_functions(), true},
          Subject{"tables", table_functions(), true}})
      for (Builtin function : subject.functions) {
        function.subject = subject.name;
        function.own = subject.own;
        functions.push_back(function);
      }
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

std::size_t character_count(std::string_view text) noexcept { return document::code_points(text); }

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
