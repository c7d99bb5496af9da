// SPDX-License-Identifier: GPL-3.0-or-later
// Uses: whether each service can do what its channels ask of it: some steps need a message that is accepted, some a caller who waits.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "engine/configuration.hpp"
#include "flow/service.hpp"

namespace arint::engine {

// Reports steps that have no place behind a channel that leads to them, and events nobody waits for.
void check_services(const Configuration& configuration, const std::map<std::string, std::unique_ptr<flow::Service>>& services, declare::Reading& reading);

}  // namespace arint::engine
