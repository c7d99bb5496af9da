// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel/repeat.hpp"

#include <algorithm>
#include <cerrno>

#include "channel/intake.hpp"
#include "runtime/time/wall.hpp"

namespace arint::channel {
namespace {

std::int64_t steady_ms() { return runtime::Loop::now_ns() / 1'000'000; }

std::span<const message::Field> copied(document::Arena& arena, std::span<const message::Field> fields) {
  auto* out = arena.allocate_array<message::Field>(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) new (out + i) message::Field{arena.copy(fields[i].name), arena.copy(fields[i].value)};
  return {out, fields.size()};
}

}  // namespace

// A message that is kept, with all it points at.
struct Repeater::Entry {
  document::Arena arena{};
  message::Message message{};
  std::string_view body{};
  std::string format{};             // its name: another configuration has other objects
  std::int64_t begun_ms = 0, next_ms = 0, count = 0;
  runtime::Event wake{};
};

Result<void> Repeater::start(const message::Message& message, std::string_view body, const format::Format* format) {
  if (closed_ || static_cast<std::int64_t>(entries_.size()) >= options_.most) {
    Error full{Fault::busy, "channel " + channel_.name() + ": " + std::to_string(options_.most) + " repetitions go on already (repeat.most)", 429};
    full.retry_after = options_.every;
    return full;
  }
  auto entry = std::make_shared<Entry>();
  document::Arena& arena = entry->arena;
  message::Message& kept = entry->message;
  kept = message;
  kept.channel = channel_.name();
  for (std::string_view message::Message::*text : {&message::Message::method, &message::Message::target, &message::Message::query,
                                                   &message::Message::content_type, &message::Message::peer, &message::Message::principal,
                                                   &message::Message::claims})
    kept.*text = arena.copy(message.*text);
  kept.headers = copied(arena, message.headers);
  kept.path = copied(arena, message.path);
  entry->body = arena.copy(body);
  entry->format = format->name();
  entry->begun_ms = entry->next_ms = steady_ms();
  take(std::move(entry));
  return {};
}

void Repeater::take(std::shared_ptr<Entry> entry) {
  if (heir_) return heir_->take(std::move(entry));
  if (closed_) return;
  entry->message.channel = channel_.name();
  entries_.emplace(entry.get(), entry);
  tasks_.spawn(go_on(std::move(entry)));
}

runtime::Task<> Repeater::go_on(std::shared_ptr<Entry> entry) {
  runtime::Context* context = co_await runtime::this_context();
  bool over = false;
  while (!over && !closed_ && !heir_) {
    if (const std::int64_t left = entry->next_ms - steady_ms(); left > 0) {
      runtime::Deadline until(*context, Millis(left));
      const runtime::IoResult woken = co_await entry->wake.wait();
      if (woken.error() == ECANCELED) break;
      continue;
    }
    over = co_await run(entry.get());
    const std::int64_t now_ms = steady_ms();
    // On the beat; turns that passed while it ran are left out.
    entry->next_ms += options_.every.count() * (1 + std::max<std::int64_t>(0, now_ms - entry->next_ms) / options_.every.count());
    over = over || (options_.times && entry->count >= options_.times) || (options_.total && entry->next_ms - entry->begun_ms >= options_.total->count());
  }
  entries_.erase(entry.get());
  if (!over && heir_) heir_->take(std::move(entry));
  ended_.set();
}

runtime::Task<bool> Repeater::run(Entry* entry) {
  ++entry->count;
  message::Message message = entry->message;
  message.id = Id::random();
  message.received_ms = runtime::wall_ms();
  Arrival arrival;
  arrival.body = entry->body;
  arrival.format = channel_.formats().front();
  for (const format::Format* one : channel_.formats())
    if (one->name() == entry->format) arrival.format = one;
  bool over = false;
  Result<Told> told = co_await take_in(channel_, message, arrival, until_.given() ? &until_ : nullptr, &over);
  static_cast<void>(told);  // its line in the action log says how it went; the next turn may go better
  co_return over;
}

void Repeater::adopt(Repeater& before) noexcept {
  before.heir_ = shared_from_this();
  for (auto& [key, entry] : before.entries_) entry->wake.set();
}

runtime::Task<void> Repeater::close(Millis drain) {
  closed_ = true;
  for (auto& [key, entry] : entries_) entry->wake.set();
  {
    runtime::Deadline until(*co_await runtime::this_context(), drain);
    while (!entries_.empty()) {
      const runtime::IoResult ended = co_await ended_.wait();
      if (!ended.ok()) break;
    }
  }
  tasks_.cancel(ECANCELED);
  static_cast<void>(co_await tasks_.join());
}

}  // namespace arint::channel
