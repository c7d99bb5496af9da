// SPDX-License-Identifier: GPL-3.0-or-later
// What all cores of the node share of HTTP channels, over all configurations of a process: made by Kind::share.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "channel/rate/limiter.hpp"
#include "http/server/server.hpp"
#include "http/wire/tls_tickets.hpp"

namespace arint::connectors::http {

struct Shared {
  arint::http::ConnectionBudget connections;
  const std::shared_ptr<arint::http::TlsTickets> tickets = std::make_shared<arint::http::TlsTickets>();

  // The limiter of a channel. One whose rate did not change goes on over a reload.
  std::shared_ptr<channel::RateLimiter> limiter(const std::string& channel, const channel::Rate& rate) {
    const std::lock_guard lock(mutex_);
    std::weak_ptr<channel::RateLimiter>& known = limiters_[channel];
    std::shared_ptr<channel::RateLimiter> out = known.lock();
    if (!out || out->rate() != rate) known = out = std::make_shared<channel::RateLimiter>(rate);
    return out;
  }

  explicit Shared(std::uint32_t most_connections) : connections(most_connections) {}

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<channel::RateLimiter>> limiters_;
};

}  // namespace arint::connectors::http
