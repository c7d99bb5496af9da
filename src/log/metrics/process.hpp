// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics of the process and of the action log; names as Prometheus' own client libraries use them where they have one.
#pragma once
#include <string>

#include "log/actions/action_log.hpp"
#include "log/metrics/registry.hpp"

namespace arint::log {

// Declares memory, descriptors, processor time, start, uptime and arint_build_info in `into`, read at each scrape.
void declare_process(Generation& into, const std::string& version);

// Lines, bytes, blocks, drops and errors of the log. `log` must outlive the registry's scrapes.
void declare_log(Generation& into, const ActionLog& log);

// How late the event loop comes to what is due; each core observes its own.
std::shared_ptr<Durations> declare_loop_lag(Generation& into);

}  // namespace arint::log
