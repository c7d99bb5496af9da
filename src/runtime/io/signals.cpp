// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/signals.hpp"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <iterator>
#include <system_error>

#include "base/result.hpp"
#include "runtime/io/foreign.hpp"

namespace arint::runtime {
namespace {
sigset_t set_of(const int* numbers, std::size_t count) noexcept {
  sigset_t set;
  sigemptyset(&set);
  for (std::size_t i = 0; i < count; ++i) sigaddset(&set, numbers[i]);
  return set;
}
}  // namespace

Signals::Signals(std::initializer_list<int> numbers) {
  invariant(numbers.size() <= std::size(numbers_), "at most eight signals are awaited");
  for (const int number : numbers) numbers_[count_++] = number;
  const sigset_t set = set_of(numbers_, count_);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  fd_ = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "no descriptor for signals");
}

Signals::~Signals() {
  forget_fd(fd_);
  // One that nobody awaits any more (an impatient second SIGTERM) must not end the process half way out.
  for (signalfd_siginfo info; ::read(fd_, &info, sizeof info) > 0;) {
  }
  ::close(fd_);
  const sigset_t set = set_of(numbers_, count_);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

Task<IoResult> Signals::next() {
  for (;;) {
    signalfd_siginfo info;
    if (::read(fd_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) co_return IoResult{info.ssi_signo};
    const IoResult ready = co_await wait_fd(fd_, Ready::read);
    if (!ready.ok()) co_return ready;
  }
}

}  // namespace arint::runtime
