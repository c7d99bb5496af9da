// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/client/balance/balancer.hpp"

#include <algorithm>

namespace arint::http {
namespace {

constexpr std::int64_t first_alone_ms = 1'000, longest_alone_ms = 30'000;
constexpr std::int64_t least_weight = 10;  // percent
constexpr std::uint32_t most_ejections = 10;

// splitmix64's finaliser: each bit of the input moves half of the output.
std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace

std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t out = 0xcbf29ce484222325u;
  for (char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return mixed(out);
}

void Balancer::add(Target& target, bool fresh, std::int64_t now_ms) {
  if (fresh && options_.slow_start.count() > 0) target.since_ms = now_ms;
  targets_.push_back(&target);
}

void Balancer::remove(Target& target) noexcept { std::erase(targets_, &target); }

std::int64_t Balancer::weight(const Target& target, std::int64_t now_ms) const noexcept {
  const std::int64_t whole = options_.slow_start.count();
  if (whole <= 0 || target.since_ms == 0) return 100;
  const std::int64_t passed = std::clamp<std::int64_t>(now_ms - target.since_ms, 0, whole);
  return std::max(least_weight, passed * 100 / whole);
}

Target* Balancer::pick(std::int64_t now_ms, std::optional<std::uint64_t> key, std::span<Target* const> tried) noexcept {
  const auto was_tried = [&](const Target* target) { return std::find(tried.begin(), tried.end(), target) != tried.end(); };
  if (targets_.size() == 1) return was_tried(targets_[0]) ? nullptr : targets_[0];
  // 0: well. 1: well, and in reserve. 2: left alone.
  const auto level_of = [&](const Target& target) { return !usable(target, now_ms) ? 2 : target.reserve ? 1 : 0; };
  int level = 3;
  for (const Target* target : targets_)
    if (!was_tried(target)) level = std::min(level, level_of(*target));
  if (level == 3) return nullptr;

  ++turn_;
  Target* best = nullptr;
  std::uint64_t highest = 0;
  std::int64_t sum = 0, least = 0;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    Target* target = targets_[(turn_ + i) % targets_.size()];
    if (was_tried(target) || level_of(*target) != level) continue;
    const std::int64_t share = weight(*target, now_ms);
    if (options_.by == BalanceBy::consistent_hash && key) {
      // Highest random weight (Thaler and Ravishankar, 1998): no ring to keep, and only the keys of what goes away move.
      const std::uint64_t score = mixed(*key ^ target->hash);
      if (!best || score > highest) best = target, highest = score;
    } else if (options_.by == BalanceBy::least_requests) {
      const std::int64_t load = (static_cast<std::int64_t>(target->in_flight) + 1) * 10'000 / share;
      if (!best || load < least) best = target, least = load;
    } else {
      // Smooth weighted round robin: everybody gains its share, the richest pays for the turn.
      target->credit += share;
      sum += share;
      if (!best || target->credit > best->credit) best = target;
    }
  }
  best->credit -= sum;
  return best;
}

void Balancer::answered(Target& target, std::int64_t now_ms) noexcept {
  target.failures = target.unreached = 0;
  target.alone_until_ms = 0;
  if (target.ejections && now_ms >= target.ejected_until_ms + options_.eject_for.count()) target.ejections = 0;
}

bool Balancer::failed(Target& target, std::int64_t now_ms) noexcept {
  if (!options_.eject_failures || now_ms < target.ejected_until_ms || ++target.failures < options_.eject_failures) return false;
  std::size_t ejected = 1;
  for (const Target* one : targets_) ejected += now_ms < one->ejected_until_ms;
  if (ejected * 100 > targets_.size() * options_.eject_at_most) return false;
  target.failures = 0;
  target.ejections = std::min(target.ejections + 1, most_ejections);
  target.ejected_until_ms = now_ms + options_.eject_for.count() * target.ejections;
  target.since_ms = target.ejected_until_ms;
  return true;
}

void Balancer::not_reached(Target& target, std::int64_t now_ms) noexcept {
  const std::uint32_t doublings = std::min<std::uint32_t>(target.unreached++, 5);
  target.alone_until_ms = now_ms + std::min(first_alone_ms << doublings, longest_alone_ms);
  target.since_ms = target.alone_until_ms;
}

void Balancer::checked(Target& target, bool well, std::int64_t now_ms) noexcept {
  if (well != target.down) {
    target.checks = 0;
    return;
  }
  if (++target.checks < (well ? options_.up_after : options_.down_after)) return;
  target.checks = 0;
  target.down = !well;
  if (!well) return;
  target.since_ms = now_ms;
  target.unreached = 0;
  target.alone_until_ms = 0;
}

}  // namespace arint::http
