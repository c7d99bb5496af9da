// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/file/in/watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>

namespace arint::connectors::file {

Watch::Watch(const std::string& folder) noexcept : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (fd_ < 0) return;
  if (::inotify_add_watch(fd_, folder.c_str(), IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MODIFY | IN_ONLYDIR) >= 0) return;
  ::close(fd_);
  fd_ = -1;
}

Watch::~Watch() {
  if (fd_ < 0) return;
  runtime::forget_fd(fd_);
  ::close(fd_);
}

runtime::Task<bool> Watch::news() {
  if (fd_ < 0) co_return false;
  const runtime::IoResult ready = co_await runtime::wait_fd(fd_, runtime::Ready::read);
  if (!ready.ok()) co_return false;
  // What it was is not looked at: the folder is.
  char events[4096];
  ssize_t got;
  do got = ::read(fd_, events, sizeof events);
  while (got > 0);
  co_return got < 0 && errno == EAGAIN;
}

}  // namespace arint::connectors::file
