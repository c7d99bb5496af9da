// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/trial/peers.hpp"

#include <cerrno>

#include "base/text.hpp"
#include "command/trial/pattern.hpp"
#include "connectors/http/out/scripted.hpp"
#include "flow/values/literal.hpp"
#include "http/server/exchange.hpp"

namespace arint::command::trial {
namespace {

using document::Member;
using document::Value;

constexpr Millis for_ever{std::chrono::hours(24 * 365 * 100)};
constexpr std::uint64_t most_body_bytes = 64u << 20;

Error cut(const runtime::IoResult& slept) {
  if (slept.error() == ETIMEDOUT) return {Fault::timeout, "the peer did not answer in time (scripted)"};
  return {Fault::cancelled, "the call was stopped"};
}

class PlayedOperation : public outgoing::Operation {
 public:
  PlayedOperation(Peer& peer, std::unique_ptr<outgoing::Operation> real) : peer_(peer), real_(std::move(real)) {}
  runtime::Task<Result<Value>> perform(message::Run& run, bool wanted) const override {
    Result<Value> asked = co_await real_->asked(run);
    if (!asked) co_return asked;
    Result<Value> answer = co_await peer_.meet(*asked, run.arena());
    if (!answer) co_return answer;
    co_return real_->answered(run, *answer, wanted);
  }
  bool repeatable() const noexcept override { return real_->repeatable(); }
  const message::Expression* document() const noexcept override { return real_->document(); }
  Result<std::string> endpoint(message::Run& run) const override { return real_->endpoint(run); }

 private:
  Peer& peer_;
  std::unique_ptr<outgoing::Operation> real_;
};

// The outgoing's real connection compiles its steps; it is never opened.
class PlayedConnection : public outgoing::Connection {
 public:
  PlayedConnection(Peer& peer, std::unique_ptr<outgoing::Connection> real) : peer_(peer), real_(std::move(real)) {}
  std::string_view peer() const noexcept override { return real_->peer(); }
  std::string_view answer_list() const noexcept override { return real_->answer_list(); }
  std::string_view verb() const noexcept override { return real_->verb(); }
  const outgoing::LaneLimits* lanes() const noexcept override { return real_->lanes(); }
  runtime::Task<Result<void>> probe() override { co_return Result<void>(); }
  std::unique_ptr<outgoing::Operation> prepare(const declare::Node& options, declare::Reading& reading) override {
    std::unique_ptr<outgoing::Operation> real = real_->prepare(options, reading);
    if (!real) return nullptr;
    return std::make_unique<PlayedOperation>(peer_, std::move(real));
  }
  runtime::Task<Result<void>> forward(http::Exchange& exchange) override;
  runtime::Task<Result<void>> pass_on(message::Run& run) override;

 private:
  Peer& peer_;
  std::unique_ptr<outgoing::Connection> real_;
};

struct Asked {
  std::string_view method{}, path{}, query{}, content_type{}, body{};
  std::vector<Member> headers{};
};

Value document_of(const Asked& asked, document::Arena& arena) {
  std::vector<Member> members{{"method", document::text_of(arena, asked.method)}, {"path", document::text_of(arena, asked.path)}};
  if (!asked.query.empty()) members.push_back({"query", document::text_of(arena, asked.query)});
  members.push_back({"headers", document::object_of(arena, asked.headers)});
  const Value body = connectors::http::body_shown(asked.body, asked.content_type, arena);
  if (!body.is_absent()) members.push_back({"body", body});
  return document::object_of(arena, members);
}

runtime::Task<Result<void>> PlayedConnection::forward(http::Exchange& exchange) {
  Result<std::string_view> body = co_await exchange.read_all(most_body_bytes);
  if (!body) {
    static_cast<void>(co_await exchange.problem(body.error()));
    co_return body.error();
  }
  document::Arena arena;
  const http::Passing* passing = exchange.passing();
  const http::HeaderRules none, &rules = passing && passing->request ? *passing->request : none;
  Asked asked{exchange.method_text(), passing && !passing->path.empty() ? std::string_view(passing->path) : exchange.path(), exchange.query(),
              exchange.field("content-type"), *body};
  for (std::size_t i = 0; i < exchange.fields().count(); ++i) {
    const http::Field field = exchange.fields().field(i);
    if (!rules.drops(field.name)) asked.headers.push_back({arena.copy(lower(field.name)), document::text_of(arena, field.value)});
  }
  for (const auto* list : {&rules.set, &rules.add})
    for (const auto& [name, value] : *list) asked.headers.push_back({arena.copy(lower(name)), document::text_of(arena, value)});
  const Value document = document_of(asked, arena);
  Result<Value> answer = co_await peer_.meet(document, arena);
  if (!answer) {
    static_cast<void>(co_await exchange.problem(answer.error()));
    co_return answer.error();
  }
  Result<http::Response> response = connectors::http::response_of(*answer, exchange.method_text());
  if (!response) {
    static_cast<void>(co_await exchange.problem(response.error()));
    co_return response.error();
  }
  std::vector<http::Field> fields;
  for (std::size_t i = 0; i < response->field_count(); ++i)
    if (!equals_ignoring_case(response->field(i).name, "content-length")) fields.push_back(response->field(i));
  co_return co_await exchange.respond(response->status(), fields, response->body);
}

runtime::Task<Result<void>> PlayedConnection::pass_on(message::Run& run) {
  const message::Message& message = run.message();
  std::string scratch;
  Result<std::string_view> bytes = message::bytes_of(run, run.body, scratch);
  if (!bytes) co_return bytes.error();
  const std::string content_type = message::content_type_of(run.body);
  Asked asked{message.method, message.target, message.query, content_type, *bytes};
  document::Arena& arena = run.arena();
  for (const message::Field& header : message.headers) asked.headers.push_back({header.name, document::text_of(arena, header.value)});
  const Value document = document_of(asked, arena);
  Result<Value> answer = co_await peer_.meet(document, arena);
  if (!answer) co_return answer.error();
  Result<http::Response> response = connectors::http::response_of(*answer, message.method);
  if (!response) co_return response.error();
  run.reply.status = response->status();
  run.reply.headers.clear();
  for (std::size_t i = 0; i < response->field_count(); ++i) {
    const http::Field field = response->field(i);
    if (!equals_ignoring_case(field.name, "content-length")) run.reply.headers.push_back({arena.copy(field.name), arena.copy(field.value)});
  }
  message::Body body;
  body.bytes = arena.copy(response->body);
  body.format = run.body.format;
  run.reply.body = body;
  co_return Result<void>();
}

}  // namespace

void Peer::follow(const std::vector<Answer>& script) {
  script_.clear();
  for (std::size_t i = 0; i < script.size(); ++i) {
    Entry entry;
    entry.answer = script[i];
    if (script[i].when) entry.when = flow::literal(*script[i].when, arena_);
    const bool for_good = script[i].when || i + 1 == script.size();
    entry.left = script[i].times.value_or(for_good ? -1 : 1);
    script_.push_back(std::move(entry));
  }
}

const Answer* Peer::next(const Value& asked) {
  for (Entry& entry : script_) {
    if (!entry.left || (entry.answer.when && !fits(entry.when, asked))) continue;
    if (entry.left > 0) --entry.left;
    return &entry.answer;
  }
  return nullptr;
}

runtime::Task<Result<Value>> Peer::meet(Value asked, document::Arena& arena) {
  const Answer* chosen = next(asked);
  // A later step may change the script while this call waits.
  const Answer answer = chosen ? *chosen : Answer{};
  const std::optional<Fault> fault = answer.fault ? fault_named(*answer.fault) : std::nullopt;
  if (fault != Fault::unreachable) calls_.push_back(document::copy_into(arena_, asked));
  const bool never = fault == Fault::timeout;
  if (answer.after || never) {
    const runtime::IoResult slept = co_await runtime::sleep(never ? for_ever : *answer.after);
    if (!slept.ok()) co_return cut(slept);
  }
  if (fault) {
    Error error{*fault, "the peer is " + std::string(word(*fault)) + " (scripted)"};
    error.peer_words = answer.message;
    error.retry_after = answer.retry_after.value_or(Millis(0));
    co_return error;
  }
  if (answer.said.members.empty()) co_return Value();
  co_return flow::literal(answer.said, arena);
}

std::vector<Value> Peer::take_calls() { return std::exchange(calls_, {}); }

Peer& Peers::of(const std::string& outgoing) {
  std::unique_ptr<Peer>& peer = peers_[outgoing];
  if (!peer) peer = std::make_unique<Peer>(arena_);
  return *peer;
}

std::unique_ptr<outgoing::Connection> Peers::connection(const std::string& outgoing, std::unique_ptr<outgoing::Connection> real) {
  return std::make_unique<PlayedConnection>(of(outgoing), std::move(real));
}

}  // namespace arint::command::trial
