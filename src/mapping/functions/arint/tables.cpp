// SPDX-License-Identifier: GPL-3.0-or-later
// Look-ups in the tables of the configuration. $lookup is JSONata's, on objects.
#include "mapping/tables.hpp"

#include "base/text.hpp"
#include "mapping/functions/arint/arguments.hpp"

namespace arint::mapping {
namespace {

const Table& named(Call& call, std::string_view function) {
  const Tables* tables = call.run.environment().tables;
  if (tables)
    if (auto found = tables->find(call.argument(0).as_text()); found != tables->end()) return found->second;
  unusable(call, 0, function, "the name of a table of the project (section `tables`)");
}

Value entry(Call& call) {
  const Value name = call.argument(0), key = call.argument(1);
  if (name.is_absent()) return {};
  const Table& table = named(call, "table");
  if (key.is_absent()) return {};
  std::string text;
  if (key.is_number()) key.append_number(text);
  else text = key.as_text();
  return table.find(text);
}

Value rows(Call& call) { return call.argument(0).is_absent() ? Value() : named(call, "tableRows").all(); }

const Builtin table[] = {
    builtin({"table", "<s(sn):x>", 2, entry, "What a table of the project (`tables: { vat: { values: { DE: 19 } } }`) has for a key: the row, or the value; nothing when there is none.", "$table('vat', 'DE')", "19", true}),
    builtin({"tableRows", "<s:x>", 1, rows, "All of a table: the list of its rows, or the object of its values.", "$tableRows('vat')", R"({"DE":19,"FR":20})", true}),
};

}  // namespace

std::span<const Builtin> table_functions() { return table; }

}  // namespace arint::mapping
