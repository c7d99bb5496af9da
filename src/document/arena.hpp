// SPDX-License-Identifier: GPL-3.0-or-later
// Arena: memory that is given back all at once. One per run; every document, variable and result of the run lives in it.
//
// Nothing in an arena has a destructor; values point at each other freely and are valid until the arena is reset or destroyed.
// An arena has a limit: reaching it throws ArenaFull, which every reader of foreign bytes and every evaluation turns into a fault.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace arint::document {

struct ArenaFull {
  std::size_t limit_bytes;
};

class Arena {
 public:
  static constexpr std::size_t default_limit = 1ull << 30;

  explicit Arena(std::size_t limit_bytes = default_limit) noexcept : limit_(limit_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { release(); }

  // Uninitialised memory. Throws ArenaFull.
  void* allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) {
    std::size_t start = (reinterpret_cast<std::size_t>(next_) + alignment - 1) & ~(alignment - 1);
    if (next_ && start + bytes <= reinterpret_cast<std::size_t>(end_)) [[likely]] {
      next_ = reinterpret_cast<char*>(start + bytes);
      return reinterpret_cast<void*>(start);
    }
    return allocate_slowly(bytes, alignment);
  }

  template <class T>
  T* allocate_array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
  }

  template <class T, class... Arguments>
  T* make(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<Arguments>(arguments)...};
  }

  std::string_view copy(std::string_view text);

  // Everything allocated is gone; one chunk is kept for the next use.
  void reset() noexcept;
  std::size_t used_bytes() const noexcept { return held_; }  // in chunks, and what is held beside them; what the limit is compared with
  std::size_t limit_bytes() const noexcept { return limit_; }

  // Memory beside the arena that counts against its limit for as long as this lives: the stack of a parser, rows not yet a tree.
  // The arena is not reset meanwhile.
  class Beside {
   public:
    explicit Beside(Arena& arena) noexcept : arena_(arena) {}
    ~Beside() { arena_.held_ -= bytes_; }
    Beside(const Beside&) = delete;
    // How much it is now. Throws ArenaFull, and then counts what it did before.
    void is(std::size_t bytes) {
      if (bytes > bytes_ && arena_.held_ - bytes_ + bytes > arena_.limit_) throw ArenaFull{arena_.limit_};
      arena_.held_ += bytes - bytes_;
      bytes_ = bytes;
    }
    std::size_t most() const noexcept { return arena_.limit_ - std::min(arena_.held_ - bytes_, arena_.limit_); }

   private:
    Arena& arena_;
    std::size_t bytes_ = 0;
  };

  // A smaller limit for as long as it stands: at most `bytes` more than are used now.
  class Allowance {
   public:
    Allowance(Arena& arena, std::size_t bytes) noexcept : arena_(arena), before_(arena.limit_) {
      if (bytes < arena.limit_ - std::min(arena.held_, arena.limit_)) arena.limit_ = arena.held_ + bytes;
    }
    ~Allowance() { arena_.limit_ = before_; }
    Allowance(const Allowance&) = delete;
    bool narrows() const noexcept { return arena_.limit_ < before_; }

   private:
    Arena& arena_;
    std::size_t before_;
  };

 private:
  struct Chunk {
    Chunk* before;
    std::size_t bytes;
  };
  void* allocate_slowly(std::size_t bytes, std::size_t alignment);
  void release() noexcept;

  char* next_ = nullptr;
  char* end_ = nullptr;
  Chunk* newest_ = nullptr;
  std::size_t held_ = 0;
  std::size_t limit_;
};

}  // namespace arint::document
