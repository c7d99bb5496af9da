// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/poller/state.hpp"

#include <cerrno>
#include <new>
#include <utility>

namespace arint::runtime {

SocketState* SocketTable::take() noexcept {
  if (!free_) {
    std::unique_ptr<SocketState[]> more(new (std::nothrow) SocketState[slab]);
    if (!more) {
      errno = ENOMEM;
      return nullptr;
    }
    for (std::size_t i = slab; i-- > 0;) {
      more[i].index = static_cast<std::uint32_t>(slabs_.size() * slab + i);
      more[i].next = free_;
      free_ = &more[i];
    }
    slabs_.push_back(std::move(more));
  }
  ++open_;
  SocketState* const state = free_;
  free_ = state->next;
  return state;
}

void SocketTable::give_back(SocketState& unused) noexcept {
  unused.next = free_;
  free_ = &unused;
  --open_;
}

void SocketTable::retire(SocketState& closed) noexcept {
  closed.fd = -1;
  ++closed.generation;
  closed.next = closed_;
  closed_ = &closed;
  --open_;
}

void SocketTable::reclaim() noexcept {
  while (SocketState* state = closed_) {
    closed_ = state->next;
    state->next = free_;
    free_ = state;
  }
}

SocketState* SocketTable::find(std::uint64_t tag) noexcept {
  const std::uint32_t number = number_of(tag);
  SocketState& state = slabs_[number / slab][number % slab];
  return (state.generation & generation_mask) == generation_of(tag) ? &state : nullptr;
}

}  // namespace arint::runtime
