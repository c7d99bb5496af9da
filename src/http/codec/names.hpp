// SPDX-License-Identifier: GPL-3.0-or-later
// The header field names ARINT itself looks at, as small numbers: found once by the parser, compared as integers ever after.
#pragma once
#include <cstdint>
#include <string_view>

namespace arint::http {

// Alphabetical; `other` is every name not in this list. Keep text_of() in step.
enum class Name : std::uint8_t {
  other,
  accept, accept_encoding, accept_language, age, allow, authorization,
  cache_control, client_cert, client_cert_chain, connection, content_disposition, content_encoding, content_language,
  content_length, content_location, content_range, content_type, cookie,
  date, etag, expect, expires, forwarded, host, idempotency_key,
  if_match, if_modified_since, if_none_match, if_range, if_unmodified_since, keep_alive,
  last_modified, link, location, max_forwards, origin, pragma, prefer,
  proxy_authenticate, proxy_authorization, proxy_connection, range, referer, retry_after,
  server, set_cookie, te, traceparent, tracestate, trailer, transfer_encoding, upgrade, user_agent, vary, via, www_authenticate,
  x_correlation_id, x_forwarded_by, x_forwarded_for, x_forwarded_host, x_forwarded_port, x_forwarded_prefix, x_forwarded_proto,
  x_forwarded_server, x_real_ip, x_request_id,
};
inline constexpr std::size_t name_count = static_cast<std::size_t>(Name::x_request_id) + 1;

// RFC 9110, 5.1: names are case-insensitive. `name` must be a token.
Name name_of(std::string_view name) noexcept;
// The same with '_' read as '-': what CGI-like back ends make of it. Used to catch names that mean two things.
Name name_with_dashes(std::string_view name) noexcept;
// Lower case; "" for other.
std::string_view text_of(Name name) noexcept;

// Fields that may stand once only; two of them and one reader takes the first, the next the last.
bool singleton(Name name) noexcept;
// Fields that may not stand in a trailer: framing, routing, authentication, request control, content format. RFC 9110, 6.5.1.
bool forbidden_in_trailer(Name name) noexcept;
// Fields that end at this hop. RFC 9110, 7.6.1.
bool hop_by_hop(Name name) noexcept;
// Fields by which a front tells a back who called: whoever comes from outside may not bring them.
bool trust_bearing(Name name) noexcept;

}  // namespace arint::http
