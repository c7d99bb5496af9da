// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics an HTTP channel has beside those of every channel, each when it uses what is counted.
#pragma once
#include <memory>
#include <string>

#include "log/metrics/registry.hpp"

namespace arint::connectors::http {

enum class Count : std::uint8_t { rate_limited };

std::shared_ptr<log::Counter> counter(log::Generation& numbers, Count what, const std::string& channel);
// All of them, for the reference page.
void declare_counters(log::Generation& numbers, const std::string& channel);

}  // namespace arint::connectors::http
