// SPDX-License-Identifier: GPL-3.0-or-later
// One request, one whole answer.
#include <algorithm>

#include "http/client/pool.hpp"
#include "http/codec/scan.hpp"

namespace arint::http {

using runtime::Deadline;
using runtime::Task;

namespace {

constexpr std::size_t longest_head = 64 * 1024;
constexpr std::size_t first_piece = 64 * 1024;

bool reserved(Name id) noexcept {
  switch (id) {
    case Name::connection: case Name::content_length: case Name::expect: case Name::host: case Name::keep_alive: case Name::te:
    case Name::traceparent: case Name::trailer: case Name::transfer_encoding: case Name::upgrade: return true;
    default: return false;
  }
}

// The head into the link's own input, which is empty until the answer comes; a longer one into `large`.
Result<std::string_view> make_head(Link& link, const Upstream::Inside& pool, const Request& request, Framing framing, std::uint64_t length,
                                   std::string& large) {
  HeadWriter writer(link.input().data(), link.input().capacity());
  write_request(writer, pool, request, framing, length);
  if (!writer.overflowed()) return writer.text();
  large.resize(longest_head);
  HeadWriter again(large.data(), large.size());
  write_request(again, pool, request, framing, length);
  if (!again.overflowed()) return again.text();
  return Error{Fault::bug, "The head of a request to " + pool.name + " is longer than 64 KiB."};
}

Error too_long(const Upstream::Inside& pool) {
  return {Fault::malformed, "The answer of " + pool.name + " is longer than the " + std::to_string(pool.options.response_bytes) + " bytes allowed."};
}

Task<Result<void>> collect(Link& link, const Upstream::Inside& pool, std::string& body) {
  const std::uint64_t most = pool.options.response_bytes;
  if (link.head().framing == Framing::length) {
    if (link.body_left() > most) co_return too_long(pool);
    // Grows as bytes come: a length that was only claimed costs nothing.
    while (!link.body_done()) {
      const std::size_t before = body.size();
      const std::size_t piece = static_cast<std::size_t>(std::min<std::uint64_t>(link.body_left(), std::max(before, first_piece)));
      body.resize(before + piece);
      Result<std::size_t> got = co_await link.read(std::span<char>(body.data() + before, piece));
      if (!got) co_return got.error();
      body.resize(before + *got);
    }
    co_return Result<void>();
  }
  while (!link.body_done()) {
    Result<std::string_view> slice = co_await link.next_slice();
    if (!slice) co_return slice.error();
    if (body.size() + slice->size() > most) co_return too_long(pool);
    body += *slice;
  }
  co_return Result<void>();
}

Task<Result<void>> once(Link& link, const Upstream::Inside& pool, const Request& request, Response& response) {
  const Method method = method_of(request.method);
  const bool content = !request.body.empty() || method == Method::post || method == Method::put || method == Method::patch;
  std::string large;
  Result<std::string_view> head = make_head(link, pool, request, content ? Framing::length : Framing::none, request.body.size(), large);
  if (!head) co_return head.error();
  const iovec parts[2] = {{const_cast<char*>(head->data()), head->size()}, {const_cast<char*>(request.body.data()), request.body.size()}};
  Result<void> sent = co_await link.send(std::span<const iovec>(parts, request.body.empty() ? 1 : 2));
  // A peer that refuses a long body often answers and closes before it has read it: look for that answer.
  if (!sent && !(link.cut() && !request.body.empty())) co_return sent.error();
  Result<void> answered = co_await link.read_head(method);
  if (!answered) co_return sent ? answered.error() : sent.error();
  response = Response(link.head());
  co_return co_await collect(link, pool, response.body);
}

}  // namespace

void write_request(HeadWriter& writer, const Upstream::Inside& pool, const Request& request, Framing framing, std::uint64_t length) {
  writer.request_line(request.method, request.target);
  writer.field("Host", pool.host_field);
  for (const Field& field : request.fields) writer.field(field.name, field.value);
  if (framing == Framing::length) writer.number_field("Content-Length", length);
  else if (framing == Framing::chunked) writer.raw("Transfer-Encoding: chunked\r\n");
  if (request.trace) {
    char trace[55];
    request.trace->child().write_header(trace);
    writer.field("traceparent", {trace, sizeof trace});
  }
  writer.end();
}

Result<void> check_request(const Request& request) {
  const std::string_view target = request.target;
  if (method_of(request.method) == Method::unknown || method_of(request.method) == Method::connect)
    return Error{Fault::bug, "A request was made with a method that is none."};
  if (target.empty() || (target[0] != '/' && target != "*") || find_not_visible(target.data(), target.data() + target.size()) != target.data() + target.size() ||
      target.find('#') != std::string_view::npos)
    return Error{Fault::bug, "A request was made with a target that is not a percent-encoded path and query."};
  for (const Field& field : request.fields) {
    if (!valid_field(field)) return Error{Fault::bug, "A request field has a malformed name or value."};
    if (reserved(name_of(field.name))) return Error{Fault::bug, "A request field was given that the client writes itself."};
  }
  return {};
}

Task<Result<Response>> Upstream::call(const Request& request) {
  Inside& pool = *inside_;
  ++pool.counters.calls;
  if (Result<void> fine = check_request(request); !fine) co_return fine.error();
  const bool repeatable = request.repeatable.value_or(idempotent(method_of(request.method)));
  runtime::Context* context = co_await runtime::this_context();
  Deadline until(*context, request.timeout.count() > 0 ? request.timeout : pool.options.timeout);
  for (Fresh fresh = Fresh::no;; fresh = Fresh::yes) {
    Lease lease(pool);
    Result<void> got = co_await lease.acquire(fresh);
    if (!got) co_return got.error();
    Response response;
    Result<void> done = co_await once(lease.link(), pool, request, response);
    if (done) co_return response;
    lease.spoil();
    const Link& link = lease.link();
    const bool stale = link.reused() && link.cut() && !link.heard();
    if (fresh == Fresh::yes || !stale || !(repeatable || done.error().fault == Fault::unreachable)) co_return done.error();
    ++pool.counters.retried;
  }
}

}  // namespace arint::http
