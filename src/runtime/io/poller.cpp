// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/poller.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "runtime/core/engine.hpp"

namespace arint::runtime {
namespace {

constexpr int batch = 256;
constexpr std::size_t slab = 64;

// What an event carries: kind (2 bits), number of the socket state or descriptor (32), generation (30). Never a pointer: a
// child between fork and exec keeps a closed descriptor's registration alive, and its events must find nobody.
constexpr std::uint64_t kind_mask = 3, kind_socket = 0, kind_foreign = 1, kind_wake = 2;
constexpr std::uint32_t generation_mask = (1u << 30) - 1;

std::uint64_t tag(std::uint64_t kind, std::uint32_t number, std::uint32_t generation) noexcept {
  return std::uint64_t{generation & generation_mask} << 34 | std::uint64_t{number} << 2 | kind;
}
std::uint32_t number_of(std::uint64_t tag) noexcept { return static_cast<std::uint32_t>(tag >> 2); }

}  // namespace

Poller::Poller() {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "no epoll descriptor for an event loop");
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_ < 0) {
    const int error = errno;
    ::close(epoll_);
    throw std::system_error(error, std::generic_category(), "no eventfd for an event loop");
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = kind_wake;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

Poller::~Poller() {
  ::close(wake_);
  ::close(epoll_);
}

bool Poller::grow() noexcept {
  std::unique_ptr<SocketState[]> more(new (std::nothrow) SocketState[slab]);
  if (!more) return false;
  for (std::size_t i = slab; i-- > 0;) {
    more[i].index = static_cast<std::uint32_t>(slabs_.size() * slab + i);
    more[i].next = free_;
    free_ = &more[i];
  }
  slabs_.push_back(std::move(more));
  return true;
}

SocketState* Poller::add(Engine& engine, int fd, bool readable) noexcept {
  if (!free_ && !grow()) {
    errno = ENOMEM;
    return nullptr;
  }
  SocketState& state = *free_;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = tag(kind_socket, state.index, state.generation);
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) < 0) return nullptr;
  free_ = state.next;
  state.fd = fd;
  state.readable = readable;
  state.writable = true;
  state.ended = false;
  state.engine = &engine;
  ++sockets_;
  return &state;
}

void Poller::close(SocketState& state) noexcept {
  ::close(state.fd);
  state.fd = -1;
  ++state.generation;
  state.next = closed_;
  closed_ = &state;
  --sockets_;
}

void Poller::reclaim() noexcept {
  while (SocketState* state = closed_) {
    closed_ = state->next;
    state->next = free_;
    free_ = state;
  }
}

int Poller::arm_foreign(int fd, std::uint32_t events, Operation& operation) noexcept {
  if (fd < 0) return -EBADF;
  if (foreign_.size() <= static_cast<std::size_t>(fd)) foreign_.resize(static_cast<std::size_t>(fd) + 1);
  Foreign& entry = foreign_[static_cast<std::size_t>(fd)];
  if (entry.operation) return -EBUSY;
  epoll_event event{};
  event.events = events | EPOLLONESHOT;
  event.data.u64 = tag(kind_foreign, static_cast<std::uint32_t>(fd), ++entry.generation);
  // Usually it is registered and only disarmed. A library that closed and reopened it makes the first call fail.
  if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) < 0) {
    if (errno != ENOENT) return -errno;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) < 0) return -errno;
  }
  entry.operation = &operation;
  return 0;
}

void Poller::disarm_foreign(int fd, Operation& operation) noexcept {
  Foreign& entry = foreign_[static_cast<std::size_t>(fd)];
  if (entry.operation != &operation) return;
  entry.operation = nullptr;
  ++entry.generation;  // an event of this batch that is still to come finds nobody
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

void Poller::forget_foreign(Engine& engine, int fd) noexcept {
  if (fd < 0) return;
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  if (static_cast<std::size_t>(fd) >= foreign_.size()) return;
  Foreign& entry = foreign_[static_cast<std::size_t>(fd)];
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

void Poller::serve_socket(Engine& engine, std::uint64_t data, std::uint32_t events) noexcept {
  const std::uint32_t number = number_of(data);
  SocketState& state = slabs_[number / slab][number % slab];
  if (tag(kind_socket, number, state.generation) != data) return;  // closed earlier in this batch
  constexpr std::uint32_t broken = EPOLLHUP | EPOLLERR;
  if (events & (EPOLLRDHUP | broken)) state.ended = true;
  if (events & (EPOLLIN | EPOLLRDHUP | broken)) {
    state.readable = true;
    // One that is queued has used up its budget; it has its turn in the queue.
    if (state.reader && !state.reader->queued) {
      engine.budget = Engine::budget_per_event;
      state.reader->step(*state.reader);
    }
  }
  if (state.fd >= 0 && events & (EPOLLOUT | broken)) {
    state.writable = true;
    if (state.writer && !state.writer->queued) {
      engine.budget = Engine::budget_per_event;
      state.writer->step(*state.writer);
    }
  }
}

void Poller::serve_foreign(Engine& engine, std::uint64_t data, std::uint32_t events) noexcept {
  const std::uint32_t fd = number_of(data);
  if (fd >= foreign_.size()) return;
  Foreign& entry = foreign_[fd];
  if (!entry.operation || tag(kind_foreign, fd, entry.generation) != data) return;
  Operation& operation = *std::exchange(entry.operation, nullptr);
  // An error makes both directions "ready": the library meets it at its next call.
  operation.result = static_cast<std::int64_t>(events & (EPOLLHUP | EPOLLERR) ? EPOLLIN | EPOLLOUT
                                                                              : events & (EPOLLIN | EPOLLOUT));
  engine.finish(operation);
}

bool Poller::wait(Engine& engine, int timeout_ms, int& served) noexcept {
  epoll_event events[batch];
  const int count = ::epoll_wait(epoll_, events, batch, timeout_ms);
  engine.round_ns = engine.clock.steady_ns();
  bool woken = false;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t data = events[i].data.u64;
    switch (data & kind_mask) {
      case kind_foreign: serve_foreign(engine, data, events[i].events); break;
      case kind_wake: {
        std::uint64_t wakes = 0;
        [[maybe_unused]] const ssize_t got = ::read(wake_, &wakes, sizeof wakes);
        woken = true;
        break;
      }
      default: serve_socket(engine, data, events[i].events);
    }
  }
  reclaim();
  served = count > 0 ? count : 0;
  return woken;
}

}  // namespace arint::runtime
