// SPDX-License-Identifier: GPL-3.0-or-later
// Core: what one core lends to everything that runs on it. One per core thread; nothing here is shared between cores.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "document/value.hpp"
#include "format/named.hpp"
#include "mapping/expression.hpp"

namespace arint::log {
class ActionLog;
class Writer;
}

namespace arint::message {

class Events;

struct Core {
  unsigned index = 0;                    // 0 ... count-1
  unsigned count = 1;                    // cores of this node; limits of the configuration are divided by it
  log::Writer* log = nullptr;            // this core's lines of the action log
  const log::ActionLog* actions = nullptr;  // whether it can be written
  document::Value config{};              // $config; lives as long as the core
  const mapping::Tables* tables = nullptr;  // of the project; live as long as the core
  std::string node{};                    // this node's name
  mapping::Budget budget{};              // of each evaluation
  bool log_steps = false;                // a line for every step of every flow
  Events* events = nullptr;              // of a node with a store
  const format::Named* formats = nullptr;  // of the configuration; none: the catalogue alone

  const format::Format* format(std::string_view name) const { return formats ? formats->find(name) : format::find(name); }
};

}  // namespace arint::message
