// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/foreign.hpp"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "runtime/runtime.hpp"

namespace arint::runtime {
namespace {

using namespace std::chrono_literals;

void run(Task<> main) {
  Loop loop(Loop::Backend::automatic, 0);
  loop.run(std::move(main));
}

struct Pipe {
  Pipe() { EXPECT_EQ(::pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0); }
  ~Pipe() {
    for (const int end : ends) {
      forget_fd(end);
      if (end >= 0) ::close(end);
    }
  }
  void say(const char* text) { EXPECT_EQ(::write(ends[1], text, std::strlen(text)), static_cast<ssize_t>(std::strlen(text))); }
  int ends[2] = {-1, -1};
};

Task<> reads_pipe() {
  Pipe pipe;
  Context& context = *co_await this_context();
  char buffer[10];
  {
    const Deadline limit(context, 20ms);
    EXPECT_EQ((co_await wait_fd(pipe.ends[0], Ready::read)).error(), ETIMEDOUT);
  }
  pipe.say("abc");
  for (int i = 0; i < 3; ++i) {
    // Level-triggered: ready as long as something is left.
    EXPECT_EQ((co_await wait_fd(pipe.ends[0], Ready::read)).n, static_cast<int>(Ready::read));
    EXPECT_EQ(::read(pipe.ends[0], buffer, 1), 1);
  }
  EXPECT_EQ((co_await wait_fd(pipe.ends[1], Ready::write)).n, static_cast<int>(Ready::write));
}
TEST(WaitFd, is_level_triggered_and_cut_by_a_deadline) { run(reads_pipe()); }

Task<> waits_on(int fd, Ready what, IoResult& result) { result = co_await wait_fd(fd, what); }
Task<> both_and_busy() {
  int pair[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
  EXPECT_EQ((co_await wait_fd(pair[0], Ready::read | Ready::write)).n, static_cast<int>(Ready::write));
  EXPECT_EQ(::write(pair[1], "x", 1), 1);
  EXPECT_EQ((co_await wait_fd(pair[0], Ready::read | Ready::write)).n, static_cast<int>(Ready::read | Ready::write));
  IoResult first, second, forgotten;
  TaskGroup group;
  group.spawn(waits_on(pair[1], Ready::read, first));
  group.spawn(waits_on(pair[1], Ready::read, second));
  EXPECT_EQ(second.error(), EBUSY);
  forget_fd(pair[1]);
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(first.error(), ECONNABORTED) << "forgotten while somebody waits";
  ::close(pair[0]);
  EXPECT_EQ((co_await wait_fd(pair[1], Ready::read)).n, static_cast<int>(Ready::read | Ready::write)) << "a broken one is ready";
  ::close(pair[1]);
  EXPECT_EQ((co_await wait_fd(pair[1], Ready::read)).error(), EBADF);
  EXPECT_EQ((co_await wait_fd(-1, Ready::read)).error(), EBADF);
}
TEST(WaitFd, both_directions_one_waiter_and_forgetting) { run(both_and_busy()); }

Task<> reopened() {
  // A library closes its descriptor behind our back and opens another that gets the same number.
  for (int i = 0; i < 3; ++i) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    EXPECT_EQ(::write(ends[1], "x", 1), 1);
    EXPECT_TRUE((co_await wait_fd(ends[0], Ready::read)).ok());
    ::close(ends[0]);
    ::close(ends[1]);
  }
}
TEST(WaitFd, survives_a_number_that_is_closed_and_used_again) { run(reopened()); }

// Both become ready in one batch; whoever runs first cuts the other, whose event is still to come.
Task<> cuts_other(int mine, TaskGroup& other, int& woken) {
  const IoResult ready = co_await wait_fd(mine, Ready::read);
  if (ready.ok()) ++woken;
  other.cancel(ECANCELED);
}
Task<> same_batch() {
  for (int i = 0; i < 100; ++i) {
    Pipe a, b;
    int woken = 0;
    TaskGroup first, second;
    first.spawn(cuts_other(a.ends[0], second, woken));
    second.spawn(cuts_other(b.ends[0], first, woken));
    a.say("x");
    b.say("x");
    EXPECT_EQ(co_await first.join(), nullptr);
    EXPECT_EQ(co_await second.join(), nullptr);
    EXPECT_EQ(woken, 1);
  }
}
TEST(WaitFd, an_event_of_a_wait_that_was_cut_in_the_same_batch_finds_nobody) { run(same_batch()); }

}  // namespace
}  // namespace arint::runtime
