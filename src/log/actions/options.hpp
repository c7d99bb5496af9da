// SPDX-License-Identifier: GPL-3.0-or-later
// How the action log is kept. The configuration's `log:` fills this.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/units.hpp"

namespace arint::log {

// What happens when lines cannot be written (disk full, disk broken).
enum class WhenFull : std::uint8_t {
  refuse,  // channels answer 503 as long as ActionLog::accepting() is false: nothing is done that is not logged
  drop,    // work goes on; lines that find no room are counted, and a line says how many once writing works again
};

struct Options {
  std::filesystem::path folder = "data";  // actions.log, node.key, node.pub, actions.anchor, actions.checkpoint
  std::string node = "arint";             // this node's name in every line; at most 256 bytes as written
  std::string about{};                    // text of the `started` line: product and version
  WhenFull when_full = WhenFull::refuse;
  Millis max_age{1000};                   // a line reaches the file at most this much later; 10 ms to 1 min
  Millis anchor_every{1000};              // fdatasync and anchor at most this often; bounds what a power cut can take
  Size buffer{16ull << 20};               // per core thread, only used while the disk is behind; 128 KiB to 1 GiB
  Size rotate_size{256ull << 20};         // a file is closed when it is this large; 64 KiB and up
  Millis rotate_age{86'400'000};          // or when this old and not empty; 0 = never
  std::uint32_t keep_files = 0;           // closed files kept; 0 = all
  Millis keep_for{0};                     // closed files older than this are removed; 0 = never
  std::vector<std::string> redact{};      // names whose values never appear
};

}  // namespace arint::log
