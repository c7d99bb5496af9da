// SPDX-License-Identifier: GPL-3.0-or-later
// The request's body on its way up, when it was not at hand with its head.
#include "http/forward/forwarding.hpp"

namespace arint::http {

using runtime::Deadline;
using runtime::IoResult;
using runtime::Task;

namespace {

constexpr std::uint64_t long_body = 64 * 1024;
constexpr Millis continue_wait{1'000};  // RFC 9110, 10.1.1: nobody waits for 100 for ever

}  // namespace

Result<void> Forwarding::check_upload() {
  if (!exchange_.over_limit(exchange_.received_)) return {};
  caller_.body_sentence_ = "The request's body is too long.";
  return caller_.body_fault(Fault::rejected, 413, "The request's body is longer than the " + std::to_string(exchange_.body_limit_) + " bytes allowed.");
}

Task<void> Forwarding::upload(Link& link) {
  const bool by_length = exchange_.head().framing == Framing::length;
  Task<Result<void>> work = by_length ? upload_by_length(link) : upload_chunks(link);
  Result<void> done = co_await std::move(work);
  if (done) uploaded_ = true;
  // The caller failed: the upstream must not take the part it has for the whole, and whoever waits for its answer must know.
  if (caller_fault_) link.reset();
}

Task<Result<void>> Forwarding::upload_by_length(Link& link) {
  runtime::Buffer large{};
  if (caller_.body_left_ > long_body) large = runtime::Loop::current().buffers().large();
  while (caller_.body_ != Connection::Body::complete) {
    std::string_view slice;
    if (large && caller_.in_.empty()) {
      Result<std::size_t> got = co_await caller_.read(exchange_, large.span());
      if (!got) co_return (caller_fault_ = got.error(), got.error());
      slice = {large.data(), *got};
    } else {
      Result<std::string_view> got = co_await caller_.next_slice(exchange_, caller_.in_.capacity());
      if (!got) co_return (caller_fault_ = got.error(), got.error());
      slice = *got;
    }
    const iovec part{const_cast<char*>(slice.data()), slice.size()};
    Result<void> sent = co_await link.send(std::span<const iovec>(&part, 1));
    if (!sent) co_return sent;
  }
  co_return Result<void>();
}

Task<Result<void>> Forwarding::upload_chunks(Link& link) {
  char size[18];
  for (;;) {
    Result<std::string_view> slice = co_await caller_.next_slice(exchange_, caller_.in_.capacity());
    if (!slice) co_return (caller_fault_ = slice.error(), slice.error());
    if (slice->empty()) break;
    Result<void> fits = check_upload();
    if (!fits) co_return (caller_fault_ = fits.error(), fits.error());
    const iovec parts[3] = {{size, write_chunk_size(size, slice->size())}, {const_cast<char*>(slice->data()), slice->size()}, {const_cast<char*>("\r\n"), 2}};
    Result<void> sent = co_await link.send(std::span<const iovec>(parts));
    if (!sent) co_return sent;
  }
  std::string end = "0\r\n";
  if (const Fields* trailers = caller_.trailers()) {
    for (std::size_t i = 0; i < trailers->count(); ++i) {
      end += trailers->field(i).name;
      end += ": ";
      end += trailers->field(i).value;
      end += "\r\n";
    }
  }
  end += "\r\n";
  const iovec part{end.data(), end.size()};
  co_return co_await link.send(std::span<const iovec>(&part, 1));
}

// The caller waits for 100 Continue, so we wait for the upstream's. True: it gave its final answer instead.
Task<Result<bool>> Forwarding::wait_for_continue(Link& link) {
  bool said = false;
  {
    Deadline patience(*caller_.context_, continue_wait);
    IoResult ready = co_await link.stream().readable();
    said = ready.ok();
  }
  if (said) {
    Result<void> got = co_await link.read_head(exchange_.method(), true);
    if (!got) co_return got.error();
    if (link.head().status >= 200) co_return true;
  }
  Result<void> passed_on = co_await caller_.say_continue();
  if (!passed_on) co_return passed_on.error();
  co_return false;
}

}  // namespace arint::http
