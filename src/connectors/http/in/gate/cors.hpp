// SPDX-License-Identifier: GPL-3.0-or-later
// CORS: which web origins may read the answers of a channel. Source: WHATWG Fetch, section 3.3 ("CORS protocol").
//
// Preflight requests are answered before the service. It is the browser that enforces it: a request of another origin is served
// like any, but without the headers that would let a page read the answer.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "declare/settings.hpp"
#include "http/server/exchange.hpp"

namespace arint::connectors::http {

struct CorsOptions {
  std::vector<std::string> origins{};
  std::vector<std::string> headers{};
  std::vector<std::string> expose{};
  bool credentials = false;
  Millis max_age{};
};

declare::Settings<CorsOptions> cors_settings();

// RFC 6454, 6.2, as browsers write it: scheme://host[:port], no path. The port of http and https is left out; letters are lower.
// nullopt: it is none ("null", a URL with a path, a wrong port).
std::optional<std::string> normal_origin(std::string_view text);

class Cors {
 public:
  explicit Cors(const CorsOptions& options);
  bool allows(std::string_view origin) const;  // as the request has it
  // Puts the fields of an actual answer; those a peer wrote go.
  void shape(std::string_view origin, arint::http::AnswerHead& head) const;
  // Answers an OPTIONS request with Origin and Access-Control-Request-Method. `methods`: "GET, POST".
  runtime::Task<Result<void>> answer_preflight(arint::http::Exchange& exchange, std::string methods) const;

 private:
  std::vector<std::string> origins_;
  bool any_ = false;
  bool credentials_ = false;
  std::vector<std::string> headers_;
  std::string allow_headers_, expose_, max_age_;
};

}  // namespace arint::connectors::http
