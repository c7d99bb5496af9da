// SPDX-License-Identifier: GPL-3.0-or-later
// Memory of coroutine frames: free lists per thread, in classes of 64 bytes, so that a call costs no malloc.
//
// Frames over 4 KiB come from malloc. A class keeps at most 256 KiB of free frames; the rest goes back to malloc.
// Under AddressSanitizer every frame comes from malloc, so that use after free is found.
#pragma once
#include <cstddef>

namespace arint::runtime {

struct FramePool {
  static constexpr std::size_t step = 64, classes = 65, kept_bytes = 256 * 1024;
  struct Free {
    Free* next;
  };
  struct Class {
    Free* first = nullptr;
    std::size_t count = 0;
  };
  Class lists[classes]{};
  bool watched = false;  // a destructor runs at the end of the thread
  bool closed = false;

  void* take_slowly(std::size_t index);
  void give_slowly(void* frame) noexcept;
};

extern constinit thread_local FramePool frame_pool;

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool frames_are_pooled = false;
#else
inline constexpr bool frames_are_pooled = true;
#endif

inline void* take_frame(std::size_t bytes) {
  const std::size_t index = (bytes + FramePool::step - 1) / FramePool::step;
  if (frames_are_pooled && index < FramePool::classes) {
    FramePool::Class& list = frame_pool.lists[index];
    if (FramePool::Free* frame = list.first) [[likely]] {
      list.first = frame->next;
      --list.count;
      return frame;
    }
  }
  return frame_pool.take_slowly(index);
}

inline void give_frame(void* frame, std::size_t bytes) noexcept {
  const std::size_t index = (bytes + FramePool::step - 1) / FramePool::step;
  if (frames_are_pooled && index < FramePool::classes) {
    FramePool::Class& list = frame_pool.lists[index];
    if (!frame_pool.closed && list.count * index * FramePool::step < FramePool::kept_bytes) [[likely]] {
      auto* free = static_cast<FramePool::Free*>(frame);
      free->next = list.first;
      list.first = free;
      ++list.count;
      return;
    }
  }
  frame_pool.give_slowly(frame);
}

}  // namespace arint::runtime
