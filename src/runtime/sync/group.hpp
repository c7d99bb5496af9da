// SPDX-License-Identifier: GPL-3.0-or-later
// TaskGroup: coroutines that run side by side and are joined by their owner. Nothing runs detached.
#pragma once
#include <exception>

#include "runtime/core/roots.hpp"

namespace arint::runtime {

// What an exception in one child means for the others.
enum class Siblings : bool {
  cancel,  // they are cancelled with ECANCELED
  go_on,   // they go on; join() still reports the first exception
};

// Must be joined before it is destroyed: destroying it with children alive aborts the process with a message.
class TaskGroup : private Roots {
 public:
  // For a group with a life of its own, such as a member of a channel.
  explicit TaskGroup(Siblings siblings = Siblings::cancel) noexcept : siblings_(siblings) {}
  // For a group on the stack: children see what is left of the deadlines of `parent` in Context::remaining().
  explicit TaskGroup(Context& parent, Siblings siblings = Siblings::cancel) noexcept : parent_(&parent), siblings_(siblings) {}
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `child` at once, up to its first suspension, with a context of its own; its parameters must be values, or outlive
  // the join. After cancel() it is born cancelled.
  void spawn(Task<> child);

  struct Join : Operation {
    explicit Join(TaskGroup& group) noexcept : group_(group) {}
    bool await_ready() const noexcept { return false; }
    template <class P>
    bool await_suspend(std::coroutine_handle<P> caller) noexcept {
      waiter = caller;
      context = caller.promise().context();
      return begin();
    }
    std::exception_ptr await_resume() noexcept;

   private:
    bool begin() noexcept;
    TaskGroup& group_;
  };
  // Waits until every child has ended; null when none threw, else the first exception. When the joiner is cut (cancelled, or a
  // deadline of his fires) the children are cancelled with the same error, and still waited for. Then the group can be used
  // again. Children spawned while it waits are waited for too. One joiner at a time.
  Join join() noexcept { return Join(*this); }
  // Cancels every child; those spawned from now on are born cancelled. Join afterwards.
  void cancel(int error) noexcept;
  using Roots::count;  // children alive

 private:
  void ended(std::exception_ptr exception) noexcept override;

  Context* parent_ = nullptr;
  Siblings siblings_;
  int cancelled_ = 0;
  std::exception_ptr first_failure_{};
  Join* joiner_ = nullptr;
};

}  // namespace arint::runtime
