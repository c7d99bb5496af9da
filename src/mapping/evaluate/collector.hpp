// SPDX-License-Identifier: GPL-3.0-or-later
// Collector: where the results of a path's last step go. One result alone stays what it is (an array of the document is returned as it
// lies there); several are laid side by side, arrays opened, on the value stack - or go into a fold, when only a sum or the like is wanted.
#pragma once
#include "mapping/evaluate/evaluator.hpp"
#include "mapping/evaluate/fold.hpp"
#include "mapping/evaluate/operators.hpp"

namespace arint::mapping {

struct Evaluator::Collector {
  ValueStack& stack;
  std::size_t base;
  bool flatten = false;     // not the last step: arrays are opened even when there is one result only
  std::uint32_t results = 0;  // 0, 1, 2: two or more
  Value first{};
  Fold* fold = nullptr;

  explicit Collector(ValueStack& on) : stack(on), base(on.size()) {}

  // One result of the last step, as the step gave it.
  void take(const Value& value) {
    if (fold) return fold->take(value);
    if (results == 0 && !flatten) {
      first = value;
      results = 1;
      return;
    }
    settle();
    spread(value);
  }
  // One item of a result that is a sequence.
  void take_item(const Value& item) {
    if (fold) return fold->item(item);
    settle();
    stack.push(item);
  }

 private:
  void settle() {
    if (results == 1) spread(first);
    results = 2;
  }
  void spread(const Value& value) {
    if (value.is_array() && !(value.marks & mark::whole))
      stack.push_all(value.items());
    else
      stack.push(value);
  }
};

}  // namespace arint::mapping
