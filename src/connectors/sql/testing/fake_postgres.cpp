// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/testing/fake_postgres.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

namespace arint::connectors::sql::testing {
namespace {

std::string four_bytes(std::uint32_t number) {
  number = htonl(number);
  return std::string(reinterpret_cast<const char*>(&number), sizeof number);
}

std::uint32_t number_in(const std::string& four) {
  std::uint32_t number = 0;
  four.copy(reinterpret_cast<char*>(&number), sizeof number);
  return ntohl(number);
}

}  // namespace

bool Wire::read(std::size_t count, std::string& out) {
  out.assign(count, '\0');
  for (std::size_t have = 0; have < count;) {
    const ssize_t got = ::recv(fd_, out.data() + have, count - have, 0);
    if (got <= 0) return false;
    have += static_cast<std::size_t>(got);
  }
  return true;
}

void Wire::begin() {
  std::string length, rest;
  if (!read(4, length) || !read(number_in(length) - 4, rest)) return;
  say('R', four_bytes(0));
  say('K', four_bytes(4711) + four_bytes(42));
  ready();
  if (batch().empty()) return;
  done("SELECT 1");
  ready();
}

std::string Wire::batch() {
  std::string types, head, payload;
  while (read(5, head)) {
    if (!read(number_in(head.substr(1)) - 4, payload) || head[0] == 'X') return {};
    types += head[0];
    if (head[0] == 'S') return types;
  }
  return {};
}

void Wire::send(const std::string& bytes) { static_cast<void>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)); }

void Wire::say(char type, const std::string& payload) {
  send(type + four_bytes(static_cast<std::uint32_t>(payload.size()) + 4) + payload);
}

void Wire::done(const std::string& tag) {
  say('1', "");
  say('2', "");
  say('n', "");
  say('C', tag + std::string(1, '\0'));
}

void Wire::ready() { say('Z', "I"); }

void Wire::silence() {
  std::string byte;
  while (read(1, byte)) continue;
}

FakePostgres::FakePostgres(std::function<void(Wire&, int)> talk) : talk_(std::move(talk)) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof at;
  if (::bind(listening_, reinterpret_cast<sockaddr*>(&at), length) != 0 || ::listen(listening_, 16) != 0)
    throw std::runtime_error("cannot listen");
  ::getsockname(listening_, reinterpret_cast<sockaddr*>(&at), &length);
  port_ = ntohs(at.sin_port);
  accepting_ = std::thread([this] { serve(); });
}

void FakePostgres::serve() {
  for (;;) {
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock(mutex_);
    if (over_) {
      ::close(fd);
      return;
    }
    const int at_once = 1;  // its messages are small, and nobody is to wait for them
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    open_.push_back(fd);
    threads_.emplace_back([this, fd, number = count_++] {
      Wire wire(fd);
      talk_(wire, number);
      const std::lock_guard closing(mutex_);
      std::erase(open_, fd);
      ::close(fd);
    });
  }
}

FakePostgres::~FakePostgres() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    for (int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  ::shutdown(listening_, SHUT_RDWR);
  accepting_.join();
  ::close(listening_);
  for (std::thread& thread : threads_) thread.join();
}

std::string FakePostgres::options(const std::string& more) const {
  return "{ url: 'postgresql://somebody@127.0.0.1:" + std::to_string(port_) + "/shop'" + more + " }";
}

}  // namespace arint::connectors::sql::testing
