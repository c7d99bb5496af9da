// SPDX-License-Identifier: GPL-3.0-or-later
// Intake: how something that nobody waits for with an open connection - a tick of a timer, a file - becomes a message of its channel.
#pragma once
#include <span>
#include <string_view>

#include "channel/channel.hpp"
#include "channel/submitted.hpp"

namespace arint::channel {

// All views live until the task has ended.
struct Arrival {
  std::string_view body{};
  const document::Value* document = nullptr;        // instead of the bytes, for a channel that is not durable
  const format::Format* format = nullptr;           // of the body; null: the channel's first
  std::string_view content_type{};                  // what a durable channel finds the format by; empty: the channel's first
  std::span<const message::Field> headers{};        // names in lower case
  std::string_view key{};                           // a durable channel takes the same key once
  std::string_view peer{};                          // where it came from, for the log
};

// Counts it in, runs the service within the channel's `timeout`, or makes it durable, counts it out and writes its line.
// Told: the body the service left; of a durable channel nothing.
// Faults: busy (the channel's limit, the log, the store), cancelled, and what the service failed with.
runtime::Task<Result<Told>> take_in(Channel& channel, const Arrival& arrival);

// The same for a message that is made already; of the arrival its body counts. `over`, when `until` is given: whether that is true of what the
// run left.
runtime::Task<Result<Told>> take_in(Channel& channel, const message::Message& message, const Arrival& arrival, const message::Expression* until, bool* over);

// What the channel takes as `Arrival::format` for bytes of this Content-Type: one of its own, else its first.
const format::Format* format_for(const Channel& channel, std::string_view content_type);

}  // namespace arint::channel
