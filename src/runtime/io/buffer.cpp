// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/buffer.hpp"

#include <sys/mman.h>

#include <cstdlib>

namespace arint::runtime {
namespace {

// Large ones come straight from the kernel, so that giving them back shrinks the process whatever malloc thinks.
char* allocate(std::size_t bytes) noexcept {
  if (bytes != BufferPool::large_bytes) return static_cast<char*>(std::malloc(bytes));
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

void release(void* data, std::size_t bytes) noexcept {
  if (bytes == BufferPool::large_bytes) ::munmap(data, bytes);
  else std::free(data);
}

}  // namespace

BufferPool::~BufferPool() { trim(); }

void BufferPool::set_limits(std::size_t small, std::size_t large) noexcept {
  small_.limit = small;
  large_.limit = large;
}

Buffer BufferPool::small() noexcept {
  char* data = take(small_, small_bytes);
  return data ? Buffer(this, data, small_bytes) : Buffer();
}

Buffer BufferPool::large() noexcept {
  char* data = take(large_, large_bytes);
  return data ? Buffer(this, data, large_bytes) : Buffer();
}

char* BufferPool::take(Class& from, std::size_t bytes) noexcept {
  if (from.leased >= from.limit) return nullptr;
  char* data = nullptr;
  if (Free* free = from.first) {
    from.first = free->next;
    --from.kept;
    data = reinterpret_cast<char*>(free);
  } else {
    data = allocate(bytes);
  }
  if (data) ++from.leased;
  return data;
}

void BufferPool::put(char* data, std::size_t bytes) noexcept {
  Class& to = bytes == large_bytes ? large_ : small_;
  --to.leased;
  if (to.kept >= to.most_kept) {
    release(data, bytes);
    return;
  }
  Free* free = reinterpret_cast<Free*>(data);
  free->next = to.first;
  to.first = free;
  ++to.kept;
}

BufferPool::Counters BufferPool::counters() const noexcept {
  return {small_.leased, small_.kept, large_.leased, large_.kept};
}

void BufferPool::trim() noexcept {
  while (Free* free = small_.first) {
    small_.first = free->next;
    release(free, small_bytes);
  }
  while (Free* free = large_.first) {
    large_.first = free->next;
    release(free, large_bytes);
  }
  small_.kept = large_.kept = 0;
}

}  // namespace arint::runtime
