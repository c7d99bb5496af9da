// SPDX-License-Identifier: GPL-3.0-or-later
// Resolver: host names to addresses by getaddrinfo, on threads of its own, with a cache. One per loop.
//
// getaddrinfo knows /etc/hosts, DNS and the order of RFC 6724, but no time to live: an answer is used for `keep`; after that
// it is used once more while a new one is fetched, so that nobody waits for DNS but the first. A failure is remembered for a second.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/runtime.hpp"

namespace arint::http {

class Resolver {
 public:
  enum class Stale : bool { no, allowed };
  explicit Resolver(Millis keep = Millis(30'000));
  ~Resolver();  // after close(), or when nothing was ever looked up
  Resolver(const Resolver&) = delete;

  // All addresses of `host`, with `port`; numeric ones at once. Faults: unreachable (no such name, no answer), timeout and
  // cancelled as the caller's scope says; busy when 1,024 names are looked up at once. A cancelled caller leaves the look-up
  // running for the others. Stale::no: waits for the new answer when the known one is older than `keep`.
  runtime::Task<Result<std::vector<runtime::Address>>> resolve(const std::string& host, std::uint16_t port, Stale stale = Stale::allowed);
  // Waits for look-ups in progress (a name server that is dead takes about 8 s at most).
  runtime::Task<void> close();

 private:
  struct Entry;
  runtime::Task<void> look_up(Entry& entry);

  Millis keep_;
  std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries_;
  runtime::OffloadPool pool_{"dns", 4, 1'024};
  runtime::TaskGroup lookups_{runtime::Siblings::go_on};
};

}  // namespace arint::http
