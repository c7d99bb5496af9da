// SPDX-License-Identifier: GPL-3.0-or-later
// The JOSE header of one signature or one recipient: the protected part and what stands unprotected beside it (RFC 7515, 4; 7516, 4).
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "security/jose/text.hpp"

namespace arint::security::jose {

class Header {
 public:
  static constexpr std::size_t most_bytes = 16 * 1024;  // encoded
  static constexpr std::size_t most_members = 64;

  // `encoded`: base64url of the protected part, empty when there is none. `beside`: JSON objects, which must outlive the header; absent
  // ones count for nothing. Faults: malformed: not JSON, too large, or a name that stands in two of the parts (RFC 7515, 7.2.1).
  static Result<Header> parse(std::string_view encoded, std::span<const document::Value> beside = {});

  document::Value get(std::string_view name) const;       // wherever it stands; absent
  document::Value guarded(std::string_view name) const;   // of the protected part only
  const document::Value& protected_part() const noexcept { return protected_; }
  // Text of at most 1 KiB; empty when it is absent or something else.
  std::string_view text(std::string_view name) const;

  // RFC 7515, 4.1.11: `crit` stands in the protected part, is a list of different names that the specifications do not define and
  // that are in the header, and we understand each: those in `understood`. Fault: refused.
  Result<void> check_critical(std::span<const std::string_view> understood) const;

  void forget_unprotected() noexcept { beside_.clear(); }  // before what they point at goes

 private:
  Json json_{};  // of the protected part
  document::Value protected_{};
  std::vector<document::Value> beside_{};
};

// Whether `text` is "something.something..." of `parts` parts, which go to `out`.
bool split_compact(std::string_view text, std::span<std::string_view> out) noexcept;

}  // namespace arint::security::jose
