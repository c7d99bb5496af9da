// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "runtime/core/engine.hpp"

namespace arint::runtime {

Socket::Socket(int fd) noexcept {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  // A request usually follows an accepted connection at once: the first recv tries, unless the ring does that.
  Poller& poller = current_engine->poller;
  state_ = poller.add(*current_engine, fd, poller.backend() == Backend::epoll);
  if (!state_) ::close(fd);
}

void Socket::close() noexcept {
  SocketState* state = std::exchange(state_, nullptr);
  if (!state) return;
  if (Operation* reader = state->reader) reader->abort(*reader, ECONNABORTED);
  if (Operation* writer = state->writer) writer->abort(*writer, ECONNABORTED);
  state->engine->poller.close(*state);
}

IoResult Socket::try_recv(std::span<char> into) noexcept {
  if (!state_) return {-EBADF};
  Poller& poller = state_->engine->poller;
  if (!poller.has_input(*state_)) return {-EAGAIN};
  if (state_->held) return {static_cast<std::int64_t>(poller.take_held(*state_, into))};
  if (state_->failure) return {-state_->failure};
  const ssize_t got = ::recv(state_->fd, into.data(), into.size(), 0);
  if (got < 0) {
    if (errno == EAGAIN) state_->readable = false;
    return {-errno};
  }
  if (static_cast<std::size_t>(got) < into.size() && !state_->ended) state_->readable = false;
  return {got};
}

IoResult Socket::try_send(std::span<const iovec> parts, More more) noexcept {
  if (!state_) return {-EBADF};
  if (!state_->writable || state_->writer) return {-EAGAIN};
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts.data());
  message.msg_iovlen = std::min<std::size_t>(parts.size(), IOV_MAX);
  const ssize_t sent = ::sendmsg(state_->fd, &message, MSG_NOSIGNAL | (more == More::yes ? MSG_MORE : 0));
  if (sent < 0) {
    if (errno == EAGAIN) state_->writable = false;
    return {-errno};
  }
  return {sent};
}

bool Socket::idle_clean() const noexcept {
  if (!state_ || state_->ended || state_->held) return false;
  if (state_->receiving && !state_->bulk) return true;
  if (!state_->readable && state_->engine->poller.backend() == Backend::epoll) return true;
  // The last recv filled its buffer exactly, so the flag does not know; or nobody watches: ask.
  char byte = 0;
  const ssize_t got = ::recv(state_->fd, &byte, 1, MSG_PEEK);
  if (got >= 0 || errno != EAGAIN) return false;
  state_->readable = false;
  return true;
}

IoResult Socket::shutdown_send() noexcept {
  if (!state_) return {-EBADF};
  return {::shutdown(state_->fd, SHUT_WR) < 0 ? -errno : 0};
}

void Socket::reset() noexcept {
  if (!state_) return;
  const linger at_once{1, 0};
  ::setsockopt(state_->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

Address Socket::peer() const noexcept {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (!state_ || ::getpeername(state_->fd, reinterpret_cast<sockaddr*>(&storage), &length) < 0) return {};
  return {reinterpret_cast<const sockaddr*>(&storage), length};
}

Address Socket::local() const noexcept {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (!state_ || ::getsockname(state_->fd, reinterpret_cast<sockaddr*>(&storage), &length) < 0) return {};
  return {reinterpret_cast<const sockaddr*>(&storage), length};
}

int Socket::fd() const noexcept { return state_ ? state_->fd : -1; }

}  // namespace arint::runtime
