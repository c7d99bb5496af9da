// SPDX-License-Identifier: GPL-3.0-or-later
// RateLimiter: a token bucket per key, exact over all cores of the node.
//
// A bucket holds `burst` tokens and gets `requests` of them `per` time. It is kept as the one time at which it would be full again
// (the generic cell rate algorithm; ITU-T I.371, A.1), so a bucket that is full need not be kept at all.
//
// At most `keys` buckets are kept. When there is no room for another, the one that was asked longest ago goes, and its key begins
// with a full bucket: whoever can make up keys can push others out, but gains nothing that a new key would not have.
// Thread-safe: buckets are shared out to shards by their key, each with a lock that is held for some 50 ns.
#pragma once
#include <array>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/units.hpp"

namespace arint::channel {

struct Rate {
  std::int64_t requests = 0;  // at least 1
  Millis per{};               // at least 1 ms
  std::int64_t burst = 0;     // 0: as `requests`
  std::int64_t keys = 0;
  bool operator==(const Rate&) const = default;
};

class RateLimiter {
 public:
  explicit RateLimiter(const Rate& rate);
  RateLimiter(const RateLimiter&) = delete;
  const Rate& rate() const noexcept { return rate_; }

  // Takes a token. 0: there was one; else how long until there is one again. `now_ns` of a steady clock.
  Millis take(std::string_view key, std::int64_t now_ns);
  std::size_t kept() const;  // buckets

 private:
  struct Bucket {
    std::string key;
    std::int64_t full_at_ns;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::list<Bucket> buckets;  // asked longest ago first
    std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key;
  };
  static constexpr std::size_t shards = 16;

  Rate rate_;
  std::int64_t token_ns_, room_ns_;  // a token's time; that of all but one
  std::size_t most_;                 // buckets of a shard
  std::array<Shard, shards> shards_;
};

}  // namespace arint::channel
