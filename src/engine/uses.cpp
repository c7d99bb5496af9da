// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/uses.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace arint::engine {
namespace {

using Services = std::map<std::string, std::unique_ptr<flow::Service>>;
using flow::Traits;

// The service and all that it calls, directly or not.
void gather(const std::string& name, const Services& services, std::set<std::string>& into) {
  auto found = services.find(name);
  if (found == services.end() || !into.insert(name).second) return;
  for (const std::string& called : found->second->traits().calls) gather(called, services, into);
}

void check_channel(const std::string& channel, bool durable, const flow::Service& service, declare::Reading& reading) {
  const Traits::Needs unmet = durable ? Traits::Needs::somebody_waits : Traits::Needs::nobody_waits;
  for (const Traits::Use& use : service.traits().uses) {
    if (use.needs != unmet) continue;
    declare::Reading::Inside inside(reading, use.path);
    const std::string by = "channel " + channel + " leads here, and ";
    reading.fault(use.at, durable ? by + "is durable: nobody waits there whom " + arint::quoted(use.verb) + " could pass an answer to; use `send`"
                                  : by + "is not durable: " + arint::quoted(use.verb) + " needs a message that is accepted; write `durable: true` there");
  }
}

}  // namespace

void check_services(const Configuration& configuration, const Services& services, declare::Reading& reading) {
  for (const auto& [name, options] : configuration.channels) {
    if (!options.service) continue;
    std::set<std::string> reached;
    gather(options.service->text, services, reached);
    for (const std::string& service : reached) check_channel(name, options.durable, *services.at(service), reading);
  }
  std::vector<std::string> awaited;
  for (const auto& [name, service] : services)
    for (const Traits::Event& event : service->traits().awaited) awaited.push_back(event.name);
  for (const auto& [name, service] : services)
    for (const Traits::Event& event : service->traits().emitted) {
      if (std::find(awaited.begin(), awaited.end(), event.name) != awaited.end()) continue;
      const std::string near = nearest(event.name, awaited);
      declare::Reading::Inside inside(reading, event.path);
      reading.warning(event.at, "no `wait_for` waits for event " + arint::quoted(event.name) + (near.empty() ? std::string() : "; nearest: " + near));
    }
}

}  // namespace arint::engine
