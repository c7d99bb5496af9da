// SPDX-License-Identifier: GPL-3.0-or-later
// Receiving, readiness and connecting. Each tries its system call while the socket's flag says it may succeed and the budget of
// the event lasts; else it is listed as the socket's reader or writer and tried again when the kernel reports readiness. On
// io_uring a receive takes what the ring has received.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/io/poller/uring.hpp"
#include "runtime/io/socket.hpp"
#include "runtime/io/waiting.hpp"

namespace arint::runtime::detail {

// ---------------------------------------------------------------- receive

bool Receive::attempt() noexcept {
  if (socket_->held) {
    result = static_cast<std::int64_t>(socket_->engine->poller.take_held(*socket_, into_));
    return true;
  }
  if (socket_->failure) {
    result = -socket_->failure;
    return true;
  }
  const ssize_t got = ::recv(socket_->fd, into_.data(), into_.size(), 0);
  if (got < 0) {
    if (errno == EAGAIN || errno == EINTR) {
      socket_->readable = false;
      return false;
    }
    result = -errno;
    return true;
  }
  // A short read means that the kernel has no more: asking again would cost a call, and a coroutine that never suspends
  // ping-pongs with its peer. Not after the end was seen: no edge will come for it again.
  if (static_cast<std::size_t>(got) < into_.size() && !socket_->ended) {
    socket_->readable = false;
    if (static_cast<std::size_t>(got) < Uring::buffer_bytes) socket_->bulk = false;
  }
  result = got;
  return true;
}

bool Receive::begin() noexcept {
  if (!may_start(*this, socket_, &SocketState::reader)) return false;
  Engine& engine = *socket_->engine;
  const bool my_turn = engine.spend();
  if (my_turn && engine.poller.has_input(*socket_) && attempt()) return false;
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Receive&>(operation);
    self.socket_->reader = nullptr;
    self.result = -error;
    self.socket_->engine->finish_later(self);
  };
  step = [](Operation& operation) noexcept {
    auto& self = static_cast<Receive&>(operation);
    SocketState& socket = *self.socket_;
    Poller& poller = socket.engine->poller;
    if (!poller.has_input(socket) || !self.attempt()) {
      poller.expect_input(socket);
      return;
    }
    socket.reader = nullptr;
    socket.engine->finish(self);
  };
  list<&SocketState::reader>(*this, *socket_);
  if (engine.poller.has_input(*socket_)) engine.next_round(*this);
  else engine.poller.expect_input(*socket_);
  return true;
}

// ---------------------------------------------------------------- readiness

bool Arrival::begin() noexcept {
  if (!may_start(*this, socket_, &SocketState::reader)) return false;
  result = 1;
  Poller& poller = socket_->engine->poller;
  if (poller.backend() == Backend::epoll && socket_->readable && !socket_->ended) {
    // The flag may be older than the bytes: ask once, and only then wait for the kernel to report more.
    char byte = 0;
    if (::recv(socket_->fd, &byte, 1, MSG_PEEK) < 0 && errno == EAGAIN) socket_->readable = false;
  }
  if (socket_->ended || poller.has_input(*socket_)) return false;
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Arrival&>(operation);
    self.socket_->reader = nullptr;
    self.result = -error;
    self.socket_->engine->finish_later(self);
  };
  step = [](Operation& operation) noexcept {
    auto& self = static_cast<Arrival&>(operation);
    SocketState& socket = *self.socket_;
    if (!socket.ended && !socket.engine->poller.has_input(socket)) {
      socket.engine->poller.expect_input(socket);
      return;
    }
    socket.reader = nullptr;
    socket.engine->finish(self);
  };
  list<&SocketState::reader>(*this, *socket_);
  poller.expect_input(*socket_);
  return true;
}

bool AwaitReady::begin() noexcept {
  if (!may_start(*this, socket_, for_reading_ ? &SocketState::reader : &SocketState::writer)) return false;
  result = 1;
  // A broken or ended connection answers at once, whatever the library saw before.
  if (for_reading_ && socket_->ended) return false;
  (for_reading_ ? socket_->readable : socket_->writable) = false;
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<AwaitReady&>(operation);
    (self.for_reading_ ? self.socket_->reader : self.socket_->writer) = nullptr;
    self.result = -error;
    self.socket_->engine->finish_later(self);
  };
  step = [](Operation& operation) noexcept {
    auto& self = static_cast<AwaitReady&>(operation);
    (self.for_reading_ ? self.socket_->reader : self.socket_->writer) = nullptr;
    self.socket_->engine->finish(self);
  };
  if (for_reading_) list<&SocketState::reader>(*this, *socket_);
  else list<&SocketState::writer>(*this, *socket_);
  socket_->engine->poller.watch(*socket_, for_reading_ ? Side::input : Side::output);
  return true;
}

// ---------------------------------------------------------------- connect

bool Connect::begin() noexcept {
  const int fd = ::socket(to_->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    result = -errno;
    return false;
  }
  if (to_->sa_family != AF_UNIX) {
    const int one = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  const int error = ::connect(fd, to_, length_) < 0 ? errno : 0;
  Engine& engine = *current_engine;
  if (error && error != EINPROGRESS) {
    ::close(fd);
    result = -error;
    return false;
  }
  // The caller of a service speaks first: no recv is tried before the kernel reports data.
  socket_ = engine.poller.add(engine, fd, false);
  if (!socket_) {
    result = -errno;
    ::close(fd);
    return false;
  }
  if (!error) {
    out_ = Socket(socket_);
    result = 0;
    return false;
  }
  socket_->writable = false;
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Connect&>(operation);
    Engine& engine = *self.socket_->engine;
    self.socket_->writer = nullptr;
    engine.poller.close(*self.socket_);
    self.result = -error;
    engine.finish_later(self);
  };
  step = [](Operation& operation) noexcept {
    auto& self = static_cast<Connect&>(operation);
    Engine& engine = *self.socket_->engine;
    self.socket_->writer = nullptr;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(self.socket_->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    self.result = -error;
    if (error) engine.poller.close(*self.socket_);
    else self.out_ = Socket(self.socket_);
    engine.finish(self);
  };
  list<&SocketState::writer>(*this, *socket_);
  engine.poller.watch(*socket_, Side::output);
  return true;
}

}  // namespace arint::runtime::detail
