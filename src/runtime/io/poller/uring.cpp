// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/io/poller/uring.hpp"

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "runtime/core/engine.hpp"

namespace arint::runtime {
namespace {

constexpr unsigned requests = 1024, completions = 4096;
constexpr int group = 0;
constexpr std::size_t offered_bytes = Uring::buffers * sizeof(io_uring_buf);

void* map(std::size_t bytes) noexcept {
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

const char* remark(int error) noexcept {
  switch (error) {
    case EPERM:
    case EACCES: return " (kernel.io_uring_disabled, or the sandbox of a container)";
    case ENOSYS:
    case EINVAL: return " (it takes Linux 6.1)";
    default: return "";
  }
}

}  // namespace

std::unique_ptr<Uring> Uring::make(SocketTable& table, int wake, std::string& why) {
  std::unique_ptr<Uring> made(new Uring(table, wake));
  if (const int error = made->open(why)) {
    why += std::string(": ") + std::strerror(error) + remark(error);
    return nullptr;
  }
  made->limits_receives_ = made->probe_limit();
  made->watch_wake();
  return made;
}

int Uring::open(std::string& why) {
  io_uring_params options{};
  options.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
  options.cq_entries = completions;
  why = "io_uring_setup failed";
  if (const int made = io_uring_queue_init_params(requests, &ring_, &options); made < 0) return -made;
  opened_ = true;
  offered_ = static_cast<io_uring_buf_ring*>(map(offered_bytes));
  memory_ = static_cast<char*>(map(std::size_t{buffers} * buffer_bytes));
  why = "no memory for the buffers of io_uring";
  if (!offered_ || !memory_) return ENOMEM;
  io_uring_buf_reg place{};
  place.ring_addr = reinterpret_cast<std::uint64_t>(offered_);
  place.ring_entries = buffers;
  place.bgid = group;
  why = "io_uring_register of buffers failed";
  if (const int registered = io_uring_register_buf_ring(&ring_, &place, 0); registered < 0) return -registered;
  io_uring_buf_ring_init(offered_);
  for (unsigned i = 0; i < buffers; ++i)
    io_uring_buf_ring_add(offered_, buffer_at(static_cast<std::uint16_t>(i)), buffer_bytes, static_cast<std::uint16_t>(i),
                          io_uring_buf_ring_mask(buffers), static_cast<int>(i));
  io_uring_buf_ring_advance(offered_, static_cast<int>(buffers));
  held_.resize(buffers);
  batch_.reserve(completions);
  why.clear();
  return 0;
}

Uring::~Uring() {
  if (opened_) {
    // What was cancelled last lets go of its files now, not some time after us: an address may be bound again at once.
    io_uring_submit_and_get_events(&ring_);
    io_uring_queue_exit(&ring_);
  }
  if (offered_) ::munmap(offered_, offered_bytes);
  if (memory_) ::munmap(memory_, std::size_t{buffers} * buffer_bytes);
}

// ---------------------------------------------------------------- requests

void Uring::flush() noexcept {
  io_uring_submit(&ring_);
  ++submission_;
}

io_uring_sqe* Uring::request(std::uint64_t tag) noexcept {
  io_uring_sqe* sqe = io_uring_get_sqe(&ring_);
  while (!sqe) {
    flush();
    sqe = io_uring_get_sqe(&ring_);
  }
  // The prepare functions clear everything but this field, which they leave alone.
  sqe->user_data = tag;
  return sqe;
}

io_uring_sqe* Uring::request(Kind kind, SocketState& state) noexcept {
  io_uring_sqe* const sqe = request(tag_of(kind, state));
  state.asked_in = submission_;
  return sqe;
}

void Uring::cancel(std::uint64_t tag) noexcept {
  io_uring_sqe* const sqe = request(tag_of(Kind::nobody, 0, 0));
  io_uring_prep_cancel64(sqe, tag, 0);
  sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
}

void Uring::watch_wake() noexcept { io_uring_prep_poll_add(request(tag_of(Kind::wake, 0, 0)), wake_, POLLIN); }

void Uring::watch(SocketState& state, Side side) noexcept {
  bool& watched = side == Side::input ? state.watched_in : state.watched_out;
  if (std::exchange(watched, true)) return;
  io_uring_sqe* const sqe = request(side == Side::input ? Kind::socket : Kind::output, state);
  io_uring_prep_poll_add(sqe, state.fd, side == Side::input ? POLLIN | POLLRDHUP : POLLOUT);
}

void Uring::expect_input(SocketState& state) noexcept {
  if (state.bulk || free_ == 0) {
    watch(state, Side::input);
    return;
  }
  if (state.receiving) return;
  state.receiving = true;
  io_uring_sqe* const sqe = request(Kind::receive, state);
  io_uring_prep_recv_multishot(sqe, state.fd, nullptr, 0, 0);
  sqe->flags |= IOSQE_BUFFER_SELECT;
  sqe->buf_group = group;
  // Linux 6.17: the request ends by itself after so many bytes. The field is newer than the packaged header: `optlen`.
  if (limits_receives_) sqe->file_index = held_limit * buffer_bytes;
}

// Whether the kernel knows that limit: one that does not refuses the request before it looks at the descriptor.
bool Uring::probe_limit() noexcept {
  io_uring_sqe* const sqe = request(tag_of(Kind::nobody, 0, 0));
  io_uring_prep_recv_multishot(sqe, -1, nullptr, 0, 0);
  sqe->flags |= IOSQE_BUFFER_SELECT;
  sqe->buf_group = group;
  sqe->file_index = held_limit * buffer_bytes;
  io_uring_cqe* answer = nullptr;
  if (io_uring_submit_and_wait(&ring_, 1) < 0 || io_uring_peek_cqe(&ring_, &answer) < 0) return false;
  const bool known = answer->res == -EBADF;
  io_uring_cqe_seen(&ring_, answer);
  return known;
}

void Uring::send(Operation& operation, SocketState& state, const void* data, std::size_t size, int flags) noexcept {
  io_uring_sqe* const sqe = request(reinterpret_cast<std::uint64_t>(&operation) | static_cast<std::uint64_t>(Kind::send));
  state.asked_in = submission_;
  io_uring_prep_send(sqe, state.fd, data, size, flags);
}

void Uring::send(Operation& operation, SocketState& state, const msghdr& message, int flags) noexcept {
  io_uring_sqe* const sqe = request(reinterpret_cast<std::uint64_t>(&operation) | static_cast<std::uint64_t>(Kind::send));
  state.asked_in = submission_;
  io_uring_prep_sendmsg(sqe, state.fd, &message, static_cast<unsigned>(flags));
}

void Uring::cancel_send(Operation& operation) noexcept {
  cancel(reinterpret_cast<std::uint64_t>(&operation) | static_cast<std::uint64_t>(Kind::send));
}

int Uring::watch_foreign(int fd, std::uint32_t events, std::uint32_t generation) noexcept {
  // As epoll would: the ring takes any file for ready, and tells of a closed one only later.
  struct stat about{};
  if (::fstat(fd, &about) < 0) return -errno;
  if (S_ISREG(about.st_mode) || S_ISDIR(about.st_mode)) return -EPERM;
  io_uring_sqe* const sqe = request(tag_of(Kind::foreign, static_cast<std::uint32_t>(fd), generation));
  io_uring_prep_poll_add(sqe, fd, events);
  return 0;
}

void Uring::unwatch_foreign(int fd, std::uint32_t generation) noexcept {
  cancel(tag_of(Kind::foreign, static_cast<std::uint32_t>(fd), generation));
  flush();  // its owner may close it next, and another may get its number
}

void Uring::forget(SocketState& state) noexcept {
  if (state.held) {
    // The kernel does the same when bytes it holds are never read (RFC 1122, 4.2.2.13): the peer must not take them for received.
    const linger at_once{1, 0};
    ::setsockopt(state.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  while (state.held) {
    const std::uint16_t buffer = state.held_first;
    state.held_first = held_[buffer].next;
    --state.held;
    recycle(buffer);
  }
  state.held_first = state.held_last = SocketState::none;
  if (state.receiving && !state.halting) cancel(tag_of(Kind::receive, state));
  if (state.watched_in) cancel(tag_of(Kind::socket, state));
  if (state.watched_out) cancel(tag_of(Kind::output, state));
  if (state.asked_in == submission_) flush();
  state.receiving = state.halting = state.bulk = state.watched_in = state.watched_out = false;
  state.failure = 0;
}

// ---------------------------------------------------------------- buffers

void Uring::recycle(std::uint16_t buffer) noexcept {
  io_uring_buf_ring_add(offered_, buffer_at(buffer), buffer_bytes, buffer, io_uring_buf_ring_mask(buffers), 0);
  io_uring_buf_ring_advance(offered_, 1);
  ++free_;
}

void Uring::hold(SocketState& state, std::uint16_t buffer, std::uint32_t bytes) noexcept {
  held_[buffer] = {0, bytes, SocketState::none};
  (state.held ? held_[state.held_last].next : state.held_first) = buffer;
  state.held_last = buffer;
  if (++state.held < held_limit) return;
  state.bulk = state.readable = true;
  if (state.receiving && !std::exchange(state.halting, true)) cancel(tag_of(Kind::receive, state));
}

std::size_t Uring::take_held(SocketState& state, std::span<char> into) noexcept {
  std::size_t taken = 0;
  while (state.held && taken < into.size()) {
    const std::uint16_t buffer = state.held_first;
    Held& held = held_[buffer];
    const std::size_t size = std::min<std::size_t>(held.end - held.begin, into.size() - taken);
    std::memcpy(into.data() + taken, buffer_at(buffer) + held.begin, size);
    taken += size;
    held.begin += static_cast<std::uint32_t>(size);
    if (held.begin < held.end) break;
    state.held_first = held.next;
    --state.held;
    recycle(buffer);
  }
  return taken;
}

// ---------------------------------------------------------------- completions

// What a receive brought, before anybody runs.
void Uring::note(const Completion& done) noexcept {
  const bool has_buffer = done.flags & IORING_CQE_F_BUFFER;
  const auto buffer = static_cast<std::uint16_t>(done.flags >> IORING_CQE_BUFFER_SHIFT);
  if (has_buffer) --free_;
  SocketState* const state = table_.find(done.tag);
  if (!state) {
    if (has_buffer) recycle(buffer);
    return;
  }
  if (!(done.flags & IORING_CQE_F_MORE)) state->receiving = state->halting = false;
  if (done.result > 0) {
    hold(*state, buffer, static_cast<std::uint32_t>(done.result));
    return;
  }
  if (has_buffer) recycle(buffer);
  if (done.result == 0) {
    state->ended = state->readable = true;
  } else if (done.result != -ENOBUFS && done.result != -ECANCELED && done.result != -EINTR) {
    state->failure = -done.result;
    state->ended = state->readable = true;
  }
}

void Uring::serve(Engine& engine, Poller& poller, const Completion& done) noexcept {
  switch (kind_of(done.tag)) {
    case Kind::nobody: return;
    case Kind::receive:
      if (SocketState* const state = table_.find(done.tag)) poller.serve_input(engine, *state);
      return;
    case Kind::send: {
      Operation& operation = *reinterpret_cast<Operation*>(done.tag & ~kind_mask);
      operation.result = done.result;
      engine.budget = Engine::budget_per_event;
      operation.step(operation);
      return;
    }
    case Kind::wake: watch_wake(); break;
    case Kind::socket:
    case Kind::output:
      if (SocketState* const state = table_.find(done.tag))
        (kind_of(done.tag) == Kind::socket ? state->watched_in : state->watched_out) = false;
      break;
    case Kind::foreign: break;
  }
  if (done.result == -ECANCELED) return;
  poller.serve(engine, done.tag, done.result < 0 ? POLLIN | POLLOUT | POLLERR : static_cast<std::uint32_t>(done.result));
}

int Uring::wait(Engine& engine, Poller& poller, int timeout_ms) noexcept {
  if (timeout_ms == 0) {
    io_uring_submit_and_get_events(&ring_);
  } else if (timeout_ms < 0) {
    io_uring_submit_and_wait(&ring_, 1);
  } else {
    io_uring_cqe* first = nullptr;
    __kernel_timespec limit{timeout_ms / 1000, timeout_ms % 1000 * 1'000'000LL};
    io_uring_submit_and_wait_timeout(&ring_, &first, 1, &limit, nullptr);
  }
  ++submission_;
  engine.round_ns = engine.clock.steady_ns();
  batch_.clear();
  unsigned head = 0;
  io_uring_cqe* cqe = nullptr;
  io_uring_for_each_cqe(&ring_, head, cqe) {
    batch_.push_back({cqe->user_data, cqe->res, cqe->flags});
    if (kind_of(cqe->user_data) == Kind::receive) note(batch_.back());
  }
  io_uring_cq_advance(&ring_, static_cast<unsigned>(batch_.size()));
  for (const Completion& each : batch_) serve(engine, poller, each);
  return static_cast<int>(batch_.size());
}

}  // namespace arint::runtime
