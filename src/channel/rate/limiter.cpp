// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel/rate/limiter.hpp"

#include <algorithm>
#include <functional>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace arint::channel {
namespace {

constexpr std::size_t longest_key = 64;

}  // namespace

RateLimiter::RateLimiter(const Rate& rate)
    : rate_(rate),
      token_ns_(std::max<std::int64_t>(1, rate.per.count() * 1'000'000 / rate.requests)),
      room_ns_(((rate.burst ? rate.burst : rate.requests) - 1) * token_ns_),
      most_(std::max<std::size_t>(1, static_cast<std::size_t>(rate.keys) / shards)) {}

Millis RateLimiter::take(std::string_view given, std::int64_t now_ns) {
  std::string digest;
  if (given.size() > longest_key) {
    const Digest hashed = sha256(given);
    digest.assign(reinterpret_cast<const char*>(hashed.data()), hashed.size());
    given = digest;
  }
  Shard& shard = shards_[std::hash<std::string_view>{}(given) % shards];
  const std::lock_guard lock(shard.mutex);
  auto found = shard.by_key.find(given);
  if (found == shard.by_key.end()) {
    // Full buckets are as good as none: two that have become so go for each that comes, so that nobody waits long.
    for (int i = 0; i < 2 && !shard.buckets.empty() && (shard.buckets.size() >= most_ || shard.buckets.front().full_at_ns <= now_ns); ++i) {
      shard.by_key.erase(shard.buckets.front().key);
      shard.buckets.pop_front();
    }
    shard.buckets.push_back({std::string(given), now_ns + token_ns_});
    shard.by_key.emplace(shard.buckets.back().key, std::prev(shard.buckets.end()));
    return Millis(0);
  }
  Bucket& bucket = *found->second;
  shard.buckets.splice(shard.buckets.end(), shard.buckets, found->second);
  const std::int64_t begins = std::max(bucket.full_at_ns, now_ns);
  const std::int64_t wait_ns = begins - room_ns_ - now_ns;
  if (wait_ns > 0) return Millis((wait_ns + 999'999) / 1'000'000);
  bucket.full_at_ns = begins + token_ns_;
  return Millis(0);
}

std::size_t RateLimiter::kept() const {
  std::size_t out = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    out += shard.buckets.size();
  }
  return out;
}

}  // namespace arint::channel
