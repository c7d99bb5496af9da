// SPDX-License-Identifier: GPL-3.0-or-later
// Which paths of an expression are its value, or a field of it: what JSONata makes one item of when there is one, for `check`.
#include "mapping/compile/compiler.hpp"

namespace arint::mapping {
namespace {

// A filter that can leave several, or only one, of its items; [0] and the like always leave one.
bool picks_one(const Syntax* step) {
  if (!step->decoration) return false;
  for (const Stage& stage : step->decoration->stages)
    if (stage.filter && stage.filter->form == Form::number) return true;
  return false;
}

bool kept_as_list(const Syntax* path) {
  if (path->keep_array || path->keep_singleton) return true;
  for (const Syntax* step : path->parts)
    if (step->keep_array) return true;
  return false;
}

void note_path(const Syntax* path, std::vector<ValuePath>& out) {
  if (kept_as_list(path) || path->is_grouped()) return;
  ValuePath noted;
  noted.offset = path->parts[0]->offset;
  std::size_t first = 0;
  if (path->parts[0]->form == Form::variable) {
    noted.variable = path->parts[0]->text == "$" ? "" : path->parts[0]->text;
    first = 1;
  }
  for (std::size_t i = first; i < path->parts.size(); ++i) {
    const Syntax* step = path->parts[i];
    if (step->form != Form::name) break;
    const bool last = i + 1 == path->parts.size();
    noted.steps.push_back({std::string(step->text), !picks_one(step) && (!last || step->has_stages())});
  }
  const bool variable_goes_on = first == 1 && path->parts.size() > 1;
  if (!noted.steps.empty() || variable_goes_on) out.push_back(std::move(noted));
}

}  // namespace

// Values that stand behind an operator or in a call, and items of array constructors, are not looked at: there one item is as good
// as a list of one.
void note_value_paths(const Syntax* syntax, std::vector<ValuePath>& out) {
  if (syntax->form == Form::path) return note_path(syntax, out);
  if (syntax->is_grouped() || syntax->has_stages() || syntax->keep_array) return;
  switch (syntax->form) {
    case Form::block:
      if (!syntax->parts.empty()) note_value_paths(syntax->parts.back(), out);
      return;
    case Form::condition:
      for (std::size_t i = 1; i < syntax->parts.size(); ++i) note_value_paths(syntax->parts[i], out);
      return;
    case Form::fallback:
    case Form::otherwise:
      for (const Syntax* part : syntax->parts) note_value_paths(part, out);
      return;
    case Form::object:
      for (std::size_t i = 1; i < syntax->parts.size(); i += 2) note_value_paths(syntax->parts[i], out);
      return;
    default: return;
  }
}

}  // namespace arint::mapping
