// SPDX-License-Identifier: GPL-3.0-or-later
// What an evaluation keeps intermediate values in: a stack of values, and texts that grow in place. Both live in the arena.
#pragma once
#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

#include "base/text.hpp"
#include "document/arena.hpp"
#include "document/value.hpp"

namespace arint::mapping {

// A stack whose ranges become arrays. Growing moves it, so that callers keep indices, not pointers.
class ValueStack {
 public:
  explicit ValueStack(document::Arena& arena) noexcept : arena_(arena) {}
  ValueStack(const ValueStack&) = delete;
  ValueStack& operator=(const ValueStack&) = delete;

  std::size_t size() const noexcept { return size_; }
  document::Value& operator[](std::size_t i) noexcept { return data_[i]; }
  void push(const document::Value& value) {
    if (size_ == capacity_) [[unlikely]] grow(1);
    data_[size_++] = value;
  }
  void push_all(std::span<const document::Value> values) {
    if (values.empty()) return;
    if (capacity_ - size_ < values.size()) grow(values.size());
    std::memcpy(static_cast<void*>(data_ + size_), values.data(), values.size_bytes());
    size_ += values.size();
  }
  void cut(std::size_t size) noexcept { size_ = size; }
  std::span<document::Value> from(std::size_t base) noexcept { return {data_ + base, size_ - base}; }
  // The values from `base` on, as an array of their own; they leave the stack.
  document::Value take_array(std::size_t base) {
    document::Value out = document::array_of(arena_, from(base));
    size_ = base;
    return out;
  }

 private:
  void grow(std::size_t more) {
    std::size_t wanted = std::max(capacity_ * 2, capacity_ + more);
    document::Value* moved = arena_.allocate_array<document::Value>(wanted);
    std::memcpy(static_cast<void*>(moved), data_, size_ * sizeof(document::Value));
    data_ = moved;
    capacity_ = wanted;
  }

  document::Arena& arena_;
  static constexpr std::size_t first_capacity = 64;  // enough for most expressions
  alignas(document::Value) char first_[first_capacity * sizeof(document::Value)];
  document::Value* data_ = reinterpret_cast<document::Value*>(first_);
  std::size_t size_ = 0;
  std::size_t capacity_ = first_capacity;
};

// A text under construction. When it is the newest thing in the arena it grows where it is.
class TextBuilder {
 public:
  explicit TextBuilder(document::Arena& arena, std::size_t expected = 64) : arena_(arena), capacity_(std::max<std::size_t>(expected, 16)) {
    start_ = static_cast<char*>(arena_.allocate(capacity_, 1));
  }
  TextBuilder(const TextBuilder&) = delete;
  TextBuilder& operator=(const TextBuilder&) = delete;

  void append(std::string_view text) {
    if (text.empty()) return;
    if (capacity_ - size_ < text.size()) grow(text.size());
    copy_text(start_ + size_, text);
    size_ += text.size();
  }
  void append(char c) {
    if (capacity_ == size_) grow(1);
    start_[size_++] = c;
  }
  void append_times(char c, std::size_t count) {
    if (capacity_ - size_ < count) grow(count);
    std::memset(start_ + size_, c, count);
    size_ += count;
  }
  std::string_view text() const noexcept { return {start_, size_}; }
  document::Value value() const noexcept { return document::Value::text(text()); }

 private:
  void grow(std::size_t more) {
    std::size_t wanted = std::max(capacity_ * 2, capacity_ + more);
    char* moved = static_cast<char*>(arena_.allocate(wanted, 1));
    std::memcpy(moved, start_, size_);
    start_ = moved;
    capacity_ = wanted;
  }

  document::Arena& arena_;
  char* start_;
  std::size_t size_ = 0;
  std::size_t capacity_;
};

}  // namespace arint::mapping
