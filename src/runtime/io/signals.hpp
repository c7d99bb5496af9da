// SPDX-License-Identifier: GPL-3.0-or-later
// Process signals as something to await, on the main loop.
#pragma once
#include <initializer_list>

#include "runtime/core/task.hpp"

namespace arint::runtime {

// From its construction on these signals no longer interrupt the process but wait to be awaited. Construct it on the main
// thread before other threads start: they inherit that the signals are blocked, and so do children (unblock before exec).
// Its end drops those that came and were not awaited, and unblocks them again.
class Signals {
 public:
  explicit Signals(std::initializer_list<int> numbers);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The number of the next signal, or a negative errno. After cancellation nothing was taken.
  Task<IoResult> next();

 private:
  int fd_;
  std::initializer_list<int>::size_type count_ = 0;
  int numbers_[8] = {};
};

}  // namespace arint::runtime
