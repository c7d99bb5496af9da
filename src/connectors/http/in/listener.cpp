// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/listener.hpp"

#include "base/text.hpp"
#include "connectors/http/in/answer.hpp"
#include "connectors/http/in/durable/message_status.hpp"
#include "connectors/http/in/request.hpp"
#include "connectors/http/in/shared.hpp"
#include "runtime/time/wall.hpp"

namespace arint::connectors::http {
namespace {

using arint::http::Exchange;
using arint::http::Field;
using arint::http::Method;

// The route that serves the method at a place; HEAD is served by GET.
std::optional<std::size_t> route_for(const Place& place, std::string_view method) {
  for (const auto& [served, route] : place.methods)
    if (served == method) return route;
  if (method == "HEAD") return route_for(place, "GET");
  return std::nullopt;
}

// As much of a message as its line needs.
message::Message named(Exchange& exchange, const channel::Channel& channel) {
  message::Message message;
  message.id = Id::random();
  message.channel = channel.name();
  message.peer = exchange.peer().address();
  message.trace = exchange.trace();
  return message;
}

channel::Outcome outcome_of(const Exchange& exchange, const Error* error) {
  channel::Outcome outcome;
  outcome.error = error;
  outcome.status = exchange.status();
  outcome.bytes_in = exchange.received_bytes();
  outcome.bytes_out = exchange.sent_bytes();
  outcome.began_ns = static_cast<std::int64_t>(exchange.began_ns());
  outcome.address = exchange.address();
  return outcome;
}

security::Verdict ask(const Exchange& exchange, security::Verifier& guard, std::string_view body = {}) {
  const std::int64_t now = runtime::wall_ms() / 1000;
  const security::Inbound request{exchange.method_text(), exchange.path(), exchange.fields(), now, body};
  return guard.verify(request);
}

}  // namespace

Result<void> Listener::add(channel::Channel& channel, const ChannelOptions& options, declare::Reading& reading) {
  Result<void> added = router_.add(options.path, options.methods, channels_.size());
  if (!added) return added;
  channels_.push_back(&channel);
  gates_.push_back(Gate::make(channel, options, node_, reading));
  if (channel.worker()) store_ = &channel.worker()->delivery().store();
  return added;
}

Result<void> Listener::use_tls(const arint::http::TlsServerOptions& options) {
  if (tls_options_) {
    if (*tls_options_ == options) return {};
    return Error{Fault::rejected, "another channel at " + address_ + " has other TLS options; all channels of one address share them"};
  }
  if (!channels_.empty())
    return Error{Fault::rejected, "other channels at " + address_ + " serve no TLS; all channels of one address do, or none"};
  Result<std::shared_ptr<arint::http::TlsContext>> made = arint::http::TlsContext::server(options, node_.shared ? static_cast<Shared*>(node_.shared.get())->tickets : nullptr);
  if (!made) return made.error();
  tls_options_ = options;
  tls_ = *made;
  return {};
}

Result<void> Listener::believe(const arint::http::Callers& callers) {
  if (!channels_.empty() && callers != callers_)
    return Error{Fault::rejected, "other channels at " + address_ + " have other `proxies`, `trusted` or `connections_per_address`; all channels of one address share them"};
  callers_ = callers;
  return {};
}

Listener::Progress::Progress(Listener& of, runtime::Context& its) noexcept : owner(of), context(its), after(of.in_progress_) {
  if (after) after->before = this;
  owner.in_progress_ = this;
}

Listener::Progress::~Progress() {
  (before ? before->after : owner.in_progress_) = after;
  if (after) after->before = before;
  if (!owner.in_progress_) owner.all_ended_.set();
}

Result<void> Listener::open(const Listener* before) {
  if (before) return {};
  arint::http::ServerOptions options;
  options.callers = callers_;
  server_ = std::make_unique<arint::http::Server>(options, *this, static_cast<Shared*>(node_.shared.get())->connections, tls_);
  if (node_.listens == channel::Listens::no) return {};
  // Only our own further cores may share the address.
  const bool first = channels_.front()->core().index == 0;
  if (!first && address_.starts_with("unix:")) return {};  // a path has one listener; its connections are all the first core's
  return server_->listen(address_, first ? runtime::ReusePort::first : runtime::ReusePort::yes);
}

void Listener::take_over(Listener& before) noexcept {
  server_ = std::move(before.server_);
  server_->serve_with(*this, tls_, callers_);
}

runtime::Task<void> Listener::close() {
  for (channel::Channel* channel : channels_) channel->close();
  if (server_) {
    co_await server_->drain(node_.drain);
    server_.reset();
    co_return;
  }
  // The server is another's now; what began here ends here.
  {
    runtime::Deadline until(*co_await runtime::this_context(), node_.drain);
    while (in_progress_) {
      runtime::IoResult ended = co_await all_ended_.wait();
      if (!ended.ok()) break;
    }
  }
  for (Progress* one = in_progress_; one; one = one->after) one->context.cancel(ECANCELED);
  while (in_progress_) {
    // Shielded: nobody may go while something of ours still runs.
    runtime::Shield shield(*co_await runtime::this_context(), Millis(60'000));
    static_cast<void>(co_await all_ended_.wait());
  }
}

// nullopt: not anybody that the channel knows.
std::optional<std::string> Listener::caller_at(const Exchange& exchange, std::string_view name) const {
  for (channel::Channel* channel : channels_) {
    if (channel->name() != name || !channel->guard()) continue;
    security::Verdict verdict = ask(exchange, *channel->guard());
    if (verdict.as != security::Verdict::As::proved) return std::nullopt;
    return std::move(verdict.principal.name);
  }
  // All channels of one address have the same TLS.
  return std::string(principal_of(exchange, *channels_.front()));
}

runtime::Task<void> Listener::handle(Exchange& exchange) {
  const Progress progress(*this, *co_await runtime::this_context());
  if (store_ && exchange.path().starts_with(status_path)) {
    const CallerAt caller = [this, &exchange](std::string_view channel) { return caller_at(exchange, channel); };
    co_await tell_status(exchange, *store_, caller);
    co_return;
  }
  Captures captures;
  const Place* place = router_.find(exchange.path(), captures);
  if (!place) {
    static_cast<void>(co_await exchange.problem(404, "Nothing is served at this path."));
    co_return;
  }
  std::optional<std::size_t> route = route_for(*place, exchange.method_text());
  if (!route) {
    co_await answer_unserved(exchange, *place);
    co_return;
  }
  channel::Channel& channel = *channels_[*route];
  if (const Gate* gate = gates_[*route].get()) co_await pass(exchange, channel, *gate, captures);
  else co_await serve(exchange, channel, channel.forward(), captures);
}

// A method that no channel serves at a place; a preflight is one (WHATWG Fetch, 3.3.3).
runtime::Task<void> Listener::answer_unserved(Exchange& exchange, const Place& place) {
  const std::string allow = place.allow();
  if (exchange.method() != Method::options) {
    const Field fields[] = {{"Allow", allow}};
    static_cast<void>(co_await exchange.problem(405, "This path does not serve this method.", fields));
    co_return;
  }
  const std::string_view wanted = exchange.field("access-control-request-method");
  const std::optional<std::size_t> route = wanted.empty() || !exchange.fields().has(arint::http::Name::origin) ? std::nullopt : route_for(place, wanted);
  if (const Cors* cors = route && gates_[*route] ? gates_[*route]->cors() : nullptr) {
    std::string methods;
    for (const auto& [method, by] : place.methods)
      if (gates_[by] && gates_[by]->cors()) methods += (methods.empty() ? "" : ", ") + method + (method == "GET" ? ", HEAD" : "");
    co_await answer_preflight(exchange, *channels_[*route], *cors, std::move(methods));
    co_return;
  }
  // RFC 9110, 9.3.7 and 15.5.6.
  const Field fields[] = {{"Allow", allow}};
  const std::string_view nothing;
  static_cast<void>(co_await exchange.respond(204, fields, nothing));
}

runtime::Task<void> Listener::answer_preflight(Exchange& exchange, channel::Channel& channel, const Cors& cors, std::string methods) {
  Result<void> done = channel.admit(0);
  if (!done) {
    co_await turn_away(exchange, channel, std::move(done.error()));
    co_return;
  }
  done = co_await cors.answer_preflight(exchange, std::move(methods));
  settle(exchange, channel, done);
}

// RFC 6585, 4.
runtime::Task<void> Listener::refuse_busy(Exchange& exchange, channel::Channel& channel, Millis wait) {
  const std::string seconds = std::to_string((wait.count() + 999) / 1000);
  const Field fields[] = {{"Retry-After", seconds}};
  static_cast<void>(co_await exchange.problem(429, "Too many requests; Retry-After says when there is room again.", fields));
  const Error error{Fault::busy, "the caller's rate is used up (limits.rate); it was asked to wait " + seconds + " s"};
  note_refusal(exchange, channel, error);
}

runtime::Task<void> Listener::pass(Exchange& exchange, channel::Channel& channel, const Gate& gate, const Captures& captures) {
  Passage passage(gate, exchange, captures);
  if (const Throttle* throttle = gate.throttle()) {
    const Millis wait = throttle->take(exchange, channel, captures);
    if (wait.count() > 0) {
      co_await refuse_busy(exchange, channel, wait);
      co_return;
    }
  }
  if (gate.redirects()) co_await redirect(exchange, channel, gate, captures);
  else co_await serve(exchange, channel, gate.target(exchange, channel, captures), captures);
}

// No coroutine itself, so that a request has no frame more for it.
runtime::Task<void> Listener::serve(Exchange& exchange, channel::Channel& channel, outgoing::Outgoing* to, const Captures& captures) {
  if (channel.core().pressed() != message::Pressure::none) exchange.close_after();
  Result<void> admitted = channel.admit(exchange.body_length().value_or(0));
  if (!admitted) return turn_away(exchange, channel, std::move(admitted.error()));
  exchange.limit_body(channel.options().limits.body.bytes);
  if (channel.guard()) return serve_known(exchange, channel, to, captures);
  return serve_admitted(exchange, channel, to, captures);
}

runtime::Task<void> Listener::serve_admitted(Exchange& exchange, channel::Channel& channel, outgoing::Outgoing* to, const Captures& captures) {
  if (to) return forward(exchange, channel, *to);
  if (channel.repeater()) return repeat(exchange, channel, captures);
  if (channel.options().durable) return accept(exchange, channel, captures);
  if (channel.options().keyed() && !exchange.field(channel.key_field()).empty()) return invoke_once(exchange, channel, captures);
  return invoke(exchange, channel, captures);
}

runtime::Task<void> Listener::turn_away(Exchange& exchange, channel::Channel& channel, Error error) {
  static_cast<void>(co_await exchange.problem(error));
  note_refusal(exchange, channel, error);
}

// The caller is asked who he is before a byte of the body is read, unless it is the body that says so.
runtime::Task<void> Listener::serve_known(Exchange& exchange, channel::Channel& channel, outgoing::Outgoing* to, const Captures& captures) {
  Captures known = captures;
  if (channel.guard()->needs_body()) {
    Result<std::string_view> read = std::string_view();
    {
      const runtime::Deadline limit(*co_await runtime::this_context(), channel.options().timeout);
      read = co_await exchange.read_all(channel.options().limits.body.bytes);
    }
    if (!read) {
      static_cast<void>(co_await exchange.problem(read.error()));
      const Result<void> done = read.error();
      settle(exchange, channel, done);
      co_return;
    }
    known.body = *read;
  }
  const security::Verdict verdict = ask(exchange, *channel.guard(), known.body.value_or(std::string_view()));
  if (verdict.as != security::Verdict::As::proved) {
    co_await deny(exchange, channel, verdict);
    co_return;
  }
  known.principal = &verdict.principal;
  co_await serve_admitted(exchange, channel, to, known);
}

// RFC 9110, 15.5.2 and 15.5.4; RFC 6750, 3. Why exactly stands in the log, and is told to nobody.
runtime::Task<void> Listener::deny(Exchange& exchange, channel::Channel& channel, const security::Verdict& verdict) {
  const bool forbidden = verdict.as == security::Verdict::As::forbidden;
  const std::string challenge = channel.guard()->challenge(channel.name(), verdict);
  const Field fields[] = {{"WWW-Authenticate", challenge}};
  const std::string_view told = forbidden ? "Who you are is known; this you may not do." : "This needs credentials that are valid here.";
  static_cast<void>(co_await exchange.problem(forbidden ? 403 : 401, told, fields));
  Error error{Fault::refused, verdict.reason.empty() ? "the caller showed no credentials" : verdict.reason};
  const Result<void> done = std::move(error);
  settle(exchange, channel, done);
}

runtime::Task<void> Listener::redirect(Exchange& exchange, channel::Channel& channel, const Gate& gate, const Captures& captures) {
  Result<void> done = channel.admit(exchange.body_length().value_or(0));
  if (!done) {
    co_await turn_away(exchange, channel, std::move(done.error()));
    co_return;
  }
  if (channel.guard()) {
    const security::Verdict verdict = ask(exchange, *channel.guard());
    if (verdict.as != security::Verdict::As::proved) {
      co_await deny(exchange, channel, verdict);
      co_return;
    }
  }
  done = co_await gate.redirect(exchange, captures);
  settle(exchange, channel, done);
}

// The line and the numbers of a request that no service saw.
void Listener::settle(Exchange& exchange, channel::Channel& channel, const Result<void>& done, const outgoing::Outgoing* to) {
  channel::Outcome outcome = outcome_of(exchange, done ? nullptr : &done.error());
  outcome.forwarded = to;
  channel.settle(named(exchange, channel), outcome);
}

// The line of one that was not let in.
void Listener::note_refusal(Exchange& exchange, channel::Channel& channel, const Error& error) {
  channel.refuse(named(exchange, channel), outcome_of(exchange, &error));
}

runtime::Task<void> Listener::forward(Exchange& exchange, channel::Channel& channel, outgoing::Outgoing& to) {
  runtime::Context* context = co_await runtime::this_context();
  Result<void> done;
  {
    runtime::Deadline limit(*context, channel.options().timeout);
    done = co_await to.forward(exchange);
  }
  settle(exchange, channel, done, &to);
}

runtime::Task<void> Listener::invoke(Exchange& exchange, channel::Channel& channel, const Captures& captures) {
  document::Arena arena(channel.options().limits.memory.bytes);
  Request request(exchange, channel, arena);
  Result<void> done = request.read(captures);
  message::Run run(channel.core(), request.message(), arena, &request);
  if (!done) {
    found_before(run, done.error());
  } else {
    request.give_body(run);
    done = co_await channel.run(run);
  }
  if (!run.reply.sent) done = co_await answer(exchange, channel, run, std::move(done));
  channel::Outcome outcome = outcome_of(exchange, done ? nullptr : &done.error());
  outcome.failure = run.failure ? &*run.failure : nullptr;
  channel.settle(request.message(), outcome);
}

}  // namespace arint::connectors::http
