// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/foreign.hpp"

#include <sys/epoll.h>

#include "runtime/core/engine.hpp"

namespace arint::runtime {

static_assert(static_cast<std::uint32_t>(Ready::read) == EPOLLIN && static_cast<std::uint32_t>(Ready::write) == EPOLLOUT);

bool WaitFd::begin() noexcept {
  const int armed = current_engine->poller.arm_foreign(fd_, static_cast<std::uint32_t>(what_), *this);
  if (armed < 0) {
    result = armed;
    return false;
  }
  abort = [](Operation& operation, int error) noexcept {
    auto& self = static_cast<WaitFd&>(operation);
    current_engine->poller.disarm_foreign(self.fd_, self);
    self.result = -error;
    current_engine->finish_later(self);
  };
  Engine::wait(*this);
  return true;
}

void forget_fd(int fd) noexcept {
  if (current_engine) current_engine->poller.forget_foreign(*current_engine, fd);
}

}  // namespace arint::runtime
