// SPDX-License-Identifier: GPL-3.0-or-later
// Folder: files below one folder, and nothing outside of it: every name is resolved by the kernel with openat2 and RESOLVE_BENEATH, and
// no symbolic link is followed below the folder. All calls block; on a loop they belong into offload().
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace arint::connectors::file {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const noexcept { return fd_; }
  bool open() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// What failed with an errno: ENOENT and the like are unreachable, rights refused, a full disk busy, links and names rejected.
Error file_error(std::string_view doing, std::string_view what, int error);

// A name below a folder: parts of at most 255 bytes with "/" between them, none of which begins with a point; 4 KiB at most.
// Fault rejected, with the reason.
Result<void> check_name(std::string_view name);

enum class Exists : std::uint8_t { replace, refuse };

struct Listed {
  std::string name{};
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
};

class Folder {
 public:
  // The folder itself may be reached by links: whoever configured it meant it.
  static Result<Folder> open(const std::string& path);
  const std::string& path() const noexcept { return path_; }
  int fd() const noexcept { return fd_.get(); }

  // A file below it. Faults as file_error.
  Result<Descriptor> open_file(const std::string& name, int flags, mode_t mode = 0) const;
  // A folder below it; made when it is not there.
  Result<Folder> inner(const std::string& name, mode_t mode) const;

  // Regular files right in it (no links, no folders, nothing that begins with a point) that one of the patterns of fnmatch(3) fits; at
  // most `most`, the first by `before`.
  Result<std::vector<Listed>> list(const std::vector<std::string>& patterns, std::size_t most, bool (*before)(const Listed&, const Listed&)) const;

  // Whole or not at all: a file of another name is written, synced and renamed. Folders on the way are made.
  Result<void> write(const std::string& name, std::string_view bytes, Exists exists, mode_t mode) const;
  // At its end, whole or not at all, while nobody else appends. Synced.
  Result<void> append(const std::string& name, std::string_view bytes, mode_t mode) const;

  // Within one file system, as one step. Refuses a name that is taken: fault rejected.
  Result<void> move_to(const std::string& name, const Folder& to, const std::string& as) const;
  Result<void> remove(const std::string& name) const;
  bool has(const std::string& name) const noexcept;
  // To a name that is free: "name", "name.1", "name.2", ...; the result is that name.
  Result<std::string> move_aside(const std::string& name, const Folder& to) const;

 private:
  Result<Folder> parent_of(const std::string& name, std::string& base, mode_t mode) const;

  Descriptor fd_;
  std::string path_;
};

}  // namespace arint::connectors::file
