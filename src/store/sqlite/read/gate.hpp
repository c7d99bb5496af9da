// SPDX-License-Identifier: GPL-3.0-or-later
// ReadGate: lets reads in, and keeps them out for the moment in which the log is emptied. A read inside lasts some milliseconds, since
// every list is read in pages; so closing takes no longer.
#pragma once
#include <condition_variable>
#include <mutex>

namespace arint::store {

class ReadGate {
 public:
  void enter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !closed_; });
    ++inside_;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    if (!--inside_) changed_.notify_all();
  }
  // Waits until nobody is inside.
  void close() {
    std::unique_lock lock(mutex_);
    closed_ = true;
    changed_.wait(lock, [this] { return !inside_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  bool closed_ = false;
};

}  // namespace arint::store
