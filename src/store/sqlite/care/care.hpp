// SPDX-License-Identifier: GPL-3.0-or-later
// What backup, restore and check share.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "store/sqlite/file/bodies.hpp"
#include "store/sqlite/file/connection.hpp"

namespace arint::store {

// Body files by their paths below the folders, linked or copied, and synced.
Result<void> copy_bodies(const std::filesystem::path& from_folder, const std::filesystem::path& to_folder,
                         const std::vector<std::filesystem::path>& files);
Result<void> sync_file(const std::filesystem::path& file);
// Those a database refers to.
std::vector<std::filesystem::path> bodies_of(Connection& db, const Bodies& bodies);

// Digests, heads and body files of the messages from `after` on, for at most some 20 ms; where it came to, 0 at the end.
Number check_messages(Connection& db, const Bodies& bodies, Number after, std::vector<std::string>& wrong);
// The structure of the file, in one go: a second for each some hundred MiB.
void check_structure(Connection& db, std::vector<std::string>& wrong);
// References between tables that no constraint holds.
void check_references(Connection& db, const Bodies& bodies, std::vector<std::string>& wrong);

}  // namespace arint::store
