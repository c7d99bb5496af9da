// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace arint::command {

ServiceManager::ServiceManager() {
  const char* written = std::getenv("NOTIFY_SOCKET");
  if (written && (*written == '/' || *written == '@') && std::strlen(written) < sizeof(sockaddr_un::sun_path)) {
    address_ = written;
    if (address_.front() == '@') address_.front() = '\0';
  }
  ::unsetenv("NOTIFY_SOCKET");
}

void ServiceManager::reloading() const noexcept {
  if (address_.empty()) return;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  // The time tells this reload's READY=1 from an earlier one's.
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.tv_sec * 1'000'000 + now.tv_nsec / 1'000));
}

void ServiceManager::tell(std::string_view state) const noexcept {
  if (address_.empty()) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  // Nothing can be done where it fails: the manager's own time limit says so to the operator.
  static_cast<void>(::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), length));
  ::close(fd);
}

}  // namespace arint::command
