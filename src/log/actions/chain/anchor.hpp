// SPDX-License-Identifier: GPL-3.0-or-later
// Anchor: where the newest signed head of the chain is kept outside of the log, so that cutting the log's end is noticed.
//
// The farther away an anchor is from whoever may write the log, the more it is worth: FileAnchor only helps against
// accidents and careless hands, the store and syslog against those who own the disk.
#pragma once
#include <filesystem>
#include <optional>

#include "log/actions/chain/record.hpp"

namespace arint::log {

class Anchor {
 public:
  virtual ~Anchor() = default;
  // Called by the log thread, at most once per Options::anchor_every, after the log's bytes are on disk; may block.
  // `sealed` is the whole record, to be stored as it is. An error is shown by ActionLog::state and tried again.
  virtual Result<void> keep(const Mark& mark, std::string_view sealed) = 0;
  // The record last kept, nullopt when there never was one. Called once, when the log opens.
  virtual Result<std::optional<std::string>> newest() = 0;
};

// data/actions.anchor, replaced whole and fsynced.
class FileAnchor : public Anchor {
 public:
  explicit FileAnchor(const std::filesystem::path& folder);
  Result<void> keep(const Mark& mark, std::string_view sealed) override;
  Result<std::optional<std::string>> newest() override;

 private:
  std::filesystem::path file_;
};

}  // namespace arint::log
