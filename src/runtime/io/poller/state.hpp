// SPDX-License-Identifier: GPL-3.0-or-later
// What the loop knows of each socket, and the tags that name a socket or descriptor to the kernel. Both back ends share it.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/core/operation.hpp"

namespace arint::runtime {

struct Engine;

// Its address is stable; it is reused only after the batch of events in which it was closed.
struct SocketState {
  static constexpr std::uint16_t none = 0xffff;

  int fd = -1;
  bool readable = false;   // a read of the descriptor may succeed
  bool writable = true;    // a write may succeed
  bool ended = false;      // the peer has shut down or the connection is broken: reads never wait again
  Operation* reader = nullptr;
  Operation* writer = nullptr;
  Engine* engine = nullptr;
  SocketState* next = nullptr;  // free or closed list
  std::uint32_t index = 0;      // where it stands in the slabs
  std::uint32_t generation = 0; // grows with every reuse

  // io_uring only; on epoll they keep these values.
  bool receiving = false;        // the kernel receives into the ring's buffers on its own
  bool halting = false;          // it was told to stop
  bool bulk = false;             // more comes than the ring's buffers are meant for: the descriptor is read directly
  bool watched_in = false, watched_out = false;  // the kernel will tell of readiness, once
  std::uint16_t held_first = none, held_last = none, held = 0;  // buffers of the ring with what came and was not taken yet
  std::int32_t failure = 0;      // errno of the receive that ended it
  std::uint32_t asked_in = 0;    // the submission that its newest request goes with
};

// The sockets of one loop.
class SocketTable {
 public:
  SocketTable() = default;
  SocketTable(const SocketTable&) = delete;
  SocketTable& operator=(const SocketTable&) = delete;

  SocketState* take() noexcept;  // null: out of memory, errno set
  void give_back(SocketState& unused) noexcept;  // one that was taken and never opened
  void retire(SocketState& closed) noexcept;     // free after reclaim()
  void reclaim() noexcept;                       // the batch is over
  // Null when that one was closed meanwhile.
  SocketState* find(std::uint64_t tag) noexcept;
  std::size_t open() const noexcept { return open_; }

 private:
  static constexpr std::size_t slab = 64;
  std::vector<std::unique_ptr<SocketState[]>> slabs_;
  SocketState* free_ = nullptr;
  SocketState* closed_ = nullptr;
  std::size_t open_ = 0;
};

// What an event carries: kind (3 bits), number of the socket state or descriptor (32), generation (29). Never a pointer to a
// socket: what the kernel still says of a closed one must find nobody.
enum class Kind : std::uint8_t {
  socket = 0,    // epoll: both directions; io_uring: readiness to read
  output = 1,    // io_uring: readiness to write
  foreign = 2,
  wake = 3,
  receive = 4,   // io_uring: bytes came
  send = 5,      // io_uring: the rest of the tag is the address of the Operation
  nobody = 6,    // io_uring: a request nobody waits for
};
constexpr std::uint32_t generation_mask = (1u << 29) - 1;
constexpr std::uint64_t kind_mask = 7;

constexpr std::uint64_t tag_of(Kind kind, std::uint32_t number, std::uint32_t generation) noexcept {
  return std::uint64_t{generation & generation_mask} << 35 | std::uint64_t{number} << 3 | static_cast<std::uint64_t>(kind);
}
inline std::uint64_t tag_of(Kind kind, const SocketState& state) noexcept { return tag_of(kind, state.index, state.generation); }
constexpr Kind kind_of(std::uint64_t tag) noexcept { return static_cast<Kind>(tag & kind_mask); }
constexpr std::uint32_t number_of(std::uint64_t tag) noexcept { return static_cast<std::uint32_t>(tag >> 3); }
constexpr std::uint32_t generation_of(std::uint64_t tag) noexcept { return static_cast<std::uint32_t>(tag >> 35); }

}  // namespace arint::runtime
