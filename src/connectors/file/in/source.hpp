// SPDX-License-Identifier: GPL-3.0-or-later
// Source: the bytes of a file, front to back, in pieces.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/file/folder.hpp"
#include "runtime/runtime.hpp"

namespace arint::connectors::file {

class Source {
 public:
  // Up to `size` bytes: what comes behind it while it is read is not part of it.
  Source(Descriptor file, std::uint64_t size) : file_(std::move(file)), size_(size) {}
  // Bytes that are there already.
  explicit Source(std::string bytes) : buffer_(std::move(bytes)), size_(buffer_.size()) {}

  std::uint64_t size() const noexcept { return size_; }
  // "" at the end. Good until the next call. Faults: unreachable (it cannot be read, or became shorter), cancelled.
  runtime::Task<Result<std::string_view>> next();
  // Whether the file is still as large as it was, and what it was last changed.
  bool unchanged(std::int64_t modified_ns) const;

 private:
  static constexpr std::size_t piece_bytes = 256 * 1024;
  Descriptor file_{};
  std::string buffer_{};
  std::uint64_t size_ = 0, at_ = 0;
};

}  // namespace arint::connectors::file
