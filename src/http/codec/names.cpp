// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/names.hpp"

#include <array>
#include <cstring>

namespace arint::http {
namespace {

constexpr std::array<std::string_view, name_count> texts{
    "",
    "accept", "accept-encoding", "accept-language", "age", "allow", "authorization",
    "cache-control", "client-cert", "client-cert-chain", "connection", "content-disposition", "content-encoding", "content-language",
    "content-length", "content-location", "content-range", "content-type", "cookie",
    "date", "etag", "expect", "expires", "forwarded", "host", "idempotency-key",
    "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "keep-alive",
    "last-modified", "link", "location", "max-forwards", "origin", "pragma", "prefer",
    "proxy-authenticate", "proxy-authorization", "proxy-connection", "range", "referer", "retry-after",
    "server", "set-cookie", "te", "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade", "user-agent", "vary", "via",
    "www-authenticate",
    "x-correlation-id", "x-forwarded-by", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-prefix",
    "x-forwarded-proto", "x-forwarded-server", "x-real-ip", "x-request-id"};

constexpr std::size_t longest = 24;

// Open addressing by length and two letters, filled at compile time; 256 slots for about 70 names.
constexpr std::size_t slot_of(std::size_t size, unsigned char first, unsigned char last) {
  return (size * 37 + (first | 0x20u) * 11 + (last | 0x20u) * 5) & 255;
}
struct Slots {
  std::array<std::uint8_t, 256> held{};
  constexpr Slots() {
    for (std::size_t i = 1; i < name_count; ++i) {
      std::size_t slot = slot_of(texts[i].size(), static_cast<unsigned char>(texts[i].front()), static_cast<unsigned char>(texts[i].back()));
      while (held[slot]) slot = (slot + 1) & 255;
      held[slot] = static_cast<std::uint8_t>(i);
    }
  }
};
constexpr Slots slots;

// Known names hold letters and '-' only, so folding case by setting one bit is exact for them.
bool folds_to(const char* given, std::string_view known) noexcept {
  std::size_t i = 0;
  constexpr std::uint64_t fold = 0x2020202020202020ull;
  for (; i + 8 <= known.size(); i += 8) {
    std::uint64_t a, b;
    std::memcpy(&a, given + i, 8);
    std::memcpy(&b, known.data() + i, 8);
    if ((a | fold) != b) return false;
  }
  for (; i < known.size(); ++i)
    if ((given[i] | 0x20) != known[i]) return false;
  return true;
}

constexpr std::array<bool, name_count> set_of(std::initializer_list<Name> members) {
  std::array<bool, name_count> out{};
  for (Name member : members) out[static_cast<std::size_t>(member)] = true;
  return out;
}

constexpr auto singletons = set_of({Name::authorization, Name::client_cert, Name::content_length, Name::content_location, Name::content_range,
                                    Name::content_type, Name::expect, Name::host, Name::idempotency_key, Name::max_forwards,
                                    Name::proxy_authorization, Name::range, Name::traceparent, Name::transfer_encoding});

constexpr auto not_in_trailers =
    set_of({Name::age, Name::authorization, Name::cache_control, Name::client_cert, Name::client_cert_chain, Name::connection, Name::content_encoding,
            Name::content_length, Name::content_location, Name::content_range, Name::content_type, Name::cookie, Name::date, Name::expect,
            Name::expires, Name::forwarded, Name::host, Name::idempotency_key, Name::if_match, Name::if_modified_since, Name::if_none_match, Name::if_range,
            Name::if_unmodified_since, Name::keep_alive, Name::location, Name::max_forwards, Name::origin, Name::pragma,
            Name::proxy_authenticate, Name::proxy_authorization, Name::proxy_connection, Name::range, Name::retry_after, Name::set_cookie, Name::te,
            Name::traceparent, Name::tracestate, Name::trailer, Name::transfer_encoding, Name::upgrade, Name::vary, Name::via, Name::www_authenticate,
            Name::x_forwarded_by, Name::x_forwarded_for, Name::x_forwarded_host, Name::x_forwarded_port, Name::x_forwarded_prefix,
            Name::x_forwarded_proto, Name::x_forwarded_server, Name::x_real_ip});

constexpr auto hops = set_of({Name::connection, Name::keep_alive, Name::proxy_authenticate, Name::proxy_authorization, Name::proxy_connection,
                              Name::te, Name::trailer, Name::transfer_encoding, Name::upgrade});

constexpr auto trusts = set_of({Name::client_cert, Name::client_cert_chain, Name::forwarded, Name::x_forwarded_by, Name::x_forwarded_for,
                                Name::x_forwarded_host, Name::x_forwarded_port, Name::x_forwarded_prefix, Name::x_forwarded_proto,
                                Name::x_forwarded_server, Name::x_real_ip});

}  // namespace

Name name_of(std::string_view name) noexcept {
  if (name.empty() || name.size() > longest) return Name::other;
  std::size_t slot = slot_of(name.size(), static_cast<unsigned char>(name.front()), static_cast<unsigned char>(name.back()));
  for (; slots.held[slot]; slot = (slot + 1) & 255) {
    std::string_view known = texts[slots.held[slot]];
    if (known.size() == name.size() && folds_to(name.data(), known)) return static_cast<Name>(slots.held[slot]);
  }
  return Name::other;
}

Name name_with_dashes(std::string_view name) noexcept {
  if (name.size() > longest) return Name::other;
  char dashed[longest];
  for (std::size_t i = 0; i < name.size(); ++i) dashed[i] = name[i] == '_' ? '-' : name[i];
  return name_of({dashed, name.size()});
}

std::string_view text_of(Name name) noexcept { return texts[static_cast<std::size_t>(name)]; }
bool singleton(Name name) noexcept { return singletons[static_cast<std::size_t>(name)]; }
bool forbidden_in_trailer(Name name) noexcept { return not_in_trailers[static_cast<std::size_t>(name)]; }
bool hop_by_hop(Name name) noexcept { return hops[static_cast<std::size_t>(name)]; }
bool trust_bearing(Name name) noexcept { return trusts[static_cast<std::size_t>(name)]; }

}  // namespace arint::http
