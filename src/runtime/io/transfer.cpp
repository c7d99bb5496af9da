// SPDX-License-Identifier: GPL-3.0-or-later
// The operations of a Socket. Each tries its system call while the socket's flag says it may succeed and the budget of the
// event lasts; else it is listed as the socket's reader or writer and tried again when the kernel reports an edge.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "runtime/core/engine.hpp"
#include "runtime/io/socket.hpp"

namespace arint::runtime::detail {
namespace {

using Slot = Operation* SocketState::*;

// Lists `self` as the reader or writer. `slot` names which.
template <Slot slot, class Op>
void wait_for_edge(Op& self, SocketState& socket) noexcept {
  socket.*slot = &self;
  Engine::wait(self);
}

// Common start: refuses a closed or busy socket; true when the caller may go on. The result is set otherwise.
bool may_start(Operation& self, const SocketState* socket, Slot slot) noexcept {
  if (!socket) {
    self.result = -EBADF;
    return false;
  }
  if (socket->*slot) {
    self.result = -EBUSY;
    return false;
  }
  return true;
}

}  // namespace

// ---------------------------------------------------------------- receive

bool Receive::attempt() noexcept {
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
  if (static_cast<std::size_t>(got) < into_.size() && !socket_->ended) socket_->readable = false;
  result = got;
  return true;
}

bool Receive::begin() noexcept {
  if (!may_start(*this, socket_, &SocketState::reader)) return false;
  Engine& engine = *socket_->engine;
  const bool my_turn = engine.spend();
  if (socket_->readable && my_turn && attempt()) return false;
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Receive&>(operation);
    self.socket_->reader = nullptr;
    self.result = -error;
    self.socket_->engine->finish_later(self);
  };
  step = [](Operation& operation) noexcept {
    auto& self = static_cast<Receive&>(operation);
    if (!self.attempt()) return;
    self.socket_->reader = nullptr;
    self.socket_->engine->finish(self);
  };
  wait_for_edge<&SocketState::reader>(*this, *socket_);
  if (socket_->readable) engine.next_round(*this);
  return true;
}

// ---------------------------------------------------------------- send

void Send::advance(std::size_t sent) noexcept {
  total_ += static_cast<std::int64_t>(sent);
  sent += offset_;
  offset_ = 0;
  while (!parts_.empty() && sent >= parts_.front().iov_len) {
    sent -= parts_.front().iov_len;
    parts_ = parts_.subspan(1);
  }
  offset_ = sent;
}

bool Send::attempt() noexcept {
  constexpr std::size_t copied = 64;
  iovec rest[copied];
  while (!parts_.empty()) {
    msghdr message{};
    if (offset_ == 0) {
      message.msg_iov = const_cast<iovec*>(parts_.data());
      message.msg_iovlen = std::min<std::size_t>(parts_.size(), IOV_MAX);
    } else {
      // The caller's iovecs stay as they are: the cut one is sent from a copy.
      message.msg_iovlen = std::min(parts_.size(), copied);
      std::copy_n(parts_.begin(), message.msg_iovlen, rest);
      rest[0].iov_base = static_cast<char*>(rest[0].iov_base) + offset_;
      rest[0].iov_len -= offset_;
      message.msg_iov = rest;
    }
    std::size_t asked = 0;
    for (std::size_t i = 0; i < message.msg_iovlen; ++i) asked += message.msg_iov[i].iov_len;
    const bool more = more_ == More::yes || message.msg_iovlen < parts_.size();
    const ssize_t sent = ::sendmsg(socket_->fd, &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
    if (sent < 0) {
      if (errno == EAGAIN || errno == EINTR) {
        socket_->writable = false;
        return false;
      }
      result = -errno;
      return true;
    }
    advance(static_cast<std::size_t>(sent));
    if (static_cast<std::size_t>(sent) < asked) {
      socket_->writable = false;  // the buffer is full; the kernel reports when there is room
      return false;
    }
  }
  result = total_;
  return true;
}

bool Send::begin() noexcept {
  if (!may_start(*this, socket_, &SocketState::writer)) return false;
  Engine& engine = *socket_->engine;
  const bool my_turn = engine.spend();
  if (socket_->writable && my_turn && attempt()) return false;
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Send&>(operation);
    self.socket_->writer = nullptr;
    self.result = -error;
    self.socket_->engine->finish_later(self);
  };
  step = [](Operation& operation) noexcept {
    auto& self = static_cast<Send&>(operation);
    if (!self.attempt()) return;
    self.socket_->writer = nullptr;
    self.socket_->engine->finish(self);
  };
  wait_for_edge<&SocketState::writer>(*this, *socket_);
  if (socket_->writable) engine.next_round(*this);
  return true;
}

// ---------------------------------------------------------------- send a file

bool SendFile::attempt() noexcept {
  constexpr std::uint64_t most = 1024 * 1024;  // a cold file blocks the loop for this much at most
  while (left_) {
    const std::size_t asked = static_cast<std::size_t>(std::min(left_, most));
    off_t offset = offset_;
    const ssize_t sent = ::sendfile(socket_->fd, file_, &offset, asked);
    if (sent < 0) {
      if (errno == EAGAIN || errno == EINTR) {
        socket_->writable = false;
        return false;
      }
      result = -errno;
      return true;
    }
    if (sent == 0) {
      result = -EIO;  // shorter than promised
      return true;
    }
    offset_ = offset;
    left_ -= static_cast<std::uint64_t>(sent);
    total_ += sent;
    // Unlike send, a short count may also mean a page boundary: only EAGAIN says that the buffer is full. Others first.
    if (left_ && !socket_->engine->spend()) return false;
  }
  result = total_;
  return true;
}

bool SendFile::begin() noexcept {
  if (!may_start(*this, socket_, &SocketState::writer)) return false;
  Engine& engine = *socket_->engine;
  const bool my_turn = engine.spend();
  if (socket_->writable && my_turn && attempt()) return false;
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<SendFile&>(operation);
    self.socket_->writer = nullptr;
    self.result = -error;
    self.socket_->engine->finish_later(self);
  };
  step = [](Operation& operation) noexcept {
    auto& self = static_cast<SendFile&>(operation);
    Engine& engine = *self.socket_->engine;
    if (!self.attempt()) {
      if (self.socket_->writable) engine.next_round(self);  // only the budget was used up
      return;
    }
    self.socket_->writer = nullptr;
    engine.finish(self);
  };
  wait_for_edge<&SocketState::writer>(*this, *socket_);
  if (socket_->writable) engine.next_round(*this);
  return true;
}

// ---------------------------------------------------------------- readiness

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
  if (for_reading_) wait_for_edge<&SocketState::reader>(*this, *socket_);
  else wait_for_edge<&SocketState::writer>(*this, *socket_);
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
  wait_for_edge<&SocketState::writer>(*this, *socket_);
  return true;
}

}  // namespace arint::runtime::detail
