// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the action log share: a folder that goes away, and logs with known lines in it.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "log/actions/action_log.hpp"
#include "log/actions/chain/files.hpp"
#include "log/actions/line/scan.hpp"
#include "log/actions/verify.hpp"

namespace arint::log {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "arint-log-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path active() const { return path_ / active_name; }

 private:
  std::filesystem::path path_;
};

inline std::string slurp(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void spill(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t feed; (feed = text.find('\n')) != std::string_view::npos; text.remove_prefix(feed + 1)) out.emplace_back(text.substr(0, feed));
  if (!text.empty()) out.emplace_back(text);
  return out;
}

inline std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

// Rotation and age out of the way; nothing is waited for unless a test says so.
inline Options options_in(const Folder& folder) {
  Options out;
  out.folder = folder.path();
  out.node = "n1";
  out.max_age = Millis(60'000);
  out.anchor_every = Millis(0);
  return out;
}

inline std::unique_ptr<ActionLog> open_log(const Options& options, std::shared_ptr<Disk> disk = std::make_shared<Disk>()) {
  Result<std::unique_ptr<ActionLog>> log = ActionLog::open(options, {}, std::move(disk));
  if (!log) {
    ADD_FAILURE() << log.error().sentence;
    return nullptr;
  }
  return std::move(*log);
}

inline Action received(std::string_view text = {}) {
  return {.kind = Kind::received, .outcome = Outcome::ok, .status = 200, .cid = {7, 9}, .channel = "orders", .service = "accept-order",
          .peer = "10.0.0.7:40312", .duration_us = 412, .bytes_in = 1024, .bytes_out = 38, .text = text};
}

inline Verdict verified(const std::filesystem::path& path) {
  Result<Verdict> out = verify({.paths = {path}});
  if (!out) {
    ADD_FAILURE() << out.error().sentence;
    return {};
  }
  return std::move(*out);
}

// A log of `blocks` blocks with `lines` lines each, closed.
inline void write_log(const Options& options, int blocks, int lines) {
  std::unique_ptr<ActionLog> log = open_log(options);
  Writer& writer = log->writer();
  for (int block = 0; block < blocks; ++block) {
    for (int line = 0; line < lines; ++line) writer.write(received());
    Result<void> flushed = log->flush();
    EXPECT_TRUE(flushed.ok());
  }
  Result<void> closed = log->close();
  EXPECT_TRUE(closed.ok());
}

}  // namespace arint::log
