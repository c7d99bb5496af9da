// SPDX-License-Identifier: GPL-3.0-or-later
// Writes message heads into memory it is given. Whatever leaves this process as a head went through here.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

#include "http/codec/head.hpp"

namespace arint::http {

// The reason phrase, RFC 9110, section 15; "" for a status without one.
std::string_view phrase_of(int status) noexcept;

// A name that is a token and a value without CR, LF, NUL or another control character (TAB is fine).
bool valid_field(const Field& field) noexcept;

// Appends; once something did not fit, nothing more is written and overflowed() says so: lease a larger buffer, start again.
// Checks nothing but room: fields from outside go through valid_field() or come from the parser.
class HeadWriter {
 public:
  HeadWriter(char* to, std::size_t room) noexcept : begin_(to), at_(to), end_(to + room) {}

  void raw(std::string_view text) noexcept {
    if (static_cast<std::size_t>(end_ - at_) < text.size()) {
      overflowed_ = true;
      end_ = at_;
      return;
    }
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void field(std::string_view name, std::string_view value) noexcept {
    const std::size_t size = name.size() + value.size() + 4;
    if (static_cast<std::size_t>(end_ - at_) < size) {
      overflowed_ = true;
      end_ = at_;
      return;
    }
    std::memcpy(at_, name.data(), name.size());
    at_ += name.size();
    *at_++ = ':';
    *at_++ = ' ';
    if (!value.empty()) std::memcpy(at_, value.data(), value.size());
    at_ += value.size();
    *at_++ = '\r';
    *at_++ = '\n';
  }
  void number_field(std::string_view name, std::uint64_t value) noexcept;
  void status_line(int status) noexcept;                                        // "HTTP/1.1 200 OK\r\n"
  void request_line(std::string_view method, std::string_view target) noexcept;  // "GET / HTTP/1.1\r\n"
  void end() noexcept { raw("\r\n"); }

  bool overflowed() const noexcept { return overflowed_; }
  std::string_view text() const noexcept { return {begin_, static_cast<std::size_t>(at_ - begin_)}; }
  char* position() const noexcept { return at_; }

 private:
  char* begin_;
  char* at_;
  char* end_;
  bool overflowed_ = false;
};

}  // namespace arint::http
