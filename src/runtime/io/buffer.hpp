// SPDX-License-Identifier: GPL-3.0-or-later
// Buffers for I/O, leased from the loop and given back when a connection idles, so that 10,000 idle ones hold none.
//
// Small ones are 16 KiB: heads, small bodies. Large ones are 256 KiB and halve the cost of streaming; there are few of them.
// Contents are whatever the last user left; nothing is cleared.
#pragma once
#include <cstddef>
#include <span>
#include <utility>

namespace arint::runtime {

class BufferPool;

// A lease: move-only, goes back when it ends. Stays on its loop, and ends before the loop does. Empty: none could be had.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    if (this != &other) {
      give_back();
      pool_ = std::exchange(other.pool_, nullptr);
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  ~Buffer() { give_back(); }

  explicit operator bool() const noexcept { return data_ != nullptr; }
  char* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  std::span<char> span() const noexcept { return {data_, size_}; }
  void give_back() noexcept;

 private:
  friend class BufferPool;
  Buffer(BufferPool* pool, char* data, std::size_t size) noexcept : pool_(pool), data_(data), size_(size) {}
  BufferPool* pool_ = nullptr;
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

class BufferPool {
 public:
  static constexpr std::size_t small_bytes = 16 * 1024, large_bytes = 256 * 1024;

  BufferPool() = default;
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  // Most leases at a time, per loop. Default: 16,384 small ones (256 MiB) and 32 large ones (8 MiB).
  void set_limits(std::size_t small, std::size_t large) noexcept;
  // An empty Buffer when the limit is reached or memory is out: refuse the work that asked (HTTP: 503 with Retry-After).
  Buffer small() noexcept;
  // For a body that is known to be long. Empty when all are out: go on with the small one.
  Buffer large() noexcept;

  struct Counters {
    std::size_t small_leased = 0, small_kept = 0;  // kept: free, ready for the next lease
    std::size_t large_leased = 0, large_kept = 0;
  };
  Counters counters() const noexcept;
  // Gives the kept ones back to the system.
  void trim() noexcept;

 private:
  friend class Buffer;
  struct Free {
    Free* next;
  };
  struct Class {
    Free* first = nullptr;
    std::size_t leased = 0, kept = 0, limit = 0, most_kept = 0;
  };
  char* take(Class& from, std::size_t bytes) noexcept;
  void put(char* data, std::size_t bytes) noexcept;

  Class small_{nullptr, 0, 0, 16384, 64};  // 1 MiB kept
  Class large_{nullptr, 0, 0, 32, 4};      // 1 MiB kept
};

inline void Buffer::give_back() noexcept {
  if (char* data = std::exchange(data_, nullptr)) std::exchange(pool_, nullptr)->put(data, std::exchange(size_, 0));
}

}  // namespace arint::runtime
