// SPDX-License-Identifier: GPL-3.0-or-later
// The epoll back end: which descriptors are ready.
//
// Sockets are registered once, edge-triggered, and never touched again: closing the descriptor unregisters it. Foreign
// descriptors are level-triggered and one-shot, found by number, so that nothing dangles when their library closes them
// behind our back.
#pragma once
#include <cstdint>

#include "runtime/io/poller/state.hpp"

namespace arint::runtime {

class Poller;

class Epoll {
 public:
  explicit Epoll(int wake);  // the eventfd that other threads write to
  ~Epoll();
  Epoll(const Epoll&) = delete;
  Epoll& operator=(const Epoll&) = delete;

  // False, errno set.
  bool add(const SocketState& state) noexcept;
  // 0 or a negative errno.
  int watch_foreign(int fd, std::uint32_t events, std::uint32_t generation) noexcept;
  void unwatch_foreign(int fd) noexcept;
  // Waits up to `timeout_ms` (-1: for ever), hands what came to `poller`; the number of events.
  int wait(Engine& engine, Poller& poller, int timeout_ms) noexcept;

 private:
  int epoll_ = -1;
};

}  // namespace arint::runtime
