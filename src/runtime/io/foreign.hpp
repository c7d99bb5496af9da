// SPDX-License-Identifier: GPL-3.0-or-later
// Descriptors that a library owns (libpq, curl, inotify, signalfd): wait until one is ready, then call the library.
//
// Level-triggered and one-shot: each await asks the kernel anew, one epoll_ctl. One coroutine at a time per descriptor,
// and never the descriptor of a Socket: that one has readable() and writable().
#pragma once
#include <cstdint>

#include "runtime/core/operation.hpp"

namespace arint::runtime {

enum class Ready : std::uint32_t { read = 1, write = 4 };
constexpr Ready operator|(Ready a, Ready b) noexcept {
  return static_cast<Ready>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr bool operator&(Ready a, Ready b) noexcept { return static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b); }

struct WaitFd : Awaitable<WaitFd> {
  WaitFd(int fd, Ready what) noexcept : fd_(fd), what_(what) {}
  bool begin() noexcept;

 private:
  int fd_;
  Ready what_;
};

// The result is what is ready, as a sum of Ready values; a broken descriptor is ready for both. -EBUSY when another coroutine
// waits for it, -EPERM for a regular file. After cancellation nobody waits for it any more.
inline WaitFd wait_fd(int fd, Ready what) noexcept { return {fd, what}; }

// Before the library closes it: the loop must not hear of it again. Somebody who still waits gets -ECONNABORTED.
void forget_fd(int fd) noexcept;

}  // namespace arint::runtime
