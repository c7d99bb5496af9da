// SPDX-License-Identifier: GPL-3.0-or-later
// First-in-first-out list of waiting operations, each in its own coroutine's frame. For the inside of runtime/.
#pragma once
#include "runtime/core/operation.hpp"

namespace arint::runtime::detail {

struct WaiterNode {
  WaiterNode* before = nullptr;
  WaiterNode* after = nullptr;
};

class Waiters {
 public:
  bool empty() const noexcept { return !first_; }
  void push(WaiterNode& node) noexcept {
    node.before = last_;
    node.after = nullptr;
    (last_ ? last_->after : first_) = &node;
    last_ = &node;
  }
  void remove(WaiterNode& node) noexcept {
    (node.before ? node.before->after : first_) = node.after;
    (node.after ? node.after->before : last_) = node.before;
  }
  WaiterNode* first() const noexcept { return first_; }

 private:
  WaiterNode* first_ = nullptr;
  WaiterNode* last_ = nullptr;
};

}  // namespace arint::runtime::detail
