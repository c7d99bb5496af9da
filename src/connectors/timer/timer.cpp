// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/timer/timer.hpp"

#include "connectors/timer/front.hpp"
#include "connectors/timer/options.hpp"

namespace arint::connectors::timer {
namespace {

std::unique_ptr<channel::Front> make(const channel::Node& node) { return std::make_unique<TimerFront>(node); }
std::shared_ptr<void> share() { return std::make_shared<Shared>(); }
void declare_counters(log::Generation& numbers, const std::string& channel) { static_cast<void>(skipped_counter(numbers, channel)); }

}  // namespace

Connector timer() {
  return {.name = "timer",
          .help = "Messages by the clock, in: every so often, by a cron line, or once.",
          .in = channel::Kind{settings().shape(), make, share, declare_counters},
          .in_failures = {{"skipped", "The one before still runs, and `overlap` does not allow another; counted in arint_timer_skipped_total."},
                          {"busy", "`in_flight` messages are in progress, or the action log or the store takes nothing; this one is left out, with a line in the action log."}}};
}

}  // namespace arint::connectors::timer
