// SPDX-License-Identifier: GPL-3.0-or-later
// The seam between the loop and the kernel: which descriptors are ready (epoll), and what was received and sent (io_uring).
// Not for other folders.
//
// On epoll every operation makes its own system call when its descriptor is ready. On io_uring sockets receive and send
// through the ring; whatever else there is (accept, connect, files, foreign descriptors) is told of readiness as on epoll,
// but has to ask for it each time: watch().
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/core/backend.hpp"
#include "runtime/core/operation.hpp"
#include "runtime/io/poller/epoll.hpp"
#include "runtime/io/poller/state.hpp"

namespace arint::runtime {

class Uring;

enum class Side : std::uint8_t { input, output };

class Poller {
 public:
  // Falls back to epoll when the kernel refuses the other; refusal() says why. Throws std::system_error without descriptors.
  explicit Poller(Backend wanted);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  Backend backend() const noexcept { return ring_ ? Backend::io_uring : Backend::epoll; }
  const std::string& refusal() const noexcept { return refusal_; }  // why it is not io_uring; empty when nobody asked
  Uring* ring() noexcept { return ring_.get(); }                    // null on epoll

  // Registers `fd`, which it does not own on failure: null, errno set. `readable`: a read may be tried at once.
  SocketState* add(Engine& engine, int fd, bool readable) noexcept;
  // Closes the descriptor; its operations must be gone.
  void close(SocketState& state) noexcept;

  // An operation waits until the descriptor is ready; its step will be called. Free on epoll.
  void watch(SocketState& state, Side side) noexcept {
    if (ring_) watch_by_ring(state, side);
  }
  // An operation waits until something has come: held bytes, an end, or readiness. Free on epoll.
  void expect_input(SocketState& state) noexcept {
    if (ring_) expect_by_ring(state);
  }
  // Whether a receive would have something to say without waiting.
  bool has_input(const SocketState& state) const noexcept {
    return state.held || state.failure || (state.readable && (!ring_ || quiet()));
  }
  // Moves held bytes; their number. Only when some are held.
  std::size_t take_held(SocketState& state, std::span<char> into) noexcept;

  // One-shot wait for EPOLLIN / EPOLLOUT bits. 0 or a negative errno; -EBUSY when somebody waits for it already.
  int arm_foreign(int fd, std::uint32_t events, Operation& operation) noexcept;
  void disarm_foreign(int fd, Operation& operation) noexcept;
  void forget_foreign(Engine& engine, int fd) noexcept;

  // Waits up to `timeout_ms` (-1: for ever) and serves what came. True when it saw the wake-up of another thread.
  // `served` is the number of events.
  bool wait(Engine& engine, int timeout_ms, int& served) noexcept;
  void wake() noexcept;  // from any thread
  std::size_t sockets() const noexcept { return table_.open(); }

  // For the back ends: the event `tag` names has come.
  void serve(Engine& engine, std::uint64_t tag, std::uint32_t events) noexcept;
  void serve_input(Engine& engine, SocketState& state) noexcept;

 private:
  struct Foreign {
    Operation* operation = nullptr;
    std::uint32_t generation = 0;
  };
  bool quiet() const noexcept;
  void watch_by_ring(SocketState& state, Side side) noexcept;
  void expect_by_ring(SocketState& state) noexcept;
  void unwatch_foreign(int fd, std::uint32_t generation) noexcept;
  void serve_socket(Engine& engine, SocketState& state, std::uint32_t events) noexcept;
  void serve_foreign(Engine& engine, std::uint64_t tag, std::uint32_t events) noexcept;

  int wake_ = -1;
  bool woken_ = false;
  SocketTable table_;
  std::vector<Foreign> foreign_;   // by descriptor number
  std::optional<Epoll> epoll_;     // one of the two
  std::unique_ptr<Uring> ring_;
  std::string refusal_;
};

}  // namespace arint::runtime
