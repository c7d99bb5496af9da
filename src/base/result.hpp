// SPDX-License-Identifier: GPL-3.0-or-later
// Result<T>: a value, or an Error that says which remedy fits and, in one sentence, what happened.
//
// The world misbehaves all the time (peers, networks, messages); that is an ordinary return value here.
// Only our own bugs are exceptions. Why each Fault exists and what is done about it: docs/decisions/0003-faults.md.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace arint {

// Why something failed. Each kind has exactly one remedy; see remedy().
enum class Fault : std::uint8_t {
  unreachable,  // could not be sent at all
  timeout,      // deadline passed, outcome unknown
  busy,         // peer asks to slow down (429, 503, Retry-After)
  refused,      // credentials or rights
  rejected,     // peer says this message is wrong (4xx, NAK)
  malformed,    // bytes are not the protocol or format
  cancelled,    // we are stopping
  bug,          // our invariant failed
};
inline constexpr std::size_t fault_count = 8;

enum class Remedy : std::uint8_t {
  retry_later,             // reopen with back-off, try again
  as_on_unknown_says,      // the peer may have done it
  wait_as_told,            // then try again
  stop_and_alarm,          // retrying locks accounts
  dead_letter,             // with the peer's words
  dead_letter_and_alarm,
  give_back,
};

// The one table of remedies.
Remedy remedy(Fault fault) noexcept;

// The word used in configuration, logs and metrics: "unreachable", ...
std::string_view word(Fault fault) noexcept;
std::optional<Fault> fault_named(std::string_view word) noexcept;

struct Error {
  Fault fault = Fault::bug;
  std::string sentence{};               // what failed, where, why, what to do; never holds a secret
  int status = 0;                       // the peer's status (HTTP), 0 when it gave none
  std::string peer_words{};             // what the peer said, at most 4 KiB
  std::chrono::milliseconds retry_after{0};  // busy: how long the peer asked us to wait, 0 = did not say
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}
  bool ok() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  T& value() & { return std::get<0>(held_); }
  const T& value() const& { return std::get<0>(held_); }
  T&& value() && { return std::get<0>(std::move(held_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::get<0>(std::move(held_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Error& error() & { return std::get<1>(held_); }
  const Error& error() const& { return std::get<1>(held_); }
  Error&& error() && { return std::get<1>(std::move(held_)); }

 private:
  std::variant<T, Error> held_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }
  Error& error() & { return *error_; }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

// Our own promise, checked. A failure throws Bug: the message it happened in ends as Fault::bug and the node keeps serving.
struct Bug {
  std::string sentence;
};
[[noreturn]] void broken_invariant(const char* why, const char* file, int line);
inline void invariant(bool holds, const char* why, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (!holds) [[unlikely]] broken_invariant(why, file, line);
}

}  // namespace arint
