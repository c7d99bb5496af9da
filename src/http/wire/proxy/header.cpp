// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/wire/proxy/header.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>
#include <string>

namespace arint::http {
namespace {

constexpr std::string_view signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t longest_line = 107;

std::optional<runtime::Address> address_of(bool v6, const void* bytes, std::uint16_t port) {
  if (v6) {
    sockaddr_in6 out{};
    out.sin6_family = AF_INET6;
    out.sin6_port = htons(port);
    std::memcpy(&out.sin6_addr, bytes, 16);
    return runtime::Address(reinterpret_cast<const sockaddr*>(&out), sizeof out);
  }
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  std::memcpy(&out.sin_addr, bytes, 4);
  return runtime::Address(reinterpret_cast<const sockaddr*>(&out), sizeof out);
}

// Up to the next blank, which is taken off too; false: there is none.
bool word(std::string_view& line, std::string_view& out) noexcept {
  const std::size_t end = line.find(' ');
  if (end == line.npos || end == 0) return false;
  out = line.substr(0, end);
  line.remove_prefix(end + 1);
  return true;
}

// 0 to 65535 without a sign or leading zeros.
bool port_of(std::string_view text, std::uint16_t& out) noexcept {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

std::uint16_t number_at(const char* at) noexcept {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(at[0]) << 8 | static_cast<unsigned char>(at[1]));
}

}  // namespace

void ProxyHeader::feed(std::string_view bytes) noexcept {
  if (refused_ || bytes.size() != wants_ || size_ + bytes.size() > sizeof bytes_) return refuse();
  std::memcpy(bytes_ + size_, bytes.data(), bytes.size());
  const bool first = size_ == 0;
  size_ += bytes.size();
  const std::string_view all(bytes_, size_);
  if (first) {
    binary_ = all == signature;
    if (!binary_ && !all.starts_with("PROXY ")) return refuse();
    wants_ = binary_ ? 4 : 1;
  } else if (binary_) {
    if (size_ == 16) binary_head();
    else binary_rest();
  } else if (all.ends_with("\r\n")) {
    text_line();
  } else if (size_ >= longest_line || (size_ > 1 && all[size_ - 2] == '\r')) {
    refuse();
  }
}

void ProxyHeader::text_line() noexcept {
  wants_ = 0;
  std::string_view line(bytes_ + 6, size_ - 8), family, from, to, from_port;
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return;
  if (!word(line, family) || !word(line, from) || !word(line, to) || !word(line, from_port)) return refuse();
  const bool v6 = family == "TCP6";
  if (!v6 && family != "TCP4") return refuse();
  std::uint16_t source_port = 0, target_port = 0;
  unsigned char source[16], target[16];
  const int kind = v6 ? AF_INET6 : AF_INET;
  if (::inet_pton(kind, std::string(from).c_str(), source) != 1 || ::inet_pton(kind, std::string(to).c_str(), target) != 1) return refuse();
  if (!port_of(from_port, source_port) || !port_of(line, target_port)) return refuse();
  source_ = address_of(v6, source, source_port);
}

// Version and command, family and transport, length of what follows.
void ProxyHeader::binary_head() noexcept {
  const unsigned char command = static_cast<unsigned char>(bytes_[12]);
  if (command != 0x20 && command != 0x21) return refuse();
  const std::size_t length = number_at(bytes_ + 14);
  if (size_ + length > longest) return refuse();
  wants_ = length;
  if (length == 0) binary_rest();
}

void ProxyHeader::binary_rest() noexcept {
  wants_ = 0;
  const unsigned char command = static_cast<unsigned char>(bytes_[12]), family = static_cast<unsigned char>(bytes_[13]);
  const std::size_t length = size_ - 16;
  const char* const at = bytes_ + 16;
  std::size_t addresses = 0;
  if (family == 0x11) addresses = 12;        // TCP over IPv4
  else if (family == 0x21) addresses = 36;   // TCP over IPv6
  else if (family == 0x31) addresses = 216;  // a stream over a Unix socket
  else if (family != 0x00) return refuse();  // datagrams do not come here
  if (length < addresses) return refuse();
  // What follows are TLVs; they are not used, but must be whole.
  for (std::size_t i = addresses; i < length;) {
    if (length - i < 3) return refuse();
    const std::size_t value = number_at(at + i + 1);
    if (length - i - 3 < value) return refuse();
    i += 3 + value;
  }
  if (command == 0x20) return;  // LOCAL: a check of the balancer's own
  if (family == 0x11) source_ = address_of(false, at, number_at(at + 8));
  if (family == 0x21) source_ = address_of(true, at, number_at(at + 32));
}

}  // namespace arint::http
