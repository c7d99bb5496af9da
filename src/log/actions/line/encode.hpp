// SPDX-License-Identifier: GPL-3.0-or-later
// An Action as one line of JSON, written straight into a block: no allocation, no lookup, no printf.
//
// The line lacks its sequence number and node: the log thread puts them in behind the time stamp, because only it knows
// the order in which lines of several cores reach the file.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "log/actions/action.hpp"
#include "log/actions/line/redact.hpp"

namespace arint::log {

inline constexpr std::size_t value_limit = 4096;    // bytes of one value, as written
inline constexpr std::size_t line_limit = 16384;    // bytes of one line, as written, with sequence, node and line feed
inline constexpr std::size_t stamp_bytes = 35;      // {"time":"2026-11-24T04:05:06.789Z",
inline constexpr std::size_t node_limit = 256;      // bytes of the node's name, as written
// Keys, numbers and words of a line at their longest, and room for sequence and node.
inline constexpr std::size_t line_overhead = 1024;

// The beginning of a line, kept as text between two lines of the same millisecond.
class Stamp {
 public:
  const char* at(std::int64_t time_ms) noexcept {  // stamp_bytes bytes
    if (time_ms != time_ms_) [[unlikely]] renew(time_ms);
    return text_.data();
  }

 private:
  void renew(std::int64_t time_ms) noexcept;
  std::int64_t time_ms_ = -1;
  std::int64_t second_ = -1;
  std::array<char, stamp_bytes + 1> text_{};
};

// Room that `encode` may need for this action; at most line_limit.
std::size_t encoded_bound(const Action& action) noexcept;

// Writes the line with its line feed and returns its end. `scratch` is used when text has to be scrubbed.
char* encode(char* to, Stamp& stamp, const Action& action, const Redaction& redaction, std::string& scratch) noexcept;

std::int64_t now_ms() noexcept;  // wall clock, since 1970

}  // namespace arint::log
