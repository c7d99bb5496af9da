// SPDX-License-Identifier: GPL-3.0-or-later
// Call: a request whose bodies stream.
#include "http/client/pool.hpp"

namespace arint::http {

using runtime::Task;

struct Call::Inside {
  explicit Inside(Upstream::Inside& given) noexcept : pool(given), lease(given) {}
  Upstream::Inside& pool;
  Lease lease;
  Method method = Method::unknown;
  Framing framing = Framing::none;
  std::uint64_t left = 0;
  bool began = false, finished = false, answered = false;
};

Call::Call(Upstream& upstream) noexcept : inside_(std::make_unique<Inside>(upstream.inside())) {}

Call::~Call() {
  if (!inside_->finished || !inside_->answered) inside_->lease.spoil();
}

Task<Result<void>> Call::begin(const Request& request, std::optional<std::uint64_t> length) {
  Inside& call = *inside_;
  if (call.began || !request.body.empty()) co_return Error{Fault::bug, "A streamed call was begun twice, or with a body."};
  if (Result<void> fine = check_request(request); !fine) co_return fine.error();
  Result<void> got = co_await call.lease.acquire(Fresh::no);
  if (request.address && call.lease.endpoint()) *request.address = call.lease.endpoint()->text;
  if (!got) co_return got.error();
  call.began = true;
  ++call.pool.counters.calls;
  call.method = method_of(request.method);
  call.framing = length ? Framing::length : Framing::chunked;
  call.left = length.value_or(0);
  call.finished = length && *length == 0;
  Input& room = call.lease.link().input();
  HeadWriter writer(room.data(), room.capacity());
  const bool none = call.finished && content_unexpected(call.method);
  write_request(writer, call.pool, request, none ? Framing::none : call.framing, call.left);
  if (writer.overflowed()) co_return Error{Fault::bug, "The head of a streamed request is longer than 16 KiB."};
  const iovec part{const_cast<char*>(writer.text().data()), writer.text().size()};
  co_return co_await call.lease.link().send(std::span<const iovec>(&part, 1));
}

Task<Result<void>> Call::write(std::string_view bytes) {
  Inside& call = *inside_;
  if (!call.began || call.finished || (call.framing == Framing::length && bytes.size() > call.left))
    co_return Error{Fault::bug, "Bytes were written outside a streamed request."};
  if (bytes.empty()) co_return Result<void>();
  char size[18];
  iovec parts[3];
  std::size_t count = 0;
  if (call.framing == Framing::chunked) parts[count++] = {size, write_chunk_size(size, bytes.size())};
  parts[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
  if (call.framing == Framing::chunked) parts[count++] = {const_cast<char*>("\r\n"), 2};
  if (call.framing == Framing::length) call.left -= bytes.size();
  Result<void> sent = co_await call.lease.link().send(std::span<const iovec>(parts, count));
  if (sent && call.framing == Framing::length && call.left == 0) call.finished = true;
  co_return sent;
}

Task<Result<void>> Call::finish() {
  Inside& call = *inside_;
  if (call.finished) co_return Result<void>();
  if (!call.began || call.framing == Framing::length) co_return Error{Fault::bug, "A streamed request was finished before its length was reached."};
  call.finished = true;
  const iovec part{const_cast<char*>(last_chunk.data()), last_chunk.size()};
  co_return co_await call.lease.link().send(std::span<const iovec>(&part, 1));
}

Task<Result<const ResponseHead*>> Call::response() {
  Inside& call = *inside_;
  if (!call.began) co_return Error{Fault::bug, "An answer was asked for before the request."};
  if (!call.answered) {
    Result<void> got = co_await call.lease.link().read_head(call.method);
    if (!got) {
      call.lease.judge(got.error().fault);
      co_return got.error();
    }
    call.lease.judge(call.lease.link().head().status);
    call.answered = true;
  }
  co_return &call.lease.link().head();
}

Task<Result<std::size_t>> Call::read(std::span<char> to) {
  if (!inside_->answered) co_return Error{Fault::bug, "An answer's body was read before its head."};
  co_return co_await inside_->lease.link().read(to);
}

}  // namespace arint::http
