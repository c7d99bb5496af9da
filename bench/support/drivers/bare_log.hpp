// SPDX-License-Identifier: GPL-3.0-or-later
// BareLog: the least a durable answer can cost. What has arrived is written at the end of a file that has its size already, with one
// fdatasync for all of it; what arrives meanwhile goes into the next one. Nothing can be found in it again.
#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/runtime.hpp"

namespace bench {

class BareLog {
 public:
  explicit BareLog(const std::string& file) : descriptor_(::open(file.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600)) {
    const std::string zeros(1 << 20, '\0');
    for (std::size_t at = 0; at < size; at += zeros.size())
      if (::pwrite(descriptor_, zeros.data(), zeros.size(), static_cast<off_t>(at)) < 0) std::perror("bare log");
    ::fsync(descriptor_);
    thread_ = std::thread([this] { run(); });
  }
  ~BareLog() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
    ::close(descriptor_);
  }
  BareLog(const BareLog&) = delete;
  BareLog& operator=(const BareLog&) = delete;

  // co_await Waiting(log, bytes): they are on the disk.
  struct Waiting : arint::runtime::Handover {
    Waiting(BareLog& the_log, std::string_view the_bytes)
        : Handover([](Handover& self) noexcept {
            auto& waiting = static_cast<Waiting&>(self);
            return waiting.log.push(waiting);
          }),
          log(the_log), bytes(the_bytes) {}
    BareLog& log;
    std::string_view bytes;
  };

  std::uint64_t syncs() const noexcept { return syncs_; }

 private:
  static constexpr std::size_t size = 256u << 20;

  bool push(Waiting& waiting) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(&waiting);
    wake_.notify_one();
    return true;
  }
  void run() {
    std::string bytes;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
      if (queue_.empty()) return;
      std::vector<arint::runtime::Handover*> batch(queue_.begin(), queue_.end());
      bytes.clear();
      for (Waiting* each : queue_) bytes += each->bytes;
      queue_.clear();
      lock.unlock();
      if (at_ + bytes.size() > size) at_ = 0;
      if (::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at_)) < 0) std::perror("bare log");
      ::fdatasync(descriptor_);
      ++syncs_;
      at_ += bytes.size();
      arint::runtime::Handover::finish(batch);
      lock.lock();
    }
  }
  int descriptor_;
  std::size_t at_ = 0;
  std::atomic<std::uint64_t> syncs_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Waiting*> queue_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace bench
