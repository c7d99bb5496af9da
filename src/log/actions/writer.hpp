// SPDX-License-Identifier: GPL-3.0-or-later
// Writer: one thread's way into the action log. A line is encoded into this thread's own block; nothing is shared per line.
//
// Hand-over without a lock per line: the owner publishes how far the block is filled (a release store); the log thread
// takes that prefix whenever it looks (at least once per Options::max_age, also when the owner sleeps). Only a full block
// passes through a mutex. A line costs about 0.1 us and no allocation once the blocks are there.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "log/actions/action.hpp"
#include "log/actions/line/encode.hpp"
#include "log/actions/line/redact.hpp"

namespace arint::log {

inline constexpr std::size_t block_bytes = 65536;

// How writers reach the log thread.
class Bell {
 public:
  virtual ~Bell() = default;
  virtual void ring() noexcept = 0;              // a full block waits
  virtual void pressed(bool yes) noexcept = 0;   // more than half of this writer's buffer waits, or no longer
};

enum class Take : std::uint8_t { full_blocks, everything };

class Writer {
 public:
  Writer(Bell& bell, const Redaction& redaction, std::size_t buffer_bytes);

  // Appends one line. Only the thread that owns this writer may call it; never blocks. When the buffer is full because
  // the disk is behind, the line is dropped and counted.
  void write(const Action& action) noexcept;
  std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

  // For the log thread. Calls `accept(std::string_view lines)` with what was written and not yet taken, in order; stops
  // when it returns false, having not taken these lines. Blocks are given back for use.
  template <class Accept>
  void drain(Take what, Accept&& accept);

 private:
  struct Block {
    std::atomic<std::uint32_t> filled{0};
    std::uint32_t taken = 0;  // log thread's
    std::array<char, block_bytes> bytes;
  };
  bool next_block() noexcept;
  std::string_view untaken(Block& block) const noexcept {
    std::uint32_t filled = block.filled.load(std::memory_order_acquire);
    return {block.bytes.data() + block.taken, filled - block.taken};
  }
  void give_back(std::unique_ptr<Block> block);
  void tell_pressure();

  Bell& bell_;
  const Redaction& redaction_;
  const std::size_t most_blocks_;

  // The owner's.
  Stamp stamp_;
  std::string scratch_;
  std::uint32_t filled_ = 0;
  std::atomic<std::uint64_t> dropped_{0};
  Block* current_ = nullptr;

  std::mutex mutex_;                            // guards what follows
  std::unique_ptr<Block> owned_current_;
  std::vector<std::unique_ptr<Block>> full_;    // oldest first
  std::vector<std::unique_ptr<Block>> free_;    // the last one given back is the first reused: it is still in the cache
  std::size_t blocks_ = 0;
  bool pressed_ = false;
};

// Only what is there now: a core that writes faster than the disk takes must not keep the log thread from the others.
template <class Accept>
void Writer::drain(Take what, Accept&& accept) {
  std::unique_lock lock(mutex_);
  for (std::size_t left = full_.size() + (what == Take::everything); left > 0; --left) {
    bool is_full = !full_.empty();
    Block* block = is_full ? full_.front().get() : owned_current_.get();
    if (!block) return;
    // Only this thread removes from full_, so the block stays; the current one may become full meanwhile, which is fine.
    lock.unlock();
    std::string_view lines = untaken(*block);
    if (!lines.empty() && !accept(lines)) return;
    block->taken += static_cast<std::uint32_t>(lines.size());
    if (!is_full) return;
    lock.lock();
    std::unique_ptr<Block> done = std::move(full_.front());
    full_.erase(full_.begin());
    give_back(std::move(done));
    tell_pressure();
  }
}

}  // namespace arint::log
