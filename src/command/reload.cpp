// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/ask.hpp"

namespace arint::command {

int reload(const Place& place) { return print(ask_running(place, "POST", "/reload")); }

}  // namespace arint::command
