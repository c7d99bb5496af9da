// SPDX-License-Identifier: GPL-3.0-or-later
// Errors as callers see them: RFC 9457 problem details with the cid; never internals, never what the peer sent.
#pragma once
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace arint::http {

// Every response carries the conversation's id under this name, also the good ones.
inline constexpr std::string_view correlation_header = "X-Correlation-Id";
inline constexpr std::string_view problem_media_type = "application/problem+json";

struct ProblemDetails {
  int status = 500;
  std::string_view detail{};              // one sentence for the caller; escaped here; "" leaves it out
  std::string_view type = "about:blank";  // a URI; with about:blank the title is the status phrase (RFC 9457, 4.2.1)
  std::string_view title{};               // "" = the status phrase
};

// {"type":...,"title":...,"status":400,"detail":...,"cid":"32 hex digits"}
std::string problem_json(const ProblemDetails& problem, const Id& cid);

// The status a caller gets for a fault inside a synchronous service, and the sentence that goes with it.
// unreachable 502, timeout 504, busy 503, refused 502 (our credentials, not the caller's), rejected 502, malformed 502, cancelled 503, bug 500.
int status_of(Fault fault) noexcept;
std::string_view sentence_of(Fault fault) noexcept;

}  // namespace arint::http
