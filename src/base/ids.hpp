// SPDX-License-Identifier: GPL-3.0-or-later
// Random identities: message ids, correlation ids, W3C trace context.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace arint {

// 128 random bits, unguessable (from the kernel, a block per thread). Cheap: about 10 ns.
struct Id {
  std::uint64_t high = 0, low = 0;
  static Id random();
  static std::optional<Id> from_hex(std::string_view text);  // 32 lower-case hex digits
  std::string hex() const;
  void write_hex(char* to) const noexcept;  // exactly 32 characters, no NUL
  bool zero() const noexcept { return !high && !low; }
  friend bool operator==(const Id&, const Id&) = default;
};

// W3C Trace Context level 1, section 3.2: version 00, 16-byte trace id, 8-byte parent id, flags.
// The trace id is ARINT's cid: one per conversation, carried across services, nodes and sites.
struct Trace {
  Id cid{};
  std::uint64_t parent = 0;
  std::uint8_t flags = 1;
  static Trace fresh();
  // nullopt when it is not a valid traceparent (all-zero ids, upper case, version ff): the caller starts a fresh one.
  static std::optional<Trace> from_header(std::string_view traceparent);
  Trace child() const;              // same cid, new parent id
  std::string header() const;       // 55 characters
  void write_header(char* to) const noexcept;  // exactly 55 characters
};

}  // namespace arint
