// SPDX-License-Identifier: GPL-3.0-or-later
// How an address is: by what becomes of calls, and by asking it.
#include <algorithm>

#include "http/client/pool.hpp"

namespace arint::http {

using runtime::Deadline;
using runtime::IoResult;
using runtime::Task;

void Upstream::Inside::judge(Endpoint& endpoint, int status) noexcept {
  if (status != 502 && status != 503 && status != 504) return balancer.answered(endpoint, now_ms());
  judge(endpoint, Fault::timeout);
}

void Upstream::Inside::judge(Endpoint& endpoint, Fault fault) noexcept {
  if (fault != Fault::unreachable && fault != Fault::timeout && fault != Fault::malformed) return;
  if (endpoint.numbers) endpoint.numbers->faults.add();
  if (fault == Fault::unreachable) balancer.not_reached(endpoint, now_ms());
  else if (balancer.failed(endpoint, now_ms()) && endpoint.numbers) endpoint.numbers->ejections.add();
  show(endpoint, now_ms());
}

// On a connection of its own, so that it says whether new ones can be had.
Task<bool> Upstream::Inside::is_well(Endpoint& endpoint) {
  Deadline until(*co_await runtime::this_context(), options.health.timeout);
  Result<Stream> stream = co_await reach(endpoint, nullptr);
  if (!stream) co_return false;
  Link link(options, name, std::move(*stream));
  if (!link.start()) co_return false;
  const std::string head = "GET " + options.health.path + " HTTP/1.1\r\nHost: " + host_field + "\r\nUser-Agent: arint-health\r\nConnection: close\r\n\r\n";
  const iovec part{const_cast<char*>(head.data()), head.size()};
  Result<void> done = co_await link.send(std::span<const iovec>(&part, 1));
  if (done) done = co_await link.read_head(Method::get);
  if (!done) co_return false;
  const int status = link.head().status;
  const std::vector<int>& well = options.health.statuses;
  co_return well.empty() ? status >= 200 && status < 400 : std::find(well.begin(), well.end(), status) != well.end();
}

Task<void> Upstream::Inside::check(Endpoint& endpoint) {
  ++endpoint.uses;
  runtime::Context* context = co_await runtime::this_context();
  const bool well = co_await is_well(endpoint);
  if (!context->error()) {  // our stop says nothing about it
    balancer.checked(endpoint, well, now_ms());
    show(endpoint, now_ms());
  }
  --endpoint.uses;
}

Task<void> Upstream::Inside::watch() {
  runtime::Context* context = co_await runtime::this_context();
  while (!context->error()) {
    Result<void> found = co_await find_addresses();
    if (found && ready_for_tls()) {
      runtime::TaskGroup checks(*context, runtime::Siblings::go_on);
      for (const auto& endpoint : endpoints) checks.spawn(check(*endpoint));
      static_cast<void>(co_await checks.join());
    }
    IoResult slept = co_await runtime::sleep(options.health.every);
    if (!slept.ok()) co_return;
  }
}

}  // namespace arint::http
