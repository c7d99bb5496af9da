// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/arena.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace arint::document {
namespace {
constexpr std::size_t first_chunk = 8 * 1024;     // a small message fits: one allocation a run
constexpr std::size_t largest_chunk = 1 << 20;

// Chunks go back to their thread, not to the allocator: the usual run then allocates nothing, and a large document does not make the
// kernel map and clear its pages anew each time.
template <int most>
struct Spare {
  void* chunks[most];
  int count = 0;
  ~Spare() {
    while (count) std::free(chunks[--count]);
  }
  void* take() noexcept { return count ? chunks[--count] : nullptr; }
  bool keep(void* chunk) noexcept {
    if (count == most) return false;
    chunks[count++] = chunk;
    return true;
  }
};
thread_local Spare<64> spare_first;
thread_local Spare<4> spare_largest;  // 4 MiB a thread at most

void* spare_of(std::size_t size) noexcept {
  return size == first_chunk ? spare_first.take() : size == largest_chunk ? spare_largest.take() : nullptr;
}

bool kept(void* chunk, std::size_t size) noexcept {
  return (size == first_chunk && spare_first.keep(chunk)) || (size == largest_chunk && spare_largest.keep(chunk));
}
}  // namespace

void* Arena::allocate_slowly(std::size_t bytes, std::size_t alignment) {
  std::size_t want = sizeof(Chunk) + bytes + alignment;
  std::size_t size = newest_ ? std::min(newest_->bytes * 2, largest_chunk) : first_chunk;
  if (size < want) size = want;
  if (held_ + size > limit_) {
    // Close to the limit take exactly what is needed, so that the limit means what it says.
    size = want;
    if (bytes > limit_ || held_ + size > limit_) throw ArenaFull{limit_};
  }
  void* memory = spare_of(size);
  if (!memory) memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  newest_ = new (memory) Chunk{newest_, size};
  held_ += size;
  next_ = reinterpret_cast<char*>(newest_ + 1);
  end_ = static_cast<char*>(memory) + size;
  std::size_t start = (reinterpret_cast<std::size_t>(next_) + alignment - 1) & ~(alignment - 1);
  next_ = reinterpret_cast<char*>(start + bytes);
  return reinterpret_cast<void*>(start);
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* to = static_cast<char*>(allocate(text.size(), 1));
  std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

void Arena::reset() noexcept {
  release();
  next_ = end_ = nullptr;
}

void Arena::release() noexcept {
  while (newest_) {
    Chunk* gone = newest_;
    newest_ = gone->before;
    if (!kept(gone, gone->bytes)) std::free(gone);
  }
  held_ = 0;
}

}  // namespace arint::document
