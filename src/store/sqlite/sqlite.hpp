// SPDX-License-Identifier: GPL-3.0-or-later
// The embedded store: one SQLite file in the data folder, large bodies beside it. One process has it open at a time.
#pragma once
#include <memory>

#include "store/sqlite/options.hpp"
#include "store/store.hpp"

namespace arint::store {

// Opens or makes the store, and gives back what a crash left running. Blocks: some milliseconds, and about a second for a million
// unresolved messages. The loops that use it must end before it does.
// Faults: busy (another process has it), rejected (made by a newer ARINT), malformed (damaged, or no store), refused, unreachable.
Result<std::unique_ptr<Store>> open_sqlite(const Options& options);

// ---- for `arint store` while no node runs. Blocking.

// What is wrong with the files, one sentence each: structure, references, digests of bodies.
Result<std::vector<std::string>> check_files(const std::filesystem::path& folder);
// Puts a backup in the place of the store in `folder`; what was there is kept beside it as store.before-restore/.
// The backup is checked first. Faults: rejected (the backup is not whole), busy (a node has the store open).
Result<void> restore_files(const std::filesystem::path& backup, const std::filesystem::path& folder);

}  // namespace arint::store
