// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/stack.hpp"

#include <pthread.h>

#include <cstddef>

namespace arint {

const char* end_of_stack() noexcept {
  constexpr std::size_t reserve = 128 * 1024, fallback = 512 * 1024;
  thread_local const char* end = [] {
    const char* here = static_cast<const char*>(__builtin_frame_address(0));
    pthread_attr_t attributes;
    void* low = nullptr;
    std::size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return here - fallback;
    bool known = pthread_attr_getstack(&attributes, &low, &size) == 0 && low && here > low;
    pthread_attr_destroy(&attributes);
    // The main thread's stack is said to be as large as its limit allows; more than 8 MiB is not counted on.
    if (!known) return here - fallback;
    const char* lowest = static_cast<const char*>(low);
    constexpr std::ptrdiff_t most = 7 * 1024 * 1024;
    if (here - lowest > most) lowest = here - most;
    return lowest + reserve;
  }();
  return end;
}

}  // namespace arint
