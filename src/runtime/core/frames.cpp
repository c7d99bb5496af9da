// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/core/frames.hpp"

#include <new>

namespace arint::runtime {

constinit thread_local FramePool frame_pool{};

namespace {
// FramePool itself has no destructor: a thread-local with one costs a guard check at every access.
struct Cleaner {
  ~Cleaner() {
    frame_pool.closed = true;
    for (FramePool::Class& list : frame_pool.lists) {
      while (FramePool::Free* frame = list.first) {
        list.first = frame->next;
        ::operator delete(frame);
      }
      list.count = 0;
    }
  }
  void touch() {}
};
thread_local Cleaner cleaner;
}  // namespace

void* FramePool::take_slowly(std::size_t index) {
  if (!watched) {
    watched = true;
    cleaner.touch();
  }
  return ::operator new(index * step);
}

void FramePool::give_slowly(void* frame) noexcept { ::operator delete(frame); }

}  // namespace arint::runtime
