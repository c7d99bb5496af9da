// SPDX-License-Identifier: GPL-3.0-or-later
// Listener: a bound, listening stream socket (TCP or unix) on the loop.
#pragma once
#include <cstdint>
#include <string>

#include "runtime/core/operation.hpp"
#include "runtime/time/timer.hpp"
#include "runtime/io/address.hpp"

namespace arint::runtime {

struct SocketState;

// Whether other loops (one per core) may listen on the same TCP address; the kernel then spreads connections among them.
// `first`: others may follow, but whoever listens there already, another process above all, makes it EADDRINUSE.
enum class ReusePort : std::uint8_t { no, first, yes };

class Listener;

namespace detail {
struct Accept : Awaitable<Accept> {
  Accept(Listener& listener, Address* peer) noexcept : listener_(listener), peer_(peer) {}
  bool begin() noexcept;

 private:
  bool attempt() noexcept;
  void pause() noexcept;
  struct Alarm : Timer {
    Accept* owner = nullptr;
  };
  Listener& listener_;
  Address* peer_;
  Alarm alarm_;
};
}  // namespace detail

// It must not move while somebody accepts. Destroying it closes it, and removes the path of a unix socket.
class Listener {
 public:
  // Binds and listens; then ask error(). A unix path nobody listens on any more is taken over; its mode is 0600.
  Listener(const sockaddr* at, unsigned length, ReusePort reuse);
  Listener(const Address& at, ReusePort reuse) : Listener(at.data(), at.length(), reuse) {}
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int error() const noexcept { return error_; }  // 0, or the errno of what failed (EADDRINUSE, EACCES, ...)
  Address address() const noexcept;              // as bound: shows the port chosen for port 0

  // A connected descriptor, non-blocking, TCP_NODELAY: give it to a Socket. `peer`, when given, is set and must live until the
  // await ends. Out of descriptors it does not spin: waiting connections are accepted and closed by means of a spare
  // descriptor, at most 64 per 100 ms, and the call goes on waiting.
  // After cancellation the listener is usable; close() makes a pending accept fail with -ECONNABORTED.
  detail::Accept accept(Address* peer = nullptr) noexcept { return {*this, peer}; }
  std::uint64_t turned_away() const noexcept { return turned_away_; }  // connections closed for want of descriptors
  void close() noexcept;

 private:
  friend struct detail::Accept;
  int bind_and_listen(int fd, const Address& at, ReusePort reuse) noexcept;
  bool turn_away() noexcept;

  SocketState* state_ = nullptr;
  int error_ = 0;
  int spare_ = -1;
  bool tcp_ = false;
  std::uint64_t turned_away_ = 0;
  std::string path_;  // of a unix socket, to be removed
};

}  // namespace arint::runtime
