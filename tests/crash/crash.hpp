// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the program `crash`: what the tests of tests/crash/ start, and kill.
#pragma once
#include <string>

namespace arint::crash {

// Accepts and works messages until it is killed; says on standard output what the store has confirmed.
// `kill_at`: it kills itself at that change of the disk, 0 = never.
int work(const std::string& folder, unsigned connections, unsigned kill_at);
// Prints what the store in `folder` holds, in the words of `work`.
int tell(const std::string& folder);
// Prints how fast the store accepts, beside a bare log.
int rate(const std::string& folder, unsigned rounds);

}  // namespace arint::crash
