// SPDX-License-Identifier: GPL-3.0-or-later
// Where an upstream's addresses come from: as they are written, and names looked up anew when they are old.
#include <algorithm>
#include <limits>
#include <utility>

#include "http/client/pool.hpp"

namespace arint::http {

using runtime::Address;
using runtime::IoResult;
using runtime::Task;

namespace {

constexpr std::size_t most_endpoints = 256;
constexpr std::string_view unix_prefix = "unix:";
constexpr std::int64_t after_failure_ms = 1'000;

}  // namespace

// What one source has become: addresses that were there before go on as they are.
void Upstream::Inside::take_addresses(std::size_t source, const std::vector<Address>& found, std::vector<std::unique_ptr<Endpoint>>& next) {
  for (const Address& address : found) {
    if (next.size() >= most_endpoints) return;
    std::string text = address.text();
    if (std::any_of(next.begin(), next.end(), [&](const auto& one) { return one->text == text; })) continue;
    // A name with both families leads to the same servers twice: the one the system likes less waits for the other to fail.
    const bool reserve = address.family() != found.front().family();
    auto known = std::find_if(endpoints.begin(), endpoints.end(), [&](const auto& one) { return one && one->text == text; });
    if (known != endpoints.end()) {
      (*known)->reserve = reserve;
      (*known)->source = source;
      next.push_back(std::move(*known));
      continue;
    }
    auto made = std::make_unique<Endpoint>();
    made->hash = hash_of(text);
    made->address = address;
    made->text = std::move(text);
    made->source = source;
    made->reserve = reserve;
    if (options.numbers) {
      made->part = options.numbers->of(made->text);
      made->numbers = &made->part->on(options.core);
    }
    balancer.add(*made, !endpoints.empty(), now_ms());
    show(*made, now_ms());
    next.push_back(std::move(made));
  }
}

// All at once: nobody sees half of it.
void Upstream::Inside::use_addresses(const std::vector<std::vector<Address>>& found) {
  std::vector<std::unique_ptr<Endpoint>> next;
  for (std::size_t i = 0; i < found.size(); ++i) take_addresses(i, found[i], next);
  std::erase_if(retired, [](const auto& one) { return one->uses == 0; });
  for (auto& gone : endpoints) {
    if (!gone) continue;
    balancer.remove(*gone);
    drop_idle(*gone);
    if (std::exchange(gone->up, false) && gone->numbers) gone->numbers->up.take();
    retired.push_back(std::move(gone));
  }
  endpoints = std::move(next);
}

Task<void> Upstream::Inside::look_up() {
  std::vector<std::vector<Address>> all(options.addresses.size());
  bool all_found = true, names = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const UpstreamAddress& from = options.addresses[i];
    if (from.host.starts_with(unix_prefix)) {
      if (std::optional<Address> path = Address::parse(from.host)) all[i].push_back(*path);
      continue;
    }
    Result<std::vector<Address>> found = co_await resolver.resolve(from.host, from.port ? from.port : options.port, Resolver::Stale::no);
    names |= !found || found->size() != 1 || found->front().host() != from.host;
    if (found) {
      all[i] = std::move(*found);
      continue;
    }
    all_found = false;
    no_address = found.error().sentence;
    no_address_fault = found.error().fault;
    // No answer does not make yesterday's addresses wrong.
    for (const auto& one : endpoints)
      if (one->source == i) all[i].push_back(one->address);
  }
  if (!closed) use_addresses(all);
  constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  look_up_at_ms = !names ? never : now_ms() + (all_found ? options.resolve_every.count() : after_failure_ms);
  looking = 0;
  looked_up.set();
}

void Upstream::Inside::look_up_beside() {
  if (looking || closed) return;
  looking = 1;
  looked_up.reset();
  tasks.spawn(look_up());
}

Task<Result<void>> Upstream::Inside::find_addresses() {
  if (look_up_due()) look_up_beside();
  while (looking && endpoints.empty()) {
    IoResult waited = co_await looked_up.wait();
    if (!waited.ok())
      co_return Error{waited.error() == ECANCELED ? Fault::cancelled : Fault::unreachable, "The address of " + name + " was not found in time."};
    looked_up.set();  // the next one who waits
  }
  if (!endpoints.empty()) co_return Result<void>();
  Error none = no_address.empty() ? unreachable("no address was found") : Error{no_address_fault, no_address};
  if (none.fault == Fault::timeout) none.fault = Fault::unreachable;  // nothing was sent
  co_return none;
}

// The numbers say whether calls go there.
void Upstream::Inside::show(Endpoint& endpoint, std::int64_t now) noexcept {
  const bool up = balancer.usable(endpoint, now);
  if (up == endpoint.up) return;
  endpoint.up = up;
  if (!endpoint.numbers) return;
  if (up) endpoint.numbers->up.add();
  else endpoint.numbers->up.take();
}

Endpoint* Upstream::Inside::pick(std::optional<std::uint64_t> key, std::span<Target* const> tried) noexcept {
  auto* picked = static_cast<Endpoint*>(balancer.pick(now_ms(), key, tried));
  if (picked && !picked->up) show(*picked, now_ms());
  return picked;
}

}  // namespace arint::http
