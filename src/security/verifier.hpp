// SPDX-License-Identifier: GPL-3.0-or-later
// Two of the hooks that a scheme implements: Verifier, who a caller is, and Applier, what we show a peer.
//
// Both are made once for each core and used on it alone: what they remember needs no lock. Neither waits: what a scheme has to fetch it
// fetches before (keys), never while a request is looked at.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "http/codec/head.hpp"

namespace arint::security {

// What is seen of a request: its head. The body is not read before its caller is known, but for a verifier that needs it.
struct Inbound {
  std::string_view method{};
  std::string_view path{};   // normalised, as it is routed
  const http::Fields& fields;
  std::int64_t now_seconds = 0;  // since 1970
  std::string_view body{};       // as it came, still compressed
};

// Who somebody proved to be.
struct Principal {
  std::string name{};    // $principal
  std::string claims{};  // what was proved beside the name, a JSON object; empty: nothing. $claims
};

struct Verdict {
  enum class As : std::uint8_t {
    absent,     // nothing of this scheme was shown: 401
    refused,    // what was shown is wrong: 401
    forbidden,  // who it is is known, and that he may not: 403
    proved,
  };
  As as = As::absent;
  Principal principal{};
  std::string reason{};  // for the log; never told
  std::string error{};   // RFC 6750, 3.1: "invalid_token", "insufficient_scope"; empty: there is no word for it
};
inline Verdict refused(std::string reason, std::string error = {}) { return {Verdict::As::refused, {}, std::move(reason), std::move(error)}; }

class Verifier {
 public:
  virtual ~Verifier() = default;
  virtual Verdict verify(const Inbound& request) = 0;
  // It is asked with the body, which is read first, within the channel's `limits.body` and `timeout`.
  virtual bool needs_body() const noexcept { return false; }
  // The field by which the caller proved which message this is: what comes with the same value is the same message. Empty: there is none.
  virtual std::string_view key_field() const noexcept { return {}; }
  // One challenge or several with commas between (RFC 9110, 11.6.1): `Bearer realm="orders", error="invalid_token"`.
  virtual std::string challenge(std::string_view realm, const Verdict& verdict) const = 0;
};

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

class Applier {
 public:
  virtual ~Applier() = default;
  // The fields that a request to the peer carries, each instead of one of that name.
  virtual const HeaderFields& fields() const = 0;
};

// The credentials of `Authorization: SCHEME credentials`, in any case of SCHEME. Not shown: no such field, or of another scheme.
// Two fields of the name are no credentials at all: one reader would take the first, the next the last.
struct Credentials {
  bool shown = false, twice = false;
  std::string_view text{};
};
Credentials credentials_of(const http::Fields& fields, std::string_view scheme) noexcept;

// `NAME realm="..."` with quotes and backslashes escaped.
std::string challenge_of(std::string_view scheme, std::string_view realm);

}  // namespace arint::security
