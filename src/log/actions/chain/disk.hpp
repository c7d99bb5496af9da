// SPDX-License-Identifier: GPL-3.0-or-later
// Files, as the action log uses them. Blocking calls: for the log thread and for commands, never for a core thread.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace arint::log {

class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File();
  int get() const noexcept { return descriptor_; }
  explicit operator bool() const noexcept { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

// The two calls that fail when a disk is full or broken; a test hands in its own.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual ssize_t write(int descriptor, const char* data, std::size_t size, off_t at);  // as pwrite(2)
  virtual int sync(int descriptor);                                                     // as fdatasync(2)
};

// "cannot write "data/actions.log": No space left on device". Fault: refused for missing rights, else unreachable.
Error disk_error(std::string_view what, const std::filesystem::path& file, int error);

Result<File> open_file(const std::filesystem::path& file, int flags, int mode = 0640);
Result<void> write_all(Disk& disk, const File& file, const std::filesystem::path& name, std::string_view bytes, off_t at);

// Up to `size` bytes at `at`; fewer only at the end of the file.
Result<std::string> read_at(const File& file, const std::filesystem::path& name, off_t at, std::size_t size);
Result<std::string> read_small_file(const std::filesystem::path& file);  // at most 64 KiB

// Replaces a file whole: temporary name, fsync, rename, fsync of the folder. A crash leaves the old or the new one.
// Not `synced`, a power cut may take both.
Result<void> write_file(const std::filesystem::path& file, std::string_view bytes, int mode = 0640, bool synced = true);
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace arint::log
