// SPDX-License-Identifier: GPL-3.0-or-later
// Action: one thing the node did, as one line of the action log says it. FORMAT.md shows the line.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace arint::log {

// What was done. word() gives the text of the line's "action".
enum class Kind : std::uint8_t {
  received,    // a channel took a message in
  step,        // a step of a flow ended
  sent,        // an outgoing was called
  notified,    // a callback was called
  failed,      // a message or a part failed; fault and text say why
  replayed,    // a message was given a new run
  configured,  // a configuration was loaded, or refused
  restarted,   // the log was opened after a crash; text says what was cut
  logged,      // text of a `log` step, or of the log itself
  logged_in,   // a person or a client was let in, or was not
  started,
  stopped,
  settled,     // a run of an accepted message ended or has to wait; outcome says which
};
inline constexpr std::size_t kind_count = 13;

// How it ended. `none` leaves the field out.
enum class Outcome : std::uint8_t { none, ok, accepted, failed, refused, retrying, held, dead, expired, dropped };
inline constexpr std::size_t outcome_count = 10;

std::string_view word(Kind kind) noexcept;
std::string_view word(Outcome outcome) noexcept;  // "" for none
std::optional<Kind> kind_named(std::string_view word) noexcept;
std::optional<Outcome> outcome_named(std::string_view word) noexcept;

// A name and a value beside the text, for `log` steps. Values of redacted names are replaced before they are written.
struct Field {
  std::string_view name{};
  std::string_view value{};
};

// The views need to live only until Writer::write returns. A field that is empty, zero (ids, status) or negative
// (duration, bytes) is left out of the line. There is no way to pass a Secret: it has no text.
struct Action {
  Kind kind = Kind::logged;
  Outcome outcome = Outcome::none;
  std::optional<Fault> fault{};
  int status = 0;                     // the protocol's own status, such as HTTP's
  Id cid{};
  Id message{};
  std::string_view channel{};
  std::string_view service{};
  std::string_view step{};
  std::string_view outgoing{};
  std::string_view peer{};
  std::string_view address{};         // which address of the peer answered, or failed
  std::int64_t duration_us = -1;      // microseconds
  std::int64_t bytes_in = -1;
  std::int64_t bytes_out = -1;
  std::string_view text{};            // failure sentences, `log` steps; redacted names in it are scrubbed
  std::span<const Field> fields{};
  std::int64_t time_ms = 0;           // since 1970; 0 = now
};

}  // namespace arint::log
