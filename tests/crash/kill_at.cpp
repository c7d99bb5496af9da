// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>

#include "crash.hpp"

namespace arint::crash {
namespace {

// The process dies at its n-th change of the disk: before it when n is odd, with a part of it done when n is even.
class KillAt : public store::Disk {
 public:
  explicit KillAt(unsigned at) : left_(at) {}
  int create(const std::string&) override { return step(); }
  int write(const std::string& path, std::string_view bytes, std::int64_t at) override {
    if (left_ == 1 && even_ && bytes.size() > 1)
      if (const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC); file >= 0)
        if (::pwrite(file, bytes.data(), bytes.size() / 2, at) < 0) std::perror("crash");
    return step();
  }
  int truncate(const std::string&, std::int64_t) override { return step(); }
  int sync(const std::string&) override { return step(); }
  int sync_folder(const std::string&) override { return step(); }
  int remove(const std::string&) override { return step(); }

 private:
  int step() {
    if (left_ && --left_ == 0) ::kill(::getpid(), SIGKILL);
    return proceed;
  }
  std::atomic<unsigned> left_;
  const bool even_ = left_ % 2 == 0;
};

}  // namespace

std::shared_ptr<store::Disk> kill_at(unsigned at) { return std::make_shared<KillAt>(at); }

}  // namespace arint::crash
