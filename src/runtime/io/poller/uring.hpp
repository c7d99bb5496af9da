// SPDX-License-Identifier: GPL-3.0-or-later
// The io_uring back end (Linux 6.1): sockets receive and send through the ring, many of them in one system call.
//
// Receiving: one multishot request a socket, into buffers that the kernel picks from a ring they all share. A socket whose
// reader does not keep up holds few of them: at `held_limit` its request ends, and the rest stays in the kernel, which holds
// the peer back. (Before Linux 6.17 the request cannot end by itself. It is stopped, after what the kernel took in that one
// call; all sockets together never hold more than there are buffers.) From then on, and whenever no buffer is left,
// the descriptor is read directly when it is ready, as on epoll: long bodies go straight into the reader's memory, and no
// connection can starve the others of buffers.
// Reading directly must not overtake what the ring has taken: all completions are noted before any coroutine runs, and it
// is done only while there is no further one. The kernel takes bytes only inside our own calls (DEFER_TASKRUN).
//
// Sending: from the caller's memory, which lives until the await ends. A cut one is cancelled and awaited: it ends when the
// kernel has let go of the memory.
//
// Closing: requests hold the file, not its number. They are cancelled, and the kernel ends the connection when it has let go,
// in the next round; requests not yet submitted go first, since they name the number.
#pragma once
#include <liburing.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/io/poller/poller.hpp"

namespace arint::runtime {

class Uring {
 public:
  static constexpr unsigned buffers = 512, buffer_bytes = 4096;  // 2 MiB a loop, shared by its sockets
  static constexpr unsigned held_limit = 8;

  // Null when the kernel refuses; `why` says so then, in half a sentence.
  static std::unique_ptr<Uring> make(SocketTable& table, int wake, std::string& why);
  ~Uring();
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;

  void expect_input(SocketState& state) noexcept;
  void watch(SocketState& state, Side side) noexcept;
  std::size_t take_held(SocketState& state, std::span<char> into) noexcept;
  // No completion waits to be noted: a descriptor may be read directly.
  bool quiet() const noexcept { return io_uring_cq_ready(&ring_) == 0 && !io_uring_cq_has_overflow(&ring_); }
  // The socket is about to be closed: its requests are cancelled and its buffers go back.
  void forget(SocketState& state) noexcept;

  // `operation`'s result is set and its step called when the kernel is done. Memory, the message and the iovecs live until then.
  void send(Operation& operation, SocketState& state, const void* data, std::size_t size, int flags) noexcept;
  void send(Operation& operation, SocketState& state, const msghdr& message, int flags) noexcept;
  void cancel_send(Operation& operation) noexcept;

  int watch_foreign(int fd, std::uint32_t events, std::uint32_t generation) noexcept;
  void unwatch_foreign(int fd, std::uint32_t generation) noexcept;

  int wait(Engine& engine, Poller& poller, int timeout_ms) noexcept;
  unsigned free_buffers() const noexcept { return free_; }
  bool limits_receives() const noexcept { return limits_receives_; }

 private:
  struct Completion {
    std::uint64_t tag;
    std::int32_t result;
    std::uint32_t flags;
  };
  struct Held {
    std::uint32_t begin, end;  // bytes of the buffer that nobody has taken
    std::uint16_t next;
  };
  Uring(SocketTable& table, int wake) noexcept : table_(table), wake_(wake) {}
  int open(std::string& why);
  void watch_wake() noexcept;
  bool probe_limit() noexcept;
  io_uring_sqe* request(std::uint64_t tag) noexcept;
  io_uring_sqe* request(Kind kind, SocketState& state) noexcept;
  void cancel(std::uint64_t tag) noexcept;
  void flush() noexcept;
  void recycle(std::uint16_t buffer) noexcept;
  void note(const Completion& done) noexcept;
  void hold(SocketState& state, std::uint16_t buffer, std::uint32_t bytes) noexcept;
  void serve(Engine& engine, Poller& poller, const Completion& done) noexcept;
  char* buffer_at(std::uint16_t buffer) const noexcept { return memory_ + std::size_t{buffer} * buffer_bytes; }

  SocketTable& table_;
  int wake_;
  io_uring ring_{};
  bool opened_ = false;
  bool limits_receives_ = false;
  io_uring_buf_ring* offered_ = nullptr;  // where buffers are handed to the kernel
  char* memory_ = nullptr;
  unsigned free_ = buffers;               // not held by a socket
  std::uint32_t submission_ = 1;
  std::vector<Held> held_;                // by buffer
  std::vector<Completion> batch_;
};

}  // namespace arint::runtime
