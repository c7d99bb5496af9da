// SPDX-License-Identifier: GPL-3.0-or-later
// Sending. On epoll a send is tried at once and again when there is room; on io_uring it is the ring's from the start.
#include <sys/sendfile.h>

#include <algorithm>
#include <cerrno>

#include "runtime/io/poller/uring.hpp"
#include "runtime/io/socket.hpp"
#include "runtime/io/waiting.hpp"

namespace arint::runtime::detail {

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
      message.msg_iovlen = std::min(parts_.size(), parts_at_once);
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
    const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    const ssize_t sent = message.msg_iovlen == 1 ? ::send(socket_->fd, message.msg_iov->iov_base, message.msg_iov->iov_len, flags) : ::sendmsg(socket_->fd, &message, flags);
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

void Send::wait_for_room() noexcept {
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Send&>(operation);
    self.socket_->writer = nullptr;
    self.result = -error;
    self.socket_->engine->finish_later(self);
  };
  step = [](Operation& operation) noexcept {
    auto& self = static_cast<Send&>(operation);
    SocketState& socket = *self.socket_;
    if (!self.attempt()) {
      socket.engine->poller.watch(socket, Side::output);
      return;
    }
    socket.writer = nullptr;
    socket.engine->finish(self);
  };
}

// Hands all that is left to the ring. From here on the memory is the kernel's until sent().
void Send::submit() noexcept {
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Send&>(operation);
    if (self.cut_) return;  // asked already, and the socket may be gone
    self.cut_ = error;
    self.socket_->writer = nullptr;
    self.socket_->engine->poller.ring()->cancel_send(self);
  };
  step = [](Operation& operation) noexcept { static_cast<Send&>(operation).sent(); };
  const int flags = MSG_NOSIGNAL | MSG_WAITALL | (more() ? MSG_MORE : 0);
  Uring& ring = *socket_->engine->poller.ring();
  if (parts_.size() == 1) {
    ring.send(*this, *socket_, parts_[0].iov_base, parts_[0].iov_len, flags);
    return;
  }
  message_.msg_iov = const_cast<iovec*>(parts_.data());
  message_.msg_iovlen = std::min(parts_.size(), parts_at_once);
  ring.send(*this, *socket_, message_, flags);
}

// The kernel is done; `result` is what it said.
void Send::sent() noexcept {
  Engine& engine = *current_engine;
  if (cut_) {  // the socket may be gone
    result = -cut_;
    engine.finish(*this);
    return;
  }
  if (result >= 0) {
    const bool nothing = result == 0 && !parts_.empty() && parts_.front().iov_len > 0;
    advance(static_cast<std::size_t>(result));
    if (!parts_.empty() && offset_ == 0 && !nothing) {
      submit();
      return;
    }
    if (!parts_.empty()) {  // cut in the middle of a part, which is rare: the rest as on epoll
      wait_for_room();
      step(*this);
      return;
    }
    result = total_;
  }
  socket_->writer = nullptr;
  engine.finish(*this);
}

bool Send::begin() noexcept {
  if (!may_start(*this, socket_, &SocketState::writer)) return false;
  Engine& engine = *socket_->engine;
  if (engine.poller.ring()) {
    if (parts_.empty()) return false;
    list<&SocketState::writer>(*this, *socket_);
    submit();
    return true;
  }
  const bool my_turn = engine.spend();
  if (socket_->writable && my_turn && attempt()) return false;
  wait_for_room();
  list<&SocketState::writer>(*this, *socket_);
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
      else engine.poller.watch(*self.socket_, Side::output);
      return;
    }
    self.socket_->writer = nullptr;
    engine.finish(self);
  };
  list<&SocketState::writer>(*this, *socket_);
  if (socket_->writable) engine.next_round(*this);
  else engine.poller.watch(*socket_, Side::output);
  return true;
}

}  // namespace arint::runtime::detail
