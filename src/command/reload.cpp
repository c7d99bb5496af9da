// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>

#include "command/project.hpp"
#include "runtime/io/address.hpp"

namespace arint::command {
namespace {

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// One HTTP exchange over a unix socket, blocking: what the node answers, up to its closing. Fault: unreachable.
Result<std::string> ask(const std::string& path, std::string_view request) {
  auto failed = [&](const char* doing) {
    return Error{Fault::unreachable, std::string("no node answers at ") + path + " (" + doing + ": " + std::strerror(errno) + "); is `arint run` running on this project, as this user?"};
  };
  const std::optional<runtime::Address> address = runtime::Address::parse("unix:" + path);
  if (!address) return Error{Fault::unreachable, "the path " + path + " is too long for a socket; choose a shorter node.data"};
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return failed("socket");
  std::string answer;
  Result<std::string> out = answer;
  if (::connect(fd, address->data(), address->length()) < 0) {
    out = failed("connect");
  } else if (!send_all(fd, request)) {
    out = failed("send");
  } else {
    char piece[4096];
    ssize_t got;
    while ((got = ::recv(fd, piece, sizeof piece, 0)) > 0) answer.append(piece, static_cast<std::size_t>(got));
    out = got < 0 ? Result<std::string>(failed("receive")) : Result<std::string>(std::move(answer));
  }
  ::close(fd);
  return out;
}

}  // namespace

Result<std::string> exchange_with_node(const Place& place, const std::string& request) { return ask((data_folder(place) / "arint.sock").string(), request); }

int ask_node(const Place& place, const std::string& method, const std::string& target) {
  const std::string request = method + " " + target + " HTTP/1.1\r\nHost: arint\r\n" + (method == "POST" ? "Content-Length: 0\r\n" : "") + "Connection: close\r\n\r\n";
  Result<std::string> answer = exchange_with_node(place, request);
  if (!answer) {
    std::fprintf(stderr, "%s\n", answer.error().sentence.c_str());
    return 1;
  }
  const std::size_t body = answer->find("\r\n\r\n");
  int status = 0;
  if (answer->size() > 12) std::from_chars(answer->data() + 9, answer->data() + 12, status);
  const bool well = status == 200 && body != std::string::npos;
  std::fputs(body == std::string::npos ? "the node ended before it answered\n" : answer->c_str() + body + 4, well ? stdout : stderr);
  return well ? 0 : status == 422 ? 2 : 1;
}

int reload(const Place& place) { return ask_node(place, "POST", "/reload"); }

}  // namespace arint::command
