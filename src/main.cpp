// SPDX-License-Identifier: GPL-3.0-or-later
// What the program does is listed in command/command.cpp; how a node is put together in command/serve.cpp and engine/unit.cpp:
// read, check, build (outgoings, services, channels), serve, drain.
#include "command/command.hpp"

int main(int count, char** arguments) { return arint::command::run(count, arguments); }
