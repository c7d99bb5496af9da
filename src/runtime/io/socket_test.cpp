// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/socket.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
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

// A connected pair over real TCP.
Task<> connect_pair(Socket& client, Socket& server) {
  Listener listener(loopback(), ReusePort::no);
  EXPECT_EQ(listener.error(), 0);
  const Address at = listener.address();
  EXPECT_TRUE((co_await Socket::connect(client, at)).ok());
  const IoResult accepted = co_await listener.accept();
  EXPECT_TRUE(accepted.ok());
  server = Socket(static_cast<int>(accepted.n));
}

Task<std::string> receive_all(Socket& socket, std::size_t piece) {
  std::vector<char> buffer(piece);
  std::string all;
  for (;;) {
    const IoResult got = co_await socket.recv(buffer);
    EXPECT_TRUE(got.ok()) << got.error();
    if (got.n <= 0) break;
    all.append(buffer.data(), static_cast<std::size_t>(got.n));
  }
  co_return all;
}

std::string pattern(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return text;
}

Task<> echo(Socket socket) {
  char buffer[4096];
  for (;;) {
    const IoResult got = co_await socket.recv(buffer);
    if (got.n <= 0) co_return;
    const std::string_view bytes(buffer, static_cast<std::size_t>(got.n));
    const IoResult sent = co_await socket.send_all(bytes);
    if (!sent.ok()) co_return;
  }
}
Task<> send_then_end(Socket& socket, const std::string& text) {
  const IoResult sent = co_await socket.send_all(text);
  EXPECT_EQ(sent.n, static_cast<std::int64_t>(text.size()));
  EXPECT_TRUE(socket.shutdown_send().ok());
}
Task<> echo_mebibyte() {
  Socket client, server;
  co_await connect_pair(client, server);
  const std::string text = pattern(1 << 20);
  TaskGroup group;
  group.spawn(echo(std::move(server)));
  group.spawn(send_then_end(client, text));
  const std::string back = co_await receive_all(client, 1000);
  EXPECT_EQ(back, text);
  EXPECT_EQ(co_await group.join(), nullptr);
}
TEST(Socket, echoes_a_mebibyte_and_ends_after_the_half_close) { run(echo_mebibyte()); }

Task<> slow_reader() {
  Socket client, server;
  co_await connect_pair(client, server);
  const std::string text = pattern(8 << 20);
  TaskGroup group;
  group.spawn(send_then_end(server, text));
  EXPECT_TRUE((co_await sleep(20ms)).ok());
  EXPECT_EQ(group.count(), 1u) << "nobody reads: the sender waits instead of buffering";
  const std::string back = co_await receive_all(client, 64 * 1024);
  EXPECT_TRUE(back == text);
  EXPECT_EQ(co_await group.join(), nullptr);
}
TEST(Socket, a_slow_reader_holds_the_sender_back) { run(slow_reader()); }

Task<> many_parts() {
  Socket client, server;
  co_await connect_pair(client, server);
  const std::string text = pattern(3'000'000);
  // More parts than one call takes, of uneven lengths and some empty.
  std::vector<iovec> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::min<std::size_t>(text.size() - at, parts.size() * 37 % 3000);
    parts.push_back({const_cast<char*>(text.data()) + at, length});
    at += length;
  }
  EXPECT_GT(parts.size(), 1024u);
  const std::vector<iovec> before = parts;
  std::string back;
  const auto reads = [](Socket& socket, std::string& out) -> Task<> { out = co_await receive_all(socket, 5000); };
  TaskGroup group;
  group.spawn(reads(client, back));
  const IoResult sent = co_await server.send_all(parts);
  EXPECT_EQ(sent.n, static_cast<std::int64_t>(text.size()));
  server.close();
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_TRUE(back == text);
  for (std::size_t i = 0; i < parts.size(); ++i) EXPECT_EQ(parts[i].iov_len, before[i].iov_len);
}
TEST(Socket, sends_two_thousand_parts_and_leaves_them_as_they_were) { run(many_parts()); }

Task<> sends_file() {
  Socket client, server;
  co_await connect_pair(client, server);
  const std::string text = pattern(3'000'000);
  std::FILE* const file = std::tmpfile();
  EXPECT_EQ(std::fwrite(text.data(), 1, text.size(), file), text.size());
  std::fflush(file);
  std::string back;
  const auto reads = [](Socket& socket, std::string& out) -> Task<> { out = co_await receive_all(socket, 64 * 1024); };
  TaskGroup group;
  group.spawn(reads(client, back));
  const IoResult sent = co_await server.send_file(::fileno(file), 1000, 2'500'000);
  EXPECT_EQ(sent.n, 2'500'000);
  const IoResult too_much = co_await server.send_file(::fileno(file), 2'999'000, 5000);
  EXPECT_EQ(too_much.error(), EIO) << "the file is shorter than promised";
  server.close();
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_TRUE(back == text.substr(1000, 2'500'000) + text.substr(2'999'000));
  std::fclose(file);
}
TEST(Socket, sends_a_range_of_a_file) { run(sends_file()); }

Task<> refused() {
  Address at;
  {
    const Listener listener(loopback(), ReusePort::no);
    at = listener.address();
  }
  Socket socket;
  EXPECT_EQ((co_await Socket::connect(socket, at)).error(), ECONNREFUSED);
  EXPECT_FALSE(socket.open());
  EXPECT_EQ((co_await socket.send_all(std::string_view("x"))).error(), EBADF);
}
TEST(Socket, connection_refused_is_an_error_of_connect) { run(refused()); }

Task<> reset_by_peer() {
  Socket client, server;
  co_await connect_pair(client, server);
  server.reset();
  char buffer[10];
  EXPECT_EQ((co_await client.recv(buffer)).error(), ECONNRESET);
  EXPECT_FALSE(client.idle_clean());
  EXPECT_FALSE((co_await client.send_all(std::string_view("x"))).ok());
}
TEST(Socket, a_reset_is_reported_by_recv_and_send) { run(reset_by_peer()); }

Task<> fills_until_reset(Socket& socket, int& error) {
  const std::string text = pattern(16 << 20);
  error = (co_await socket.send_all(text)).error();
}
Task<> reset_while_sending() {
  Socket client, server;
  co_await connect_pair(client, server);
  int error = 0;
  TaskGroup group;
  group.spawn(fills_until_reset(server, error));
  EXPECT_EQ(group.count(), 1u);
  client.reset();
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_TRUE(error == ECONNRESET || error == EPIPE) << error;
}
TEST(Socket, a_reset_ends_a_sender_that_waits) { run(reset_while_sending()); }

Task<> times_out() {
  Socket client, server;
  co_await connect_pair(client, server);
  Context& context = *co_await this_context();
  char buffer[10];
  {
    const Deadline limit(context, 20ms);
    EXPECT_EQ((co_await client.recv(buffer)).error(), ETIMEDOUT);
  }
  EXPECT_TRUE((co_await server.send_all(std::string_view("late"))).ok());
  EXPECT_EQ((co_await client.recv(buffer)).n, 4) << "usable after the timeout";
}
TEST(Socket, recv_is_cut_by_a_deadline_and_usable_afterwards) { run(times_out()); }

Task<> receives(Socket& socket, int& error) {
  char buffer[10];
  error = (co_await socket.recv(buffer)).error();
}
Task<> closed_under() {
  Socket client, server;
  co_await connect_pair(client, server);
  int error = 0, second = 0;
  TaskGroup group;
  group.spawn(receives(client, error));
  group.spawn(receives(client, second));
  EXPECT_EQ(second, EBUSY) << "one receiver at a time";
  client.close();
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(error, ECONNABORTED);
}
TEST(Socket, closing_aborts_its_operations) { run(closed_under()); }

Task<> idle() {
  Socket client, server;
  co_await connect_pair(client, server);
  char four[4];
  EXPECT_TRUE(client.idle_clean());
  EXPECT_TRUE((co_await server.send_all(std::string_view("1234"))).ok());
  EXPECT_EQ((co_await client.recv(four)).n, 4);
  EXPECT_TRUE(client.idle_clean()) << "also when the last recv filled its buffer exactly";
  EXPECT_TRUE((co_await server.send_all(std::string_view("5"))).ok());
  EXPECT_TRUE((co_await sleep(1ms)).ok());
  EXPECT_FALSE(client.idle_clean()) << "data nobody asked for";
  EXPECT_EQ((co_await client.recv(four)).n, 1);
  EXPECT_TRUE(client.idle_clean());
  server.close();
  EXPECT_TRUE((co_await sleep(1ms)).ok());
  EXPECT_FALSE(client.idle_clean()) << "the peer has gone";
  EXPECT_EQ((co_await client.recv(four)).n, 0);
  EXPECT_EQ((co_await client.recv(four)).n, 0) << "the end stays the end";
}
TEST(Socket, knows_whether_an_idle_connection_is_clean) { run(idle()); }

// As OpenSSL with SSL_set_fd would: reads the descriptor itself, and waits for readiness in between.
Task<> library_reads(Socket& socket, std::string& out) {
  char buffer[1000];
  for (;;) {
    const ssize_t got = ::read(socket.fd(), buffer, sizeof buffer);
    if (got == 0) co_return;
    if (got > 0) {
      out.append(buffer, static_cast<std::size_t>(got));
      continue;
    }
    const IoResult ready = co_await socket.readable();
    if (!ready.ok()) co_return;
  }
}
Task<> library_writes(Socket& socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::write(socket.fd(), text.data(), text.size());
    if (sent > 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    const IoResult ready = co_await socket.writable();
    if (!ready.ok()) co_return;
  }
  EXPECT_TRUE(socket.shutdown_send().ok());
}
Task<> library() {
  Socket client, server;
  co_await connect_pair(client, server);
  const std::string text = pattern(4 << 20);
  std::string back;
  TaskGroup group;
  group.spawn(library_writes(server, text));
  group.spawn(library_reads(client, back));
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_TRUE(back == text);
}
TEST(Socket, carries_libraries_that_use_the_descriptor_themselves) { run(library()); }

Task<> chatters(Socket& mine, int& rounds, const bool& stop) {
  char byte[1];
  while (!stop) {
    const IoResult got = co_await mine.recv(byte);
    if (!got.ok()) co_return;
    const IoResult sent = co_await mine.send_all(std::string_view(byte, 1));
    if (!sent.ok()) co_return;
    ++rounds;
  }
}
Task<> floods(Socket& socket, const bool& stop) {
  const std::string text = pattern(1 << 16);
  while (!stop) {
    const IoResult sent = co_await socket.send_all(text);
    if (!sent.ok()) co_return;
  }
}
Task<> drains(Socket& socket, const bool& stop) {
  char small[16];
  while (!stop) {
    const IoResult got = co_await socket.recv(small);
    if (got.n <= 0) co_return;
  }
}
Task<> fairness() {
  Socket a, b, c, d;
  co_await connect_pair(a, b);
  co_await connect_pair(c, d);
  int rounds = 0;
  bool stop = false;
  Context& context = *co_await this_context();
  TaskGroup group;
  // One side always has data, so its reader never finds the kernel empty; the others must get their turn all the same.
  group.spawn(floods(a, stop));
  group.spawn(drains(b, stop));
  group.spawn(chatters(c, rounds, stop));
  group.spawn(chatters(d, rounds, stop));
  EXPECT_TRUE((co_await c.send_all(std::string_view("x"))).ok());
  {
    const Deadline limit(context, 10s);
    while (rounds < 1000) {
      const IoResult slept = co_await sleep(1ms);
      if (!slept.ok()) break;
    }
  }
  EXPECT_GE(rounds, 1000);
  stop = true;
  group.cancel(ECANCELED);
  EXPECT_EQ(co_await group.join(), nullptr);
}
TEST(Socket, a_connection_that_never_runs_dry_starves_nobody) { run(fairness()); }

Task<> tries() {
  Socket client, server;
  co_await connect_pair(client, server);
  char buffer[100];
  EXPECT_EQ(server.try_recv(buffer).error(), EAGAIN);
  iovec part{const_cast<char*>("hello"), 5};
  EXPECT_EQ(client.try_send({&part, 1}).n, 5);
  EXPECT_EQ((co_await server.recv(buffer)).n, 5);
  EXPECT_EQ(server.try_recv(buffer).error(), EAGAIN);
  EXPECT_EQ(server.peer().text(), client.local().text());
}
TEST(Socket, tries_without_waiting) { run(tries()); }

}  // namespace
}  // namespace arint::runtime
