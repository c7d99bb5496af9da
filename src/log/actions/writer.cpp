// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/writer.hpp"

#include <algorithm>
#include <new>

namespace arint::log {
namespace {
constexpr std::size_t kept_blocks = 4;  // what a writer keeps after a burst
}

Writer::Writer(Bell& bell, const Redaction& redaction, std::size_t buffer_bytes)
    : bell_(bell), redaction_(redaction), most_blocks_(std::max<std::size_t>(2, buffer_bytes / block_bytes)) {
  full_.reserve(most_blocks_);
  free_.reserve(most_blocks_);
}

void Writer::write(const Action& action) noexcept {
  Block* block = current_;
  if (!block || block_bytes - filled_ < encoded_bound(action)) [[unlikely]] {
    if (!next_block()) {
      dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return;
    }
    block = current_;
  }
  char* begin = block->bytes.data() + filled_;
  char* end = encode(begin, stamp_, action, redaction_, scratch_);
  filled_ += static_cast<std::uint32_t>(end - begin);
  // From here on the log thread may read the line.
  block->filled.store(filled_, std::memory_order_release);
}

// Hands the full block over and takes another. False when all are waiting to be written.
bool Writer::next_block() noexcept {
  std::unique_lock lock(mutex_);
  std::unique_ptr<Block> next;
  if (!free_.empty()) {
    next = std::move(free_.back());
    free_.pop_back();
  } else if (blocks_ < most_blocks_) {
    next.reset(new (std::nothrow) Block);
    if (next) ++blocks_;
  }
  // Without another block the full one stays where it is: its lines are taken from there.
  if (!next) return false;
  if (owned_current_) full_.push_back(std::move(owned_current_));
  owned_current_ = std::move(next);
  current_ = owned_current_.get();
  filled_ = 0;
  tell_pressure();
  bool waiting = !full_.empty();
  lock.unlock();
  if (waiting) bell_.ring();
  return true;
}

void Writer::give_back(std::unique_ptr<Block> block) {
  if (full_.size() + free_.size() >= kept_blocks) {
    --blocks_;
    return;
  }
  block->filled.store(0, std::memory_order_relaxed);
  block->taken = 0;
  free_.push_back(std::move(block));
}

void Writer::tell_pressure() {
  bool pressed = full_.size() > most_blocks_ / 2;
  if (pressed != pressed_) bell_.pressed(pressed);
  pressed_ = pressed;
}

}  // namespace arint::log
