// SPDX-License-Identifier: GPL-3.0-or-later
// Root coroutines and who owns them. A root has a Context of its own; a Loop or a TaskGroup starts it, can cancel it and is
// told when it has ended. For the inside of runtime/.
#pragma once
#include <coroutine>
#include <cstddef>
#include <exception>

#include "runtime/core/operation.hpp"
#include "runtime/core/task.hpp"

namespace arint::runtime {

class Roots {
 public:
  Roots() = default;
  Roots(const Roots&) = delete;
  Roots& operator=(const Roots&) = delete;

  // Starts `task` at once, up to its first suspension; deeply nested starts wait for the loop's next round instead.
  // `born_cancelled`: error its context has from the start, 0 for none.
  void start(Task<> task, int born_cancelled, std::int64_t inherited_ms);
  void cancel_all(int error) noexcept;
  std::size_t count() const noexcept { return count_; }

 protected:
  ~Roots() = default;
  // The root's frame is gone already. `exception` is what left it, or null.
  virtual void ended(std::exception_ptr exception) noexcept = 0;

 private:
  friend struct RootPromise;
  void add(Context& context) noexcept;
  void remove(Context& context) noexcept;

  Context* first_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace arint::runtime
