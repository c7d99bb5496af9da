// SPDX-License-Identifier: GPL-3.0-or-later
// Watch: the kernel's news about one folder (inotify(7)). Not there on some file systems: whoever uses it looks from time to time anyway.
#pragma once
#include <string>

#include "runtime/runtime.hpp"

namespace arint::connectors::file {

class Watch {
 public:
  explicit Watch(const std::string& folder) noexcept;
  ~Watch();
  Watch(const Watch&) = delete;
  bool works() const noexcept { return fd_ >= 0; }
  // Something has changed since the last call. False: it was cut, or the kernel tells nothing more.
  runtime::Task<bool> news();

 private:
  int fd_ = -1;
};

}  // namespace arint::connectors::file
