// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel/channel.hpp"

#include <algorithm>

#include "format/catalog.hpp"
#include "log/actions/action_log.hpp"
#include "log/actions/writer.hpp"

namespace arint::channel {

Channel::Channel(std::string name, Options options, message::Core& core, std::shared_ptr<log::Part> numbers)
    : name_(std::move(name)),
      options_(std::move(options)),
      core_(core),
      numbers_(std::move(numbers)),
      most_(std::max<std::uint64_t>(1, static_cast<std::uint64_t>(options_.in_flight) / core.count)) {
  for (const declare::Name& format : options_.format)
    if (const format::Format* known = core_.format(format.text)) formats_.push_back(known);
  if (formats_.empty()) formats_.push_back(format::find("json"));
}

Result<void> Channel::admit(std::uint64_t bytes) noexcept {
  Error busy{Fault::busy, {}};
  busy.retry_after = Millis(1000);
  if (closed_) busy.sentence = "channel " + name_ + " is closing";
  else if (in_flight_ >= most_) busy.sentence = "channel " + name_ + ": " + std::to_string(options_.in_flight) + " messages in progress (in_flight)";
  else if (core_.pressed() == message::Pressure::full) busy.sentence = "the node is short of memory (node.memory)";
  else if (core_.actions && !core_.actions->accepting()) busy.sentence = "the action log cannot be written";
  log::Cell& cell = numbers_->on(core_.index);
  if (!busy.sentence.empty()) {
    cell.fault(Fault::busy);
    return busy;
  }
  ++in_flight_;
  cell.received(bytes);
  cell.begin();
  return {};
}

runtime::Task<Result<void>> Channel::run(message::Run& run) {
  runtime::Context* context = co_await runtime::this_context();
  runtime::Deadline limit(*context, options_.timeout);
  if (service_->uses_body()) {
    Result<void> fetched = co_await run.fetch_body();
    if (!fetched) co_return fetched;
  }
  co_return co_await service_->run(run);
}

void Channel::settle(const message::Message& message, const Outcome& outcome) noexcept {
  --in_flight_;
  const std::int64_t took_ns = runtime::Loop::now_ns() - outcome.began_ns;
  log::Cell& cell = numbers_->on(core_.index);
  cell.end(took_ns);
  cell.sent(outcome.bytes_out);
  if (outcome.error) cell.fault(outcome.error->fault);
  write_line(message, outcome, took_ns, outcome.error ? log::Outcome::failed : outcome.accepted ? log::Outcome::accepted : log::Outcome::ok);
}

void Channel::refuse(const message::Message& message, const Outcome& outcome) noexcept {
  write_line(message, outcome, runtime::Loop::now_ns() - outcome.began_ns, log::Outcome::refused);
}

void Channel::write_line(const message::Message& message, const Outcome& outcome, std::int64_t took_ns, log::Outcome as) noexcept {
  if (!core_.log) return;
  log::Action line;
  line.kind = as == log::Outcome::failed ? log::Kind::failed : log::Kind::received;
  line.outcome = as;
  std::string text;
  if (outcome.error) {
    line.fault = outcome.error->fault;
    text = outcome.error->sentence;
    if (outcome.failure) {
      // Where in the user's files it happened comes first.
      if (outcome.failure->at.line) text = outcome.failure->at.text() + ": " + text;
      line.step = outcome.failure->step;
      line.outgoing = outcome.failure->outgoing;
    }
    line.text = text;
  }
  if (service_ && as != log::Outcome::refused) line.service = service_->name();
  if (outcome.forwarded) line.outgoing = outcome.forwarded->name();
  line.status = outcome.status;
  line.cid = message.trace.cid;
  line.message = message.id;
  line.channel = name_;
  line.peer = message.peer;
  line.address = outcome.address;
  line.duration_us = took_ns / 1000;
  line.bytes_in = static_cast<std::int64_t>(outcome.bytes_in);
  line.bytes_out = static_cast<std::int64_t>(outcome.bytes_out);
  core_.log->write(line);
}

}  // namespace arint::channel
