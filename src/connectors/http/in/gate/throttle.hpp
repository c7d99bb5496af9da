// SPDX-License-Identifier: GPL-3.0-or-later
// Throttle: `limits.rate` of an HTTP channel: who the caller is, and whether he may ask now.
#pragma once
#include <memory>
#include <string>

#include "channel/front.hpp"
#include "channel/rate/limiter.hpp"
#include "connectors/http/in/router.hpp"
#include "http/server/exchange.hpp"
#include "message/expression.hpp"

namespace arint::connectors::http {

class Throttle {
 public:
  Throttle(const channel::Channel& channel, const channel::RateOptions& options, const channel::Node& node, declare::Reading& reading);
  // 0: he may; else how long until he may.
  Millis take(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures) const;

 private:
  std::string key_of(arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures) const;

  std::shared_ptr<channel::RateLimiter> limiter_;
  std::shared_ptr<log::Counter> refused_;
  std::string header_;
  message::Expression by_;
};

// An expression over the head of a request: no body, no failure. Absent when it cannot be evaluated.
std::string head_value(const message::Expression& expression, arint::http::Exchange& exchange, channel::Channel& channel, const Captures& captures);
// Compiles one; reports when it reads the body.
message::Expression compile_for_head(const declare::Expression& written, std::string_view option, declare::Reading& reading);

}  // namespace arint::connectors::http
