// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/listener.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "runtime/core/engine.hpp"

namespace arint::runtime {
namespace {

constexpr int backlog = 1024;
constexpr int turned_away_per_pause = 64;
constexpr std::int64_t pause_ms = 100;

int open_spare() noexcept { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

void set_tcp_options(int fd, const Address& at) noexcept {
  const int one = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  // "[::]" is IPv6 only, so that "0.0.0.0" beside it means what it says on every system.
  if (at.family() == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
}

// A path left behind by a process that died: nobody answers there.
bool is_stale(const Address& at) noexcept {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  const bool refused = ::connect(probe, at.data(), at.length()) < 0 && errno == ECONNREFUSED;
  ::close(probe);
  return refused;
}

// Bound without SO_REUSEPORT for a moment: the kernel refuses that when anybody listens there.
int taken(const Address& at) noexcept {
  const int probe = ::socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return errno;
  set_tcp_options(probe, at);
  const int error = ::bind(probe, at.data(), at.length()) < 0 ? errno : 0;
  ::close(probe);
  return error;
}

}  // namespace

Listener::Listener(const sockaddr* at, unsigned length, ReusePort reuse) : tcp_(at->sa_family != AF_UNIX) {
  const Address address(at, length);
  const int fd = ::socket(at->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    error_ = errno;
    return;
  }
  error_ = bind_and_listen(fd, address, reuse);
  if (!error_) {
    state_ = current_engine->poller.add(*current_engine, fd, true);
    if (!state_) error_ = errno;
  }
  if (error_) {
    ::close(fd);
    return;
  }
  spare_ = open_spare();
}

int Listener::bind_and_listen(int fd, const Address& at, ReusePort reuse) noexcept {
  if (tcp_) {
    if (reuse == ReusePort::first)
      if (const int error = taken(at)) return error;
    const int one = 1;
    set_tcp_options(fd, at);
    if (reuse != ReusePort::no) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    if (::bind(fd, at.data(), at.length()) < 0 || ::listen(fd, backlog) < 0) return errno;
    return 0;
  }
  const std::string path = at.host();
  if (::bind(fd, at.data(), at.length()) < 0) {
    if (errno != EADDRINUSE) return errno;
    if (!is_stale(at)) return EADDRINUSE;
    ::unlink(path.c_str());
    if (::bind(fd, at.data(), at.length()) < 0) return errno;
  }
  path_ = path;
  // Before listen(): until then nobody can connect, so there is no moment with wider rights.
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) < 0 || ::listen(fd, backlog) < 0) {
    const int error = errno;
    ::unlink(path.c_str());
    path_.clear();
    return error;
  }
  return 0;
}

Address Listener::address() const noexcept {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (!state_ || ::getsockname(state_->fd, reinterpret_cast<sockaddr*>(&storage), &length) < 0) return {};
  return {reinterpret_cast<const sockaddr*>(&storage), length};
}

void Listener::close() noexcept {
  if (!state_) return;
  // Through abort, so that a pause is ended too.
  if (Operation* operation = state_->reader) operation->abort(*operation, ECONNABORTED);
  state_->engine->poller.close(*std::exchange(state_, nullptr));
  if (spare_ >= 0) ::close(std::exchange(spare_, -1));
  if (!path_.empty()) ::unlink(path_.c_str());
}

// Gives up the spare descriptor for a moment, to take one connection and close it: the peer learns at once that there is no
// room, instead of hanging in the backlog. False when nobody waits.
bool Listener::turn_away() noexcept {
  if (spare_ >= 0) ::close(spare_);
  const int fd = ::accept4(state_->fd, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) {
    ::close(fd);
    ++turned_away_;
  }
  spare_ = open_spare();
  return fd >= 0;
}

namespace detail {

bool Accept::attempt() noexcept {
  SocketState& socket = *listener_.state_;
  for (;;) {
    sockaddr_storage storage;
    socklen_t length = sizeof storage;
    const int fd = ::accept4(socket.fd, reinterpret_cast<sockaddr*>(&storage), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      if (listener_.tcp_) {
        const int one = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      }
      if (peer_) *peer_ = Address(reinterpret_cast<const sockaddr*>(&storage), length);
      result = fd;
      return true;
    }
    switch (errno) {
      case EAGAIN: socket.readable = false; return false;
      case EMFILE:
      case ENFILE:
        for (int i = 0; i < turned_away_per_pause && listener_.turn_away(); ++i) continue;
        pause();
        return false;
      case ENOBUFS:
      case ENOMEM: pause(); return false;
      case EBADF:
      case EINVAL:
      case ENOTSOCK:
      case EOPNOTSUPP: result = -errno; return true;
      default: break;  // that connection failed before we took it (ECONNABORTED, EPROTO, ...): the next one
    }
  }
}

// Descriptors are out: look again in a while, and let whoever holds them run.
void Accept::pause() noexcept {
  listener_.state_->readable = false;
  alarm_.owner = this;
  alarm_.fire = [](Timer& timer) noexcept {
    Accept& self = *static_cast<Alarm&>(timer).owner;
    self.listener_.state_->readable = true;
    self.listener_.state_->engine->next_round(self);
  };
  Engine& engine = *listener_.state_->engine;
  engine.arm(alarm_, engine.arming_ms() + pause_ms);
}

bool Accept::begin() noexcept {
  SocketState* socket = listener_.state_;
  if (!socket || socket->reader) {
    result = socket ? -EBUSY : -EBADF;
    return false;
  }
  Engine& engine = *socket->engine;
  const bool my_turn = engine.spend();
  if (socket->readable && my_turn && attempt()) return false;
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<Accept&>(operation);
    SocketState& socket = *self.listener_.state_;
    self.alarm_.disarm();
    socket.reader = nullptr;
    socket.readable = true;  // connections may still wait: the next accept must look
    self.result = -error;
    socket.engine->finish_later(self);
  };
  step = [](Operation& operation) noexcept {
    auto& self = static_cast<Accept&>(operation);
    SocketState& socket = *self.listener_.state_;
    if (self.alarm_.armed()) return;  // a pause lasts, whoever knocks
    if (!self.attempt()) {
      if (!self.alarm_.armed()) socket.engine->poller.watch(socket, Side::input);
      return;
    }
    socket.reader = nullptr;
    socket.engine->finish(self);
  };
  socket->reader = this;
  Engine::wait(*this);
  if (socket->readable) engine.next_round(*this);
  else if (!alarm_.armed()) engine.poller.watch(*socket, Side::input);
  return true;
}

}  // namespace detail
}  // namespace arint::runtime
