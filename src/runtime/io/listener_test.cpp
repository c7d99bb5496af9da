// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/listener.hpp"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/runtime.hpp"

namespace arint::runtime {
namespace {

using namespace std::chrono_literals;

Address loopback() { return *Address::parse("127.0.0.1:0"); }

void run(Task<> main) {
  Loop loop(Loop::Backend::automatic, 0);
  loop.run(std::move(main));
}

Task<> accepts_many() {
  Listener listener(loopback(), ReusePort::no);
  const Address at = listener.address();
  std::vector<Socket> clients(200), servers;
  for (Socket& client : clients) EXPECT_TRUE((co_await Socket::connect(client, at)).ok());
  while (servers.size() < clients.size()) {
    Address peer;
    const IoResult accepted = co_await listener.accept(&peer);
    EXPECT_TRUE(accepted.ok());
    EXPECT_EQ(peer.host(), "127.0.0.1");
    EXPECT_EQ(peer.port(), clients[servers.size()].local().port());
    servers.emplace_back(static_cast<int>(accepted.n));
    int no_delay = 0;
    socklen_t size = sizeof no_delay;
    ::getsockopt(servers.back().fd(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size);
    EXPECT_TRUE(no_delay);
    EXPECT_TRUE(::fcntl(servers.back().fd(), F_GETFL) & O_NONBLOCK);
  }
  Context& context = *co_await this_context();
  const Deadline limit(context, 20ms);
  EXPECT_EQ((co_await listener.accept()).error(), ETIMEDOUT);
}
TEST(Listener, accepts_what_waits_with_the_address_of_the_peer) { run(accepts_many()); }

Task<> accept_until_closed(Listener& listener, int& error) { error = (co_await listener.accept()).error(); }
Task<> closes() {
  Listener listener(loopback(), ReusePort::no);
  int error = 0;
  TaskGroup group;
  group.spawn(accept_until_closed(listener, error));
  listener.close();
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(error, ECONNABORTED);
  EXPECT_EQ((co_await listener.accept()).error(), EBADF);
}
TEST(Listener, closing_ends_a_pending_accept) { run(closes()); }

TEST(Listener, says_why_it_cannot_listen) {
  Loop loop(Loop::Backend::automatic, 0);
  const Listener first(loopback(), ReusePort::no);
  EXPECT_EQ(Listener(first.address(), ReusePort::no).error(), EADDRINUSE);
  EXPECT_EQ(Listener(*Address::parse("192.0.2.1:80"), ReusePort::no).error(), EADDRNOTAVAIL);
  const Listener shared(loopback(), ReusePort::yes);
  EXPECT_EQ(Listener(shared.address(), ReusePort::yes).error(), 0);
}

Task<> unix_echo(const Address& at) {
  Listener listener(at, ReusePort::no);
  EXPECT_EQ(listener.error(), 0);
  struct stat status {};
  EXPECT_EQ(::stat(at.host().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(Listener(at, ReusePort::no).error(), EADDRINUSE) << "somebody answers there";
  Socket client;
  EXPECT_TRUE((co_await Socket::connect(client, at)).ok());
  // The probe above stands before it in the backlog, and is closed already.
  const IoResult probe = co_await listener.accept();
  const Socket gone(static_cast<int>(probe.n));
  const IoResult accepted = co_await listener.accept();
  Socket server(static_cast<int>(accepted.n));
  EXPECT_TRUE((co_await client.send_all(std::string_view("hi"))).ok());
  char buffer[10];
  EXPECT_EQ((co_await server.recv(buffer)).n, 2);
}
TEST(Listener, listens_on_a_private_unix_path_takes_over_a_stale_one_and_removes_it) {
  const std::string path = std::filesystem::temp_directory_path() / ("arint-test-" + std::to_string(::getpid()) + ".sock");
  const Address at = *Address::parse("unix:" + path);
  // What a process that died leaves behind: a path without a listener.
  const int stale = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(stale, at.data(), at.length()), 0);
  ::close(stale);
  run(unix_echo(at));
  EXPECT_FALSE(std::filesystem::exists(path));
}

// Runs in a child process, since it takes the descriptors away. Exit code 0 when all is well.
Task<> out_of_descriptors(int& failures) {
  const auto check = [&](bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "failed: %s\n", what);
    ++failures;
  };
  Listener listener(loopback(), ReusePort::no);
  const Address at = listener.address();
  std::vector<Socket> clients(20);
  for (Socket& client : clients) check((co_await Socket::connect(client, at)).ok(), "connect");
  std::vector<int> fillers;
  for (int fd = ::open("/dev/null", O_RDONLY); fd >= 0; fd = ::open("/dev/null", O_RDONLY)) fillers.push_back(fd);
  check(errno == EMFILE, "descriptors are used up");

  Context& context = *co_await this_context();
  const std::uint64_t rounds_before = Loop::current().counters().rounds;
  {
    const Deadline limit(context, 300ms);
    check((co_await listener.accept()).error() == ETIMEDOUT, "accept waits");
  }
  check(listener.turned_away() == 20, "those who waited are turned away");
  check(Loop::current().counters().rounds - rounds_before < 20, "without spinning");
  char byte[1];
  check((co_await clients[0].recv(byte)).n <= 0, "and learn it at once");

  for (const int fd : fillers) ::close(fd);
  Socket late;
  check((co_await Socket::connect(late, at)).ok(), "connect again");
  {
    const Deadline limit(context, 5s);
    const IoResult accepted = co_await listener.accept();
    check(accepted.ok(), "accept again");
    if (accepted.ok()) ::close(static_cast<int>(accepted.n));
  }
}
TEST(Listener, out_of_descriptors_it_turns_away_instead_of_spinning) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit few{64, 64};
    ::setrlimit(RLIMIT_NOFILE, &few);
    int failures = 0;
    run(out_of_descriptors(failures));
    ::_exit(failures ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST(Address, reads_and_writes_numeric_addresses) {
  for (const char* text : {"127.0.0.1:8080", "[::1]:443", "[2001:db8::7]:1", "unix:/run/arint.sock"}) {
    const std::optional<Address> address = Address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
  for (const char* text : {"", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "1.2.3:4", "::1:80",
                           "[::1]80", "unix:", "127.0.0.1:8o"})
    EXPECT_FALSE(Address::parse(text)) << text;
  EXPECT_FALSE(Address::parse("unix:/" + std::string(200, 'a')));
  EXPECT_EQ(Address().text(), ":0");
}

}  // namespace
}  // namespace arint::runtime
