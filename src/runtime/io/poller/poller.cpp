// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/poller/poller.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>

#include "runtime/core/engine.hpp"
#include "runtime/io/poller/uring.hpp"

namespace arint::runtime {
namespace {

// What `automatic` stands for. Not io_uring by default: the kernel ends a ring some time after its process was killed, and until
// then keeps the files it waits for, so that a listener outlives its killed node: callers hang instead of being refused.
Backend narrowed(Backend wanted) noexcept {
  if (wanted != Backend::automatic) return wanted;
  const char* const asked = std::getenv("ARINT_IO");
  return asked && asked == name_of(Backend::io_uring) ? Backend::io_uring : Backend::epoll;
}

}  // namespace

Poller::Poller(Backend wanted) {
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_ < 0) throw std::system_error(errno, std::generic_category(), "no eventfd for an event loop");
  try {
    if (narrowed(wanted) == Backend::io_uring) ring_ = Uring::make(table_, wake_, refusal_);
    if (!ring_) epoll_.emplace(wake_);
  } catch (...) {
    ::close(wake_);
    throw;
  }
}

Poller::~Poller() {
  ring_.reset();
  epoll_.reset();
  ::close(wake_);
}

SocketState* Poller::add(Engine& engine, int fd, bool readable) noexcept {
  SocketState* const state = table_.take();
  if (!state) return nullptr;
  state->fd = fd;
  state->readable = readable;
  state->writable = true;
  state->ended = false;
  state->engine = &engine;
  if (ring_ || epoll_->add(*state)) return state;
  const int error = errno;
  state->fd = -1;
  table_.give_back(*state);
  errno = error;
  return nullptr;
}

void Poller::close(SocketState& state) noexcept {
  if (ring_) ring_->forget(state);
  ::close(state.fd);
  table_.retire(state);
}

bool Poller::quiet() const noexcept { return ring_->quiet(); }
void Poller::watch_by_ring(SocketState& state, Side side) noexcept { ring_->watch(state, side); }
void Poller::expect_by_ring(SocketState& state) noexcept { ring_->expect_input(state); }
std::size_t Poller::take_held(SocketState& state, std::span<char> into) noexcept { return ring_->take_held(state, into); }

int Poller::arm_foreign(int fd, std::uint32_t events, Operation& operation) noexcept {
  if (fd < 0) return -EBADF;
  if (foreign_.size() <= static_cast<std::size_t>(fd)) foreign_.resize(static_cast<std::size_t>(fd) + 1);
  Foreign& entry = foreign_[static_cast<std::size_t>(fd)];
  if (entry.operation) return -EBUSY;
  ++entry.generation;
  const int armed = ring_ ? ring_->watch_foreign(fd, events, entry.generation) : epoll_->watch_foreign(fd, events, entry.generation);
  if (armed == 0) entry.operation = &operation;
  return armed;
}

void Poller::unwatch_foreign(int fd, std::uint32_t generation) noexcept {
  if (ring_) ring_->unwatch_foreign(fd, generation);
  else epoll_->unwatch_foreign(fd);
}

void Poller::disarm_foreign(int fd, Operation& operation) noexcept {
  Foreign& entry = foreign_[static_cast<std::size_t>(fd)];
  if (entry.operation != &operation) return;
  entry.operation = nullptr;
  unwatch_foreign(fd, entry.generation++);  // an event of this batch that is still to come finds nobody
}

void Poller::forget_foreign(Engine& engine, int fd) noexcept {
  if (fd < 0 || static_cast<std::size_t>(fd) >= foreign_.size()) return;
  Foreign& entry = foreign_[static_cast<std::size_t>(fd)];
  // epoll keeps a descriptor it once knew; the ring only those somebody waits for.
  if (epoll_ || entry.operation) unwatch_foreign(fd, entry.generation);
  ++entry.generation;
  if (Operation* operation = std::exchange(entry.operation, nullptr)) {
    operation->result = -ECONNABORTED;
    engine.finish_later(*operation);
  }
}

void Poller::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

void Poller::serve_input(Engine& engine, SocketState& state) noexcept {
  // One that is queued has used up its budget; it has its turn in the queue.
  if (!state.reader || state.reader->queued) return;
  engine.budget = Engine::budget_per_event;
  state.reader->step(*state.reader);
}

void Poller::serve_socket(Engine& engine, SocketState& state, std::uint32_t events) noexcept {
  constexpr std::uint32_t broken = EPOLLHUP | EPOLLERR;
  const std::uint32_t generation = state.generation;
  if (events & (EPOLLRDHUP | broken)) state.ended = true;
  if (events & (EPOLLIN | EPOLLRDHUP | broken)) {
    state.readable = true;
    serve_input(engine, state);
  }
  if (state.generation == generation && events & (EPOLLOUT | broken)) {
    state.writable = true;
    if (state.writer && !state.writer->queued) {
      engine.budget = Engine::budget_per_event;
      state.writer->step(*state.writer);
    }
  }
}

void Poller::serve_foreign(Engine& engine, std::uint64_t tag, std::uint32_t events) noexcept {
  const std::uint32_t fd = number_of(tag);
  if (fd >= foreign_.size()) return;
  Foreign& entry = foreign_[fd];
  if (!entry.operation || (entry.generation & generation_mask) != generation_of(tag)) return;
  Operation& operation = *std::exchange(entry.operation, nullptr);
  // An error makes both directions "ready": the library meets it at its next call.
  operation.result = static_cast<std::int64_t>(events & (EPOLLHUP | EPOLLERR) ? EPOLLIN | EPOLLOUT
                                                                              : events & (EPOLLIN | EPOLLOUT));
  engine.finish(operation);
}

void Poller::serve(Engine& engine, std::uint64_t tag, std::uint32_t events) noexcept {
  switch (kind_of(tag)) {
    case Kind::foreign: serve_foreign(engine, tag, events); break;
    case Kind::wake: {
      std::uint64_t wakes = 0;
      [[maybe_unused]] const ssize_t got = ::read(wake_, &wakes, sizeof wakes);
      woken_ = true;
      break;
    }
    default:
      if (SocketState* const state = table_.find(tag)) serve_socket(engine, *state, events);
  }
}

bool Poller::wait(Engine& engine, int timeout_ms, int& served) noexcept {
  served = ring_ ? ring_->wait(engine, *this, timeout_ms) : epoll_->wait(engine, *this, timeout_ms);
  table_.reclaim();
  return std::exchange(woken_, false);
}

}  // namespace arint::runtime
