// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/chain/anchor.hpp"

#include "log/actions/chain/disk.hpp"
#include "log/actions/chain/files.hpp"

namespace arint::log {

FileAnchor::FileAnchor(const std::filesystem::path& folder) : file_(folder / anchor_name) {}

Result<void> FileAnchor::keep(const Mark&, std::string_view sealed) { return write_file(file_, sealed); }

Result<std::optional<std::string>> FileAnchor::newest() {
  std::error_code problem;
  if (!std::filesystem::exists(file_, problem)) return std::optional<std::string>();
  Result<std::string> text = read_small_file(file_);
  if (!text) return text.error();
  return std::optional<std::string>(std::move(*text));
}

}  // namespace arint::log
