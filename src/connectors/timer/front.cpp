// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/timer/front.hpp"

#include <algorithm>
#include <cerrno>

#include "base/units.hpp"
#include "connectors/timer/options.hpp"
#include "flow/values/literal.hpp"
#include "format/catalog.hpp"
#include "runtime/time/wall.hpp"

namespace arint::connectors::timer {
namespace {

// A clock that is set is noticed within this time.
constexpr std::int64_t most_sleep_ms = 60'000;

using runtime::wall_ms;
std::int64_t steady_ms() { return runtime::Loop::now_ns() / 1'000'000; }
std::int64_t now_of(const Schedule& schedule) { return schedule.steady() ? steady_ms() : wall_ms(); }

Millis random_up_to(Millis most) { return most.count() > 0 ? Millis(static_cast<std::int64_t>(Id::random().low % static_cast<std::uint64_t>(most.count() + 1))) : Millis(0); }

}  // namespace

std::shared_ptr<log::Counter> skipped_counter(log::Generation& numbers, const std::string& channel) {
  return numbers.counter({"arint_timer_skipped_total", "Messages of timers left out since the one before still ran."}, {{"channel", channel}});
}

void TimerFront::add(channel::Channel& channel, declare::Reading& reading) {
  const Options& options = channel.options().kind.as<Options>();
  auto entry = std::make_unique<Entry>();
  entry->channel = &channel;
  Problem problem;
  std::optional<Schedule> schedule = Schedule::make(options, problem);
  if (!schedule) return;  // told when the options were read
  entry->schedule = std::move(*schedule);
  if (channel.forward() || channel.options().redirect) reading.fault(options.where, "a timer has nothing to forward; it invokes a `service`");
  if (options.body) {
    document::Arena arena;
    std::string text;
    if (Result<void> written = channel.formats().front()->write(flow::literal(*options.body, arena), {}, text); !written)
      reading.fault(options.body->at, "body: " + written.error().sentence);
  }
  if (node_.numbers) entry->skipped = skipped_counter(*node_.numbers, channel.name());
  if (channel.core().index == 0) entries_.push_back(std::move(entry));
}

runtime::Task<Result<void>> TimerFront::open(const channel::Front* before) {
  if (!before) start();
  co_return Result<void>();
}

void TimerFront::take_over(channel::Front& before) noexcept {
  static_cast<TimerFront&>(before).stop();
  start();
}

void TimerFront::start() {
  auto& states = static_cast<Shared*>(node_.shared.get())->states;
  for (std::unique_ptr<Entry>& entry : entries_) {
    std::shared_ptr<State>& state = states[entry->channel->name()];
    if (!state) state = std::make_shared<State>();
    if (state->spec != entry->schedule.spec()) {
      state->last = state->pending = std::nullopt;
      state->count = 0;
      state->spec = entry->schedule.spec();
    }
    entry->state = state;
    waits_.spawn(watch(entry.get()));
  }
}

runtime::Task<bool> TimerFront::wait(const Entry* entry, std::int64_t due_ms) {
  for (;;) {
    const std::int64_t left = due_ms - now_of(entry->schedule);
    if (left <= 0) co_return true;
    const runtime::IoResult slept = co_await runtime::sleep(Millis(std::min(left, most_sleep_ms)));
    if (!slept.ok()) co_return false;
    // Set back: what is due about this hour is found anew.
    if (!entry->schedule.steady() && due_ms - now_of(entry->schedule) > left + most_sleep_ms) co_return true;
  }
}

runtime::Task<> TimerFront::watch(Entry* entry) {
  const Options& options = entry->channel->options().kind.as<Options>();
  State& state = *entry->state;
  while (!options.times || state.count < options.times) {
    const std::optional<std::int64_t> due = state.pending ? state.pending : entry->schedule.next(now_of(entry->schedule), state.last);
    if (!due) co_return;
    state.pending = due;
    const bool came = co_await wait(entry, *due);
    if (!came) co_return;
    if (*due > now_of(entry->schedule)) {  // the clock was set back
      state.pending.reset();
      continue;
    }
    if (options.jitter.count() > 0) {
      const runtime::IoResult slept = co_await runtime::sleep(random_up_to(options.jitter));
      if (!slept.ok()) co_return;
    }
    if (entry->schedule.over(wall_ms())) co_return;
    state.pending.reset();
    state.last = due;
    const std::int64_t due_wall = entry->schedule.steady() ? wall_ms() : *due;
    if (state.running && !options.overlap) {
      if (entry->skipped) entry->skipped->on(0).add();
      continue;
    }
    ++state.count;
    ++state.running;
    ++running_;
    runs_.spawn(begin(entry, due_wall));
  }
}

std::string TimerFront::body_of(const Entry& entry, std::int64_t due_ms, std::int64_t count) const {
  const Options& options = entry.channel->options().kind.as<Options>();
  document::Arena arena;
  document::Value body;
  const std::string due = rfc3339(due_ms);
  const document::Member members[] = {{"due", document::Value::text(due)}, {"count", document::Value::integer(count)}};
  body = options.body ? flow::literal(*options.body, arena) : document::object_of(arena, members);
  std::string out;
  // A format that cannot hold it leaves the body empty; the headers say the same.
  static_cast<void>(entry.channel->formats().front()->write(body, {}, out));
  return out;
}

runtime::Task<> TimerFront::begin(Entry* entry, std::int64_t due_ms) {
  const std::shared_ptr<State> state = entry->state;
  const std::string due = rfc3339(due_ms), count = std::to_string(state->count);
  const std::string body = body_of(*entry, due_ms, state->count);
  const message::Field headers[] = {{"timer-count", count}, {"timer-due", due}};
  const std::string key = "timer/" + entry->channel->name() + "/" + due + (entry->schedule.steady() ? "/" + Id::random().hex() : "");
  channel::Arrival arrival;
  arrival.body = body;
  arrival.headers = headers;
  arrival.key = key;
  arrival.peer = "timer";
  Result<channel::Told> told = co_await channel::take_in(*entry->channel, arrival);
  static_cast<void>(told);  // its line in the action log says how it went
  --state->running;
  --running_;
  ended_.set();
}

runtime::Task<Result<channel::Told>> TimerFront::submit(channel::Channel& channel, const channel::Submitted& message) {
  const std::int64_t now_ms = wall_ms();
  std::string body = message.body;
  if (body.empty())
    for (const std::unique_ptr<Entry>& entry : entries_)
      if (entry->channel == &channel) body = body_of(*entry, now_ms, 0);
  std::vector<message::Field> headers;
  const std::string due = rfc3339(now_ms);
  headers.push_back({"timer-due", due});
  for (const auto& [name, value] : message.headers) headers.push_back({name, value});
  channel::Arrival arrival;
  arrival.body = body;
  arrival.format = channel::format_for(channel, message.content_type);
  arrival.content_type = message.content_type;
  arrival.headers = headers;
  arrival.peer = "by hand";
  Result<channel::Told> told = co_await channel::take_in(channel, arrival);
  co_return told;
}

runtime::Task<void> TimerFront::close() {
  for (const std::unique_ptr<Entry>& entry : entries_) entry->channel->close();
  waits_.cancel(ECANCELED);
  static_cast<void>(co_await waits_.join());
  {
    runtime::Deadline until(*co_await runtime::this_context(), node_.drain);
    while (running_) {
      const runtime::IoResult ended = co_await ended_.wait();
      if (!ended.ok()) break;
    }
  }
  runs_.cancel(ECANCELED);
  static_cast<void>(co_await runs_.join());
}

}  // namespace arint::connectors::timer
