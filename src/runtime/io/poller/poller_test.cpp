// SPDX-License-Identifier: GPL-3.0-or-later
// What the two back ends must have in common where they differ most: who holds what while nobody reads, and whose memory it is.
#include "runtime/io/poller/poller.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "runtime/core/engine.hpp"
#include "runtime/io/poller/uring.hpp"
#include "runtime/runtime.hpp"

namespace arint::runtime {
namespace {

using namespace std::chrono_literals;

void run(Task<> main) {
  Loop loop(Backend::automatic, 0);
  loop.run(std::move(main));
}

Task<> connect_pair(Socket& client, Socket& server) {
  Listener listener(*Address::parse("127.0.0.1:0"), ReusePort::no);
  EXPECT_EQ(listener.error(), 0);
  const Address at = listener.address();
  EXPECT_TRUE((co_await Socket::connect(client, at)).ok());
  const IoResult accepted = co_await listener.accept();
  EXPECT_TRUE(accepted.ok());
  server = Socket(static_cast<int>(accepted.n));
}

std::string pattern(std::size_t size, unsigned seed) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251 + seed) % 26);
  return text;
}

TEST(Backend, is_the_one_asked_for_or_says_why_not) {
  {
    const Loop loop(Backend::epoll, 0);
    EXPECT_EQ(loop.backend(), Backend::epoll);
    EXPECT_EQ(loop.refusal(), "");
  }
  const Loop loop(Backend::io_uring, 0);
  EXPECT_EQ(loop.backend() == Backend::io_uring, loop.refusal().empty()) << loop.refusal();
}

TEST(Backend, automatic_is_what_the_environment_says) {
  const char* const asked = std::getenv("ARINT_IO");
  const Loop by_itself(Backend::automatic, 0), on_ring(Backend::io_uring, 0);
  EXPECT_EQ(by_itself.backend(), asked && std::string_view(asked) == "io_uring" ? on_ring.backend() : Backend::epoll);
}

Task<> sends(Socket& socket, const std::string& text) {
  const IoResult sent = co_await socket.send_all(text);
  EXPECT_EQ(sent.n, static_cast<std::int64_t>(text.size()));
}
Task<> receives(Socket& socket, std::size_t size, std::size_t piece, std::string& out) {
  std::vector<char> buffer(piece);
  while (out.size() < size) {
    const IoResult got = co_await socket.recv(buffer);
    EXPECT_GT(got.n, 0);
    if (got.n <= 0) co_return;
    out.append(buffer.data(), static_cast<std::size_t>(got.n));
  }
}

Task<> unread_connection() {
  Socket client, server;
  co_await connect_pair(client, server);
  const std::string text = pattern(8 << 20, 3);
  TaskGroup group;
  group.spawn(sends(server, text));
  EXPECT_TRUE((co_await client.arrival()).ok());
  EXPECT_TRUE((co_await sleep(50ms)).ok());
  EXPECT_EQ(group.count(), 1u) << "nobody reads: the sender waits";
  if (Uring* ring = current_engine->poller.ring()) {
    // The limit is one of bytes; buffers may not be full. An older kernel is only stopped after it took what was there.
    const unsigned held = Uring::buffers - ring->free_buffers();
    EXPECT_GE(held, Uring::held_limit);
    EXPECT_LE(held, ring->limits_receives() ? 2 * Uring::held_limit : Uring::buffers);
  }
  std::string back;
  group.spawn(receives(client, text.size(), 100'000, back));
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_TRUE(back == text);
}
TEST(Backend, a_connection_that_nobody_reads_holds_no_more_than_its_limit) { run(unread_connection()); }

// So many that the ring's buffers would not do for all, each with a sender at full speed and nobody who reads.
Task<> unread_connections() {
  constexpr std::size_t many = 20, size = 8 << 20;
  std::deque<Socket> clients(many), servers(many);
  std::vector<std::string> texts, back(many);
  TaskGroup group;
  for (std::size_t i = 0; i < many; ++i) {
    co_await connect_pair(clients[i], servers[i]);
    texts.push_back(pattern(size, static_cast<unsigned>(i)));
  }
  for (std::size_t i = 0; i < many; ++i) group.spawn(sends(servers[i], texts[i]));
  for (std::size_t i = 0; i < many; ++i) {
    EXPECT_TRUE((co_await clients[i].arrival()).ok());
    EXPECT_FALSE(clients[i].idle_clean());
  }
  EXPECT_TRUE((co_await sleep(50ms)).ok());
  EXPECT_EQ(group.count(), many) << "nobody reads: the senders wait";
  for (std::size_t i = 0; i < many; ++i) {
    EXPECT_TRUE((co_await clients[i].arrival()).ok()) << "it does not use anything up";
  }
  // Another connection is served all the same, in both directions.
  Socket client, server;
  co_await connect_pair(client, server);
  for (int i = 0; i < 100; ++i) {
    char word[8];
    EXPECT_TRUE((co_await client.send_all(std::string_view("question"))).ok());
    EXPECT_EQ((co_await server.recv(word)).n, 8);
    EXPECT_TRUE((co_await server.send_all(std::string_view("answer"))).ok());
    EXPECT_EQ((co_await client.recv(word)).n, 6);
  }
  // And then all of it comes, whatever the size of the reads.
  for (std::size_t i = 0; i < many; ++i) group.spawn(receives(clients[i], size, std::size_t{1} << (6 + i % 13), back[i]));
  EXPECT_EQ(co_await group.join(), nullptr);
  for (std::size_t i = 0; i < many; ++i) EXPECT_TRUE(back[i] == texts[i]) << i;
  for (Socket& each : clients) EXPECT_TRUE(each.idle_clean());
  if (Uring* ring = current_engine->poller.ring()) {
    EXPECT_EQ(ring->free_buffers(), Uring::buffers) << "all buffers are back";
  }
}
TEST(Backend, connections_that_nobody_reads_starve_nobody) { run(unread_connections()); }

Task<> closes_unread() {
  for (int i = 0; i < 50; ++i) {
    Socket client, server;
    co_await connect_pair(client, server);
    const std::string text = pattern(10'000, 1);
    EXPECT_TRUE((co_await server.send_all(text)).ok());
    EXPECT_TRUE((co_await client.arrival()).ok());
    client.close();
    char byte[1];
    EXPECT_EQ((co_await server.recv(byte)).error(), ECONNRESET) << "what was not read is not taken for received";
  }
  if (Uring* ring = current_engine->poller.ring()) {
    EXPECT_EQ(ring->free_buffers(), Uring::buffers);
  }
}
TEST(Backend, closing_gives_back_what_was_held) { run(closes_unread()); }

// The sender is cut while the kernel still has its memory. Once the await has ended that memory is ours to change.
Task<> cut_sender() {
  Context& context = *co_await this_context();
  Socket client, server;
  co_await connect_pair(client, server);
  std::string text(32 << 20, 'a');
  {
    const Deadline limit(context, 20ms);
    EXPECT_EQ((co_await server.send_all(text)).error(), ETIMEDOUT);
  }
  std::fill(text.begin(), text.end(), 'b');
  EXPECT_TRUE((co_await sleep(1ms)).ok());
  server.close();
  std::vector<char> buffer(1 << 20);
  std::size_t received = 0;
  for (;;) {
    const IoResult got = co_await client.recv(buffer);
    if (got.n <= 0) break;
    received += static_cast<std::size_t>(got.n);
    EXPECT_EQ(std::count(buffer.begin(), buffer.begin() + got.n, 'a'), got.n);
  }
  EXPECT_GT(received, 0u);
  EXPECT_LT(received, text.size());
}
TEST(Backend, a_sender_that_was_cut_has_its_memory_back) { run(cut_sender()); }

Task<> sends_until_closed(Socket& socket, int& error) {
  const std::string text(32 << 20, 'x');
  error = (co_await socket.send_all(text)).error();
}
Task<> closed_while_sending() {
  Socket client, server;
  co_await connect_pair(client, server);
  int error = 0;
  TaskGroup group;
  group.spawn(sends_until_closed(server, error));
  EXPECT_TRUE((co_await sleep(1ms)).ok());
  EXPECT_EQ((co_await server.send_all(std::string_view("x"))).error(), EBUSY);
  server.close();
  group.cancel(ECANCELED);  // the first error counts
  EXPECT_EQ(co_await group.join(), nullptr);
  EXPECT_EQ(error, ECONNABORTED);
}
TEST(Backend, closing_ends_a_sender_too) { run(closed_while_sending()); }

// A number closed and opened again at once: no request made for the old one may touch the new.
Task<> reuses_numbers() {
  char word[4];
  for (int i = 0; i < 200; ++i) {
    Socket a, b, c, d;
    co_await connect_pair(a, b);
    TaskGroup group;
    int error = 0;
    const auto waits = [](Socket& socket, int& failed) -> Task<> {
      char byte[1];
      failed = (co_await socket.recv(byte)).error();
    };
    group.spawn(waits(a, error));
    a.close();
    b.close();
    co_await connect_pair(c, d);
    EXPECT_TRUE((co_await c.send_all(std::string_view("word"))).ok());
    EXPECT_EQ((co_await d.recv(word)).n, 4);
    EXPECT_EQ(co_await group.join(), nullptr);
    EXPECT_EQ(error, ECONNABORTED);
  }
}
TEST(Backend, a_number_used_again_at_once_is_another_socket) { run(reuses_numbers()); }

Task<> address_is_free(Address& at) {
  Listener listener(*Address::parse("127.0.0.1:0"), ReusePort::no);
  at = listener.address();
  Context& context = *co_await this_context();
  const Deadline limit(context, 1ms);
  EXPECT_EQ((co_await listener.accept()).error(), ETIMEDOUT);
}
TEST(Backend, lets_go_of_an_address_with_its_loop) {
  for (int i = 0; i < 20; ++i) {
    Address at;
    run(address_is_free(at));
    Loop loop(Backend::automatic, 0);
    EXPECT_EQ(Listener(at, ReusePort::first).error(), 0);
  }
}

}  // namespace
}  // namespace arint::runtime
