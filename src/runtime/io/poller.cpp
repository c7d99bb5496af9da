// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/poller.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "runtime/core/engine.hpp"

namespace arint::runtime {
namespace {

constexpr int batch = 256;
constexpr std::size_t slab = 64;

// What an event carries: a SocketState pointer (low bits 0), a foreign descriptor (1), or the wake-up (2).
constexpr std::uint64_t tag_mask = 3, tag_foreign = 1, tag_wake = 2;
constexpr std::uint32_t generation_mask = (1u << 30) - 1;

std::uint64_t foreign_tag(int fd, std::uint32_t generation) noexcept {
  return std::uint64_t{generation & generation_mask} << 34 | std::uint64_t{static_cast<std::uint32_t>(fd)} << 2 | tag_foreign;
}

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
  event.data.u64 = tag_wake;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

Poller::~Poller() {
  ::close(wake_);
  ::close(epoll_);
}

SocketState* Poller::add(Engine& engine, int fd, bool readable) noexcept {
  if (!free_) {
    slabs_.push_back(std::make_unique<SocketState[]>(slab));
    for (std::size_t i = 0; i < slab; ++i) {
      slabs_.back()[i].next = free_;
      free_ = &slabs_.back()[i];
    }
  }
  SocketState& state = *free_;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &state;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) < 0) return nullptr;
  free_ = state.next;
  state = SocketState{};
  state.fd = fd;
  state.readable = readable;
  state.engine = &engine;
  ++sockets_;
  return &state;
}

void Poller::close(SocketState& state) noexcept {
  ::close(state.fd);
  state.fd = -1;
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
  event.data.u64 = foreign_tag(fd, ++entry.generation);
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

void Poller::serve_socket(Engine& engine, SocketState& state, std::uint32_t events) noexcept {
  if (state.fd < 0) return;  // closed earlier in this batch
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

void Poller::serve_foreign(Engine& engine, std::uint64_t tag, std::uint32_t events) noexcept {
  const auto fd = static_cast<std::uint32_t>(tag >> 2);
  if (fd >= foreign_.size()) return;
  Foreign& entry = foreign_[fd];
  if (!entry.operation || foreign_tag(static_cast<int>(fd), entry.generation) != tag) return;
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
    switch (data & tag_mask) {
      case tag_foreign: serve_foreign(engine, data, events[i].events); break;
      case tag_wake: {
        std::uint64_t wakes = 0;
        [[maybe_unused]] const ssize_t got = ::read(wake_, &wakes, sizeof wakes);
        woken = true;
        break;
      }
      default: serve_socket(engine, *static_cast<SocketState*>(events[i].data.ptr), events[i].events);
    }
  }
  reclaim();
  served = count > 0 ? count : 0;
  return woken;
}

}  // namespace arint::runtime
