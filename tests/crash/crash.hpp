// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the program `crash`: what the tests of tests/crash/ start, and kill.
#pragma once
#include <memory>
#include <string>

#include "store/sqlite/file/disk.hpp"

namespace arint::crash {

// Accepts and works messages until it is killed; says on standard output what the store has confirmed.
// `kill_at`: it kills itself at that change of the disk, 0 = never.
int work(const std::string& folder, unsigned connections, unsigned kill_at);
// The process dies at its n-th change of the disk: before it when n is odd, with a part of it done when n is even.
std::shared_ptr<store::Disk> kill_at(unsigned at);
// Prints what the store in `folder` holds, in the words of `work`.
int tell(const std::string& folder);
// Prints how fast the store accepts, beside a bare log.
int rate(const std::string& folder, unsigned rounds);

}  // namespace arint::crash
