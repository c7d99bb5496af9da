// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>

#include "command/command.hpp"
#include "engine/engine.hpp"
#include "runtime/runtime.hpp"

namespace arint::command {

int version() {
  const runtime::Loop loop(runtime::Backend::automatic, 0);  // as a node's would be
  const std::string why = loop.refusal().empty() ? "" : ", since " + loop.refusal();
  std::printf("arint %s\nevent loop: %s%s\n", std::string(engine::version).c_str(), std::string(name_of(loop.backend())).c_str(), why.c_str());
  return 0;
}

}  // namespace arint::command
