// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics of the process and of the action log; names as Prometheus' own client libraries use them where they have one.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "log/actions/action_log.hpp"
#include "log/metrics/registry.hpp"

namespace arint::log {

// Resident memory of this process (VmRSS); 0 when it cannot be read.
std::uint64_t resident_bytes();

// Declares memory, descriptors, processor time, start, uptime and arint_build_info in `into`, read at each scrape.
void declare_process(Generation& into, const std::string& version);

// Lines, bytes, blocks, drops and errors of the log, asked for at each scrape. The log must outlive the registry's scrapes.
void declare_log(Generation& into, std::function<State()> read);
inline void declare_log(Generation& into, const ActionLog& log) {
  declare_log(into, [&log] { return log.state(); });
}

// The stage of node.memory: 0, 1 or 2.
void declare_memory_pressure(Generation& into, Generation::Read read);

// How long what becomes due waits for the event loop; each core observes its own, once a second.
std::shared_ptr<Durations> declare_loop_lag(Generation& into);

}  // namespace arint::log
