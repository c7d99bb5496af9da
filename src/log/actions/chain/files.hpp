// SPDX-License-Identifier: GPL-3.0-or-later
// The names of the action log's files in its folder.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace arint::log {

inline constexpr std::string_view active_name = "actions.log";
inline constexpr std::string_view next_name = "actions.log.next";  // there only while a file is being rotated
inline constexpr std::string_view anchor_name = "actions.anchor";
inline constexpr std::string_view checkpoint_name = "actions.checkpoint";

// actions-20261124T040506Z-000000000123.log: when the file was closed, and the sequence of its first line.
std::string closed_name(std::int64_t time_ms, std::uint64_t first_sequence);
std::optional<std::uint64_t> first_sequence_of(std::string_view closed_name);

// The same in `folder`, under a name no file has yet (two files may begin with the same line).
std::filesystem::path free_closed_path(const std::filesystem::path& folder, std::int64_t time_ms, std::uint64_t first_sequence);

struct LogFile {
  std::filesystem::path path{};
  std::uint64_t first_sequence = 0;  // as the name says; for the active file the largest number there is
  bool active = false;
};

// In the order of the chain, the active file last. A folder that cannot be read gives none.
std::vector<LogFile> list_files(const std::filesystem::path& folder);

}  // namespace arint::log
