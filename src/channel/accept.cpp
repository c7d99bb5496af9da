// SPDX-License-Identifier: GPL-3.0-or-later
// A durable channel takes a message in: it is committed, and then it runs.
#include <algorithm>

#include "base/text.hpp"
#include "channel/channel.hpp"
#include "delivery/answer.hpp"
#include "store/head.hpp"

namespace arint::channel {
namespace {

constexpr Millis remembered = std::chrono::hours(24);  // as the help of `keys` says

// What the run needs, without reading back what was just written.
std::unique_ptr<store::Loaded> loaded_from(const message::Message& message, std::string_view body, store::Accept& accepted) {
  auto out = std::make_unique<store::Loaded>();
  out->head = std::move(accepted.head);
  out->body = body;
  out->version = accepted.version;
  out->accepted_ms = message.received_ms;
  out->channel = message.channel;
  if (!store::read_head(*out)) return nullptr;
  out->message.id = message.id;
  out->message.trace.cid = message.trace.cid;
  out->message.channel = out->channel;
  return out;
}

Result<Accepted> came_before(const store::KeyFound& found) {
  if (found.as == store::KeyFound::As::accepted) return Accepted{found.id, true, {}};
  if (found.as == store::KeyFound::As::other_body)
    return Error{Fault::rejected, "The Idempotency-Key was used before, with another body.", 422};
  return Error{Fault::rejected, "A request with this Idempotency-Key is in progress.", 409};
}

// A store that cannot take it is busy to the caller: he may come again.
Error not_taken(Error error) {
  if (error.fault == Fault::rejected) {
    error.status = 422;
    return error;
  }
  error.fault = Fault::busy;
  error.retry_after = std::max(error.retry_after, Millis(1'000));
  return error;
}

}  // namespace

Result<std::optional<std::string>> Channel::order_of(const message::Message& message, std::string_view body) {
  if (!order_by_.given()) return std::optional<std::string>();
  document::Arena arena(options_.limits.memory.bytes);
  message::Run run(core_, message, arena);
  delivery::Plan plan;
  plan.formats = formats_;
  const std::string text(body);
  delivery::give_body(run, text, plan);
  Result<document::Value> value = run.evaluate(order_by_);
  if (!value) return value.error();
  if (value->is_absent() || value->is_null()) return std::optional<std::string>();
  std::string key;
  if (value->is_text()) key = value->as_text();
  else if (value->is_number()) value->append_number(key);
  else return Error{Fault::rejected, "order_by of channel " + name_ + " gives " + document::described(*value) + "; only text and numbers order messages", 422};
  return std::optional(std::move(key));
}

runtime::Task<Result<Accepted>> Channel::accept(const message::Message& message, std::string_view body, Wants wants) {
  store::Store& store = worker_->delivery().store();
  if (store.backlog(name_) >= options_.backlog) {
    Error full{Fault::busy, "channel " + name_ + ": " + std::to_string(options_.backlog) + " messages wait already (queue)", 429};
    full.retry_after = Millis(5'000);
    co_return full;
  }
  Result<std::optional<std::string>> order = order_of(message, body);
  if (!order) co_return order.error();
  store::Accept accept;
  accept.message = &message;
  accept.body = store::Content(body);
  accept.version = version_;
  if (*order) accept.order = **order;
  accept.priority = static_cast<std::uint8_t>(options_.priority);
  if (options_.expires) accept.expires_ms = message.received_ms + options_.expires->count();
  accept.run_here = worker_->room();
  std::string_view key = message::header(message, key_field());
  if (key.empty()) key = message::header(message, "idempotency-key");
  if (!key.empty())
    accept.key = store::KeyUse{store::key_of(name_, message.principal, key), message.received_ms + options_.keys.value_or(remembered).count()};
  store::Write write;
  write.add(std::move(accept));
  Result<store::Outcome> done = co_await store.commit(write);
  if (!done) co_return not_taken(done.error());
  if (done->key) co_return came_before(*done->key);
  if (delivery::ChannelNumbers* numbers = worker_->numbers(name_)) numbers->accepted->on(core_.index).add();
  Accepted out;
  out.id = message.id;
  if (!done->claim) co_return out;
  if (wants.result) {
    out.waiter = std::make_shared<delivery::Waiter>();
    out.waiter->format = wants.format;
  }
  worker_->start(*done->claim, loaded_from(message, body, std::get<store::Accept>(write.operations().front())), out.waiter);
  co_return out;
}

}  // namespace arint::channel
