// SPDX-License-Identifier: GPL-3.0-or-later
// Lists: what is certain, while a flow is compiled, to be a list; and the warning where an expression makes one item of it.
// docs/decisions/0013-one-item-or-a-list.md says why it warns where it does.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "declare/reading.hpp"
#include "message/expression.hpp"
#include "schema/schema.hpp"

namespace arint::flow {

class Lists {
 public:
  // From here on the body fits `schema`; null: nothing is known of it.
  void body_is(std::shared_ptr<const schema::Schema> schema);
  // One of its fields was given another value.
  void body_field_changed(const std::string& name) { changed_.push_back(name); }
  // $variable, or its member of that name, is a list; empty: nothing is known of it.
  void variable_is(const std::string& variable) { variables_.push_back({variable, {}, false}); }
  void variable_holds(const std::string& variable, std::string_view member) { variables_.push_back({variable, std::string(member), true}); }
  void forget(const std::string& variable);
  // At the end of steps inside a step: what they learnt does not hold behind it, nor does what they changed.
  void leave(const Lists& before);

  // Warns for each path of the expression's value that gives one item and no list when there is one. `offer`: what to write beside
  // [] to have a list, or empty; it fits the whole value only.
  void check(const message::Expression& expression, std::string_view offer, declare::Reading& reading) const;

 private:
  struct Known {
    std::string variable{}, member{};
    bool holds = false;  // not itself, but its member
  };
  // How many names of the path lead to the list; -1: none is known on its way.
  int list_in(const mapping::ValuePath& path) const;

  std::shared_ptr<const schema::Schema> body_{};
  std::vector<std::string> changed_{};
  std::vector<Known> variables_{};
};

}  // namespace arint::flow
