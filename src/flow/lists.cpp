// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/lists.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::flow {

void Lists::body_is(std::shared_ptr<const schema::Schema> schema) {
  body_ = std::move(schema);
  changed_.clear();
}

void Lists::forget(const std::string& variable) {
  std::erase_if(variables_, [&](const Known& known) { return known.variable == variable; });
}

void Lists::leave(const Lists& before) {
  if (body_ != before.body_) body_is(nullptr);
  std::erase_if(variables_, [&](const Known& known) {
    return std::none_of(before.variables_.begin(), before.variables_.end(),
                        [&](const Known& one) { return one.variable == known.variable && one.member == known.member && one.holds == known.holds; });
  });
}

int Lists::list_in(const mapping::ValuePath& path) const {
  if (path.variable.empty()) {
    if (!body_ || path.steps.empty() || std::find(changed_.begin(), changed_.end(), path.steps[0].name) != changed_.end()) return -1;
    std::vector<std::string> names;
    for (const mapping::ValuePath::Step& step : path.steps) {
      names.push_back(step.name);
      if (step.opens && body_->is_list(names)) return static_cast<int>(names.size());
    }
    return -1;
  }
  for (const Known& known : variables_) {
    if (known.variable != path.variable) continue;
    if (!known.holds) return 0;
    if (!path.steps.empty() && path.steps[0].name == known.member && path.steps[0].opens) return 1;
  }
  return -1;
}

void Lists::check(const message::Expression& expression, std::string_view offer, declare::Reading& reading) const {
  if (!expression.given()) return;
  const std::string_view source = trim(expression.compiled().source());
  for (const mapping::ValuePath& path : expression.compiled().value_paths()) {
    const int depth = list_in(path);
    if (depth < 0) continue;
    std::string list = path.variable.empty() ? "" : "$" + path.variable;
    for (int i = 0; i < depth; ++i) list += (list.empty() ? "" : ".") + path.steps[static_cast<std::size_t>(i)].name;
    // A field of an object is a list only by [].
    const bool whole = !source.starts_with('{') && !offer.empty();
    reading.warning(expression.position(path.offset), "when the list " + list + " has one item, this is that item's value and no list; if a list is wanted, put [] behind the path" +
                                                          (whole ? ", or write " + std::string(offer) : ""));
  }
}

}  // namespace arint::flow
