// SPDX-License-Identifier: GPL-3.0-or-later
// Message: what travels. Head and identity of it; its body belongs to the Run that works on it.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/ids.hpp"

namespace arint::message {

// A header, a query parameter or a path parameter. Names of headers are lower case.
struct Field {
  std::string_view name{};
  std::string_view value{};
};

// All views belong to whoever took the message in (a connection's buffer, a stored copy) and live as long as the run.
// Wire headers and what ARINT itself knows (channel, principal) are never in one map.
struct Message {
  Id id{};                                  // 128 random bits, one per message
  Trace trace{};                            // trace.cid is the correlation id
  std::string_view channel{};
  std::int64_t received_ms = 0;             // since 1970
  std::string_view method{};                // HTTP's, upper case; empty elsewhere
  std::string_view target{};                // normalised path, as authorised and forwarded
  std::string_view query{};                 // after the "?", as sent
  std::span<const Field> headers{};
  std::span<const Field> path{};            // parameters of the channel's path template, decoded
  std::string_view content_type{};          // of the body, as sent
  std::string_view peer{};                  // address of the caller
  std::string_view principal{};             // who the caller proved to be; empty when nobody asked
  std::string_view claims{};                // what he proved beside that, a JSON object as text; empty: nothing
};

// The value of the first header of that lower-case name; empty when there is none.
std::string_view header(const Message& message, std::string_view lower_case_name) noexcept;

}  // namespace arint::message
