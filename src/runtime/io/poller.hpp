// SPDX-License-Identifier: GPL-3.0-or-later
// The epoll back end: which descriptors are ready. Not for other folders; io_uring will stand beside it.
//
// Sockets are registered once, edge-triggered, and never touched again: closing the descriptor unregisters it. Foreign
// descriptors (libpq, curl, signalfd) are level-triggered and one-shot, found by number, so that nothing dangles when their
// library closes them behind our back.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/core/operation.hpp"

namespace arint::runtime {

struct Engine;

// What is known of one socket. Its address is stable; it is reused only after the batch of events in which it was closed.
struct SocketState {
  int fd = -1;
  bool readable = false;   // a read may succeed
  bool writable = true;    // a write may succeed
  bool ended = false;      // the peer has shut down or the connection is broken: reads never wait again
  Operation* reader = nullptr;
  Operation* writer = nullptr;
  Engine* engine = nullptr;
  SocketState* next = nullptr;  // free or closed list
  std::uint32_t index = 0;      // where it stands in the slabs
  std::uint32_t generation = 0; // grows with every reuse
};

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Registers `fd`, which it does not own on failure: null, errno set.
  SocketState* add(Engine& engine, int fd, bool readable) noexcept;
  // Closes the descriptor; its operations must be gone.
  void close(SocketState& state) noexcept;

  // One-shot wait for EPOLLIN / EPOLLOUT bits. 0 or a negative errno; -EBUSY when somebody waits for it already.
  int arm_foreign(int fd, std::uint32_t events, Operation& operation) noexcept;
  void disarm_foreign(int fd, Operation& operation) noexcept;
  void forget_foreign(Engine& engine, int fd) noexcept;

  // Waits up to `timeout_ms` (-1: for ever) and serves what came. True when it saw the wake-up of another thread.
  // `served` is the number of events.
  bool wait(Engine& engine, int timeout_ms, int& served) noexcept;
  void wake() noexcept;  // from any thread
  std::size_t sockets() const noexcept { return sockets_; }

 private:
  struct Foreign {
    Operation* operation = nullptr;
    std::uint32_t generation = 0;
  };
  bool grow() noexcept;
  void serve_socket(Engine& engine, std::uint64_t tag, std::uint32_t events) noexcept;
  void serve_foreign(Engine& engine, std::uint64_t tag, std::uint32_t events) noexcept;
  void reclaim() noexcept;

  int epoll_ = -1;
  int wake_ = -1;
  std::size_t sockets_ = 0;
  std::vector<std::unique_ptr<SocketState[]>> slabs_;
  SocketState* free_ = nullptr;
  SocketState* closed_ = nullptr;  // since the last batch
  std::vector<Foreign> foreign_;   // by descriptor number
};

}  // namespace arint::runtime
