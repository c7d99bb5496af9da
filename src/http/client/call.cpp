// SPDX-License-Identifier: GPL-3.0-or-later
// One request, one whole answer.
#include <algorithm>
#include <cerrno>

#include "http/client/pool.hpp"
#include "http/codec/scan.hpp"

namespace arint::http {

using runtime::Deadline;
using runtime::IoResult;
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

// The whole of a call: on a kept connection, and once more on a fresh one when that was dead. `avoid`: another address than that.
Task<Result<Response>> Upstream::Inside::ask(const Request& request, Target* avoid, Endpoint** where) {
  const bool repeatable = request.repeatable.value_or(idempotent(method_of(request.method)));
  for (Fresh fresh = Fresh::no;; fresh = Fresh::yes) {
    Lease lease(*this, request.key, avoid);
    Result<void> got = co_await lease.acquire(fresh);
    if (where) *where = lease.endpoint();
    if (request.address && lease.endpoint()) *request.address = lease.endpoint()->text;
    if (!got) co_return got.error();
    Response response;
    Result<void> done = co_await once(lease.link(), *this, request, response);
    if (done) {
      lease.judge(response.status());
      co_return response;
    }
    lease.spoil();
    const Link& link = lease.link();
    const bool stale = link.reused() && link.cut() && !link.heard();
    if (fresh == Fresh::yes || !stale || !(repeatable || done.error().fault == Fault::unreachable)) {
      lease.judge(done.error().fault);
      co_return done.error();
    }
    ++counters.retried;
  }
}

namespace {

// Two that run for one answer.
struct Pair {
  runtime::Event moved{};
  std::optional<Result<Response>> answers[2]{};
  Endpoint* first = nullptr;
  std::string addresses[2]{};
  bool won(int i) const { return answers[i] && answers[i]->ok(); }
};

Task<void> run_for(Upstream::Inside& pool, Request request, Pair& race, int number) {
  if (request.address) request.address = &race.addresses[number];
  Result<Response> answer = co_await pool.ask(request, number ? race.first : nullptr, number ? nullptr : &race.first);
  race.answers[number] = std::move(answer);
  race.moved.set();
}

}  // namespace

Task<Result<Response>> Upstream::Inside::hedged(const Request& request) {
  runtime::Context* context = co_await runtime::this_context();
  Pair race;
  runtime::TaskGroup runners(*context, runtime::Siblings::go_on);
  runners.spawn(run_for(*this, request, race, 0));
  if (!race.answers[0]) {
    Deadline patience(*context, options.hedge.after);
    static_cast<void>(co_await race.moved.wait());
  }
  // Never by waiting for a place, and not so often that a slow peer gets twice the load.
  const bool second = !race.answers[0] && !context->error() && gate.in_use() < gate.places() && gate.waiting() == 0 &&
                      (counters.hedged + 1) * 100 <= counters.calls * options.hedge.at_most;
  if (second) {
    ++counters.hedged;
    runners.spawn(run_for(*this, request, race, 1));
  }
  while (!race.won(0) && !race.won(1) && (!race.answers[0] || (second && !race.answers[1]))) {
    IoResult moved = co_await race.moved.wait();
    if (!moved.ok()) break;
  }
  const int winner = !race.won(0) && race.won(1) ? 1 : 0;
  if (race.won(winner) || context->error() == ECANCELED) runners.cancel(ECANCELED);
  static_cast<void>(co_await runners.join());
  if (request.address) *request.address = std::move(race.addresses[winner]);
  if (!race.answers[winner]) co_return Error{Fault::cancelled, "Stopped while calling " + name + "."};
  co_return std::move(*race.answers[winner]);
}

Task<Result<Response>> Upstream::call(const Request& request) {
  Inside& pool = *inside_;
  ++pool.counters.calls;
  if (Result<void> fine = check_request(request); !fine) co_return fine.error();
  Deadline until(*co_await runtime::this_context(), request.timeout.count() > 0 ? request.timeout : pool.options.timeout);
  const bool hedge = pool.options.hedge.after.count() > 0 && request.repeatable.value_or(idempotent(method_of(request.method)));
  if (hedge) co_return co_await pool.hedged(request);
  co_return co_await pool.ask(request, nullptr, nullptr);
}

}  // namespace arint::http
