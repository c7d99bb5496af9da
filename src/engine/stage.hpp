// SPDX-License-Identifier: GPL-3.0-or-later
// Stage: what a project runs on in a test instead of the world: nothing listens, and peers are played.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "outgoing/connection.hpp"

namespace arint::engine {

struct Stage {
  // What stands in the place of an outgoing's connection, which may be asked to compile operations and is never opened.
  std::function<std::unique_ptr<outgoing::Connection>(const std::string& outgoing, std::unique_ptr<outgoing::Connection> real)> peer{};
};

}  // namespace arint::engine
