// SPDX-License-Identifier: GPL-3.0-or-later
// Configuration: the whole project file, as its declarations read it.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "channel/options.hpp"
#include "declare/project.hpp"
#include "declare/settings.hpp"
#include "engine/tables.hpp"
#include "format/declared.hpp"
#include "log/actions/options.hpp"
#include "outgoing/options.hpp"
#include "runtime/core/backend.hpp"
#include "security/scheme.hpp"

namespace arint::engine {

struct LogOptions {
  bool steps = false;
  log::WhenFull when_full = log::WhenFull::refuse;
  Size rotate_size{};
  Millis rotate_age{};
  std::int64_t keep_files = 0;
  std::vector<std::string> redact{};
};

struct NodeOptions {
  std::string name{};
  std::string listen{};
  std::string admin{};
  std::string data{};
  std::int64_t cores = 0;   // 0 = as many as the process may use
  runtime::Backend io = runtime::Backend::automatic;
  Millis drain_timeout{};
};

struct StoreOptions {
  Size inline_limit{}, min_free{};
};

struct Configuration {
  NodeOptions node{};
  StoreOptions store{};
  LogOptions log{};
  std::map<std::string, format::Declared> formats{};
  std::map<std::string, channel::Options> channels{};
  std::map<std::string, declare::Steps> services{};
  std::map<std::string, outgoing::Options> outgoing{};
  std::map<std::string, security::Options> security{};
  std::map<std::string, TableOptions> tables{};
  declare::Node config{};   // `config:` is the user's own, seen as $config
};

// Does a channel keep anything: messages, or the keys of its callers?
bool needs_store(const Configuration& configuration);

// Every setting of a project file.
const declare::Shape& shape();

// The settings that differ and that only a start can change: "node.data", "log.redact", ...
std::vector<std::string> needs_restart(const Configuration& runs, const Configuration& wanted);

// Reads and checks the project against the declarations; what is wrong is in the reading's problems.
Configuration read(declare::Project& project, declare::Reading& reading);

}  // namespace arint::engine
