// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/poller/epoll.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "runtime/core/engine.hpp"

namespace arint::runtime {
namespace {
constexpr int batch = 256;
}

Epoll::Epoll(int wake) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "no epoll descriptor for an event loop");
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = tag_of(Kind::wake, 0, 0);
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake, &event);
}

Epoll::~Epoll() { ::close(epoll_); }

bool Epoll::add(const SocketState& state) noexcept {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = tag_of(Kind::socket, state);
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, state.fd, &event) == 0;
}

int Epoll::watch_foreign(int fd, std::uint32_t events, std::uint32_t generation) noexcept {
  epoll_event event{};
  event.events = events | EPOLLONESHOT;
  event.data.u64 = tag_of(Kind::foreign, static_cast<std::uint32_t>(fd), generation);
  // Usually it is registered and only disarmed. A library that closed and reopened it makes the first call fail.
  if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0) return 0;
  if (errno != ENOENT) return -errno;
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

void Epoll::unwatch_foreign(int fd) noexcept { ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr); }

int Epoll::wait(Engine& engine, Poller& poller, int timeout_ms) noexcept {
  epoll_event events[batch];
  const int count = ::epoll_wait(epoll_, events, batch, timeout_ms);
  engine.round_ns = engine.clock.steady_ns();
  for (int i = 0; i < count; ++i) poller.serve(engine, events[i].data.u64, events[i].events);
  return count > 0 ? count : 0;
}

}  // namespace arint::runtime
