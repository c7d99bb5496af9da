// SPDX-License-Identifier: GPL-3.0-or-later
// Socket: a stream socket (TCP or unix) on the loop. Non-blocking, registered once; closing it aborts its operations.
//
// Every operation tries the system call first and suspends only when the kernel has nothing. One coroutine may receive while
// another sends; a second receiver or sender at the same time gets -EBUSY. Memory, and the iovecs that name it, stays alive
// and untouched until the await ends: keep it in the frame or in the connection.
//
// After cancellation (-ECANCELED, -ETIMEDOUT) of recv, readable, writable the socket is usable. Of send_all and send_file it
// is not: an unknown part was sent; close it. close() makes pending operations fail with -ECONNABORTED.
#pragma once
#include <sys/socket.h>
#include <sys/uio.h>

#include <span>
#include <string_view>
#include <utility>

#include "runtime/core/operation.hpp"
#include "runtime/io/address.hpp"

namespace arint::runtime {

struct SocketState;

// More bytes follow at once: the kernel may wait for them to fill a packet.
enum class More : bool { no, yes };

namespace detail {

struct Receive : Awaitable<Receive> {
  Receive(SocketState* socket, std::span<char> into) noexcept : socket_(socket), into_(into) {}
  bool begin() noexcept;

 private:
  bool attempt() noexcept;
  SocketState* socket_;
  std::span<char> into_;
};

struct Send : Awaitable<Send> {
  Send(SocketState* socket, std::span<const iovec> parts, More more) noexcept : socket_(socket), parts_(parts), more_(more) {}
  Send(SocketState* socket, std::string_view bytes, More more) noexcept
      : socket_(socket), parts_(&single_, 1), single_{const_cast<char*>(bytes.data()), bytes.size()}, more_(more) {}
  bool begin() noexcept;

 private:
  bool attempt() noexcept;
  void advance(std::size_t sent) noexcept;
  bool more() const noexcept { return more_ == More::yes || parts_.size() > parts_at_once; }
  void wait_for_room() noexcept;
  void submit() noexcept;
  void sent() noexcept;
  static constexpr std::size_t parts_at_once = 1024;  // IOV_MAX
  SocketState* socket_;
  std::span<const iovec> parts_;  // those not yet sent whole
  std::size_t offset_ = 0;        // bytes of parts_[0] already sent
  std::int64_t total_ = 0;
  iovec single_{};
  More more_;
  int cut_ = 0;        // io_uring: the error it was aborted with; the kernel has not let go of the memory yet
  msghdr message_{};   // io_uring: what the kernel reads
};

struct SendFile : Awaitable<SendFile> {
  SendFile(SocketState* socket, int file, std::uint64_t offset, std::uint64_t count) noexcept
      : socket_(socket), file_(file), offset_(static_cast<std::int64_t>(offset)), left_(count) {}
  bool begin() noexcept;

 private:
  bool attempt() noexcept;
  SocketState* socket_;
  int file_;
  std::int64_t offset_;
  std::uint64_t left_;
  std::int64_t total_ = 0;
};

struct Arrival : Awaitable<Arrival> {
  Arrival(SocketState* socket) noexcept : socket_(socket) {}
  bool begin() noexcept;

 private:
  SocketState* socket_;
};

struct AwaitReady : Awaitable<AwaitReady> {
  AwaitReady(SocketState* socket, bool for_reading) noexcept : socket_(socket), for_reading_(for_reading) {}
  bool begin() noexcept;

 private:
  SocketState* socket_;
  bool for_reading_;
};

struct Connect;

}  // namespace detail

class Socket {
 public:
  Socket() = default;
  // Adopts `fd`, a connected stream socket, and makes it non-blocking. Not open() afterwards when the loop cannot take it.
  explicit Socket(int fd) noexcept;
  ~Socket() { close(); }
  Socket(Socket&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Socket& operator=(Socket&& other) noexcept {
    if (this != &other) {
      close();
      state_ = std::exchange(other.state_, nullptr);
    }
    return *this;
  }

  // Connects; `out` is set only on success. TCP sockets get TCP_NODELAY. Faults: what connect(2) says; -EAGAIN on a unix
  // socket whose listener is behind. No time limit but the enclosing Deadline's.
  static detail::Connect connect(Socket& out, const sockaddr* to, unsigned length) noexcept;
  static detail::Connect connect(Socket& out, const Address& to) noexcept;

  // Bytes read, 0 at the end of the stream.
  detail::Receive recv(std::span<char> into) noexcept { return {state_, into}; }
  // Sends everything, or fails; the result is the number of bytes. Any number of parts.
  detail::Send send_all(std::span<const iovec> parts, More more = More::no) noexcept { return {state_, parts, more}; }
  detail::Send send_all(std::string_view bytes, More more = More::no) noexcept { return {state_, bytes, more}; }
  // Sends that range of a regular file; -EIO when the file ends before. Reads of a cold file block, at most 1 MiB at a time.
  detail::SendFile send_file(int file, std::uint64_t offset, std::uint64_t count) noexcept {
    return {state_, file, offset, count};
  }

  // Waits, without memory, until recv() has something to say: bytes, the end or an error. Result 1.
  detail::Arrival arrival() noexcept { return {state_}; }

  // Once, without waiting: what was read or sent, or -EAGAIN.
  IoResult try_recv(std::span<char> into) noexcept;
  IoResult try_send(std::span<const iovec> parts, More more = More::no) noexcept;

  // For libraries that read and write the descriptor themselves (OpenSSL's SSL_set_fd): await it after their WANT_READ or
  // WANT_WRITE, that is after the descriptor said EAGAIN to them. Result 1. Not together with recv() and arrival(), which on
  // io_uring take the bytes from the descriptor ahead of the reader.
  detail::AwaitReady readable() noexcept { return {state_, true}; }
  detail::AwaitReady writable() noexcept { return {state_, false}; }

  // Nothing has come since the last recv, no data and no end: a free test before a pooled connection is used again.
  bool idle_clean() const noexcept;
  // Sends FIN; receiving goes on. 0 or a negative errno.
  IoResult shutdown_send() noexcept;
  // Closes with RST instead of FIN: the peer must not take what it has for the whole.
  void reset() noexcept;
  Address peer() const noexcept;
  Address local() const noexcept;
  int fd() const noexcept;  // -1 when not open; never close it
  bool open() const noexcept { return state_ != nullptr; }
  void close() noexcept;

 private:
  friend struct detail::Connect;
  explicit Socket(SocketState* state) noexcept : state_(state) {}
  SocketState* state_ = nullptr;
};

namespace detail {
struct Connect : Awaitable<Connect> {
  Connect(Socket& out, const sockaddr* to, unsigned length) noexcept : out_(out), to_(to), length_(length) {}
  bool begin() noexcept;

 private:
  Socket& out_;
  const sockaddr* to_;
  unsigned length_;
  SocketState* socket_ = nullptr;
};
}  // namespace detail

inline detail::Connect Socket::connect(Socket& out, const sockaddr* to, unsigned length) noexcept { return {out, to, length}; }
inline detail::Connect Socket::connect(Socket& out, const Address& to) noexcept { return {out, to.data(), to.length()}; }

}  // namespace arint::runtime
