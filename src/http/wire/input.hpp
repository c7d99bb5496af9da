// SPDX-License-Identifier: GPL-3.0-or-later
// Input: what has come on a connection and is not used up yet, in memory that is leased only while there is something.
//
//   [ ... used up | at() ... unread ... end() | room ]
#pragma once
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "runtime/runtime.hpp"

namespace arint::http {

class Input {
 public:
  // 16 KiB from the loop's pool. False when there is none to be had.
  bool lease() noexcept {
    buffer_ = runtime::Loop::current().buffers().small();
    data_ = buffer_.data();
    capacity_ = static_cast<std::uint32_t>(buffer_.size());
    at_ = end_ = 0;
    return static_cast<bool>(buffer_);
  }
  void give_back() noexcept {
    buffer_.give_back();
    larger_.reset();
    data_ = nullptr;
    capacity_ = at_ = end_ = 0;
  }
  bool leased() const noexcept { return data_ != nullptr; }

  std::string_view unread() const noexcept { return {data_ + at_, end_ - at_}; }
  std::size_t size() const noexcept { return end_ - at_; }  // of what is unread
  bool empty() const noexcept { return at_ == end_; }
  std::uint32_t at() const noexcept { return at_; }
  std::uint32_t end() const noexcept { return end_; }
  std::uint32_t capacity() const noexcept { return capacity_; }
  char* data() const noexcept { return data_; }

  std::span<char> room() noexcept { return {data_ + end_, capacity_ - end_}; }
  void received(std::int64_t bytes) noexcept { end_ += static_cast<std::uint32_t>(bytes); }
  void use(std::size_t bytes) noexcept { at_ += static_cast<std::uint32_t>(bytes); }
  // Everything is used up: what comes next is written from `offset` on.
  void restart(std::uint32_t offset) noexcept { at_ = end_ = offset; }
  // What stands from `from` on moves to the front. Views into it are void.
  void move_to_front(std::uint32_t from) noexcept {
    std::memmove(data_, data_ + from, end_ - from);
    at_ -= from;
    end_ -= from;
  }
  // Into a block of its own of `bytes`, once. False when it is one already, or not larger.
  bool grow(std::uint32_t bytes) {
    if (larger_ || bytes <= capacity_) return false;
    larger_ = std::make_unique_for_overwrite<char[]>(bytes);
    std::memcpy(larger_.get(), data_, end_);
    buffer_.give_back();
    data_ = larger_.get();
    capacity_ = bytes;
    return true;
  }
  bool grown() const noexcept { return larger_ != nullptr; }
  // While nothing is unread: 256 KiB instead, for a long body. Without effect when the loop has none to lend.
  void enlarge() noexcept {
    if (larger_ || !empty()) return;
    runtime::Buffer large = runtime::Loop::current().buffers().large();
    if (!large) return;
    buffer_ = std::move(large);
    data_ = buffer_.data();
    capacity_ = static_cast<std::uint32_t>(buffer_.size());
    at_ = end_ = 0;
  }

 private:
  runtime::Buffer buffer_{};
  std::unique_ptr<char[]> larger_{};
  char* data_ = nullptr;
  std::uint32_t capacity_ = 0, at_ = 0, end_ = 0;
};

}  // namespace arint::http
