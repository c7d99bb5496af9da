// SPDX-License-Identifier: GPL-3.0-or-later
// Repeater: a channel whose callers start something that goes on: the service runs for the caller's message at once, and again and again in
// the background, until its time is over. It lives in memory: a reload hands it on, the end of the node ends it.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "channel/options.hpp"
#include "format/format.hpp"
#include "message/expression.hpp"
#include "message/message.hpp"
#include "runtime/runtime.hpp"

namespace arint::channel {

class Channel;

class Repeater : public std::enable_shared_from_this<Repeater> {
 public:
  Repeater(Channel& channel, const RepeatOptions& options, message::Expression until) : channel_(channel), options_(options), until_(std::move(until)) {}
  Repeater(const Repeater&) = delete;

  // Copies the message. Fault busy: `most` go on already.
  Result<void> start(const message::Message& message, std::string_view body, const format::Format* format);
  // Those of `before` go on here, by this configuration; a run in progress ends there first. `before` is closed next.
  void adopt(Repeater& before) noexcept;
  // Nothing begins any more; what runs ends within `drain`, then it is cancelled.
  runtime::Task<void> close(Millis drain);
  std::size_t count() const noexcept { return entries_.size(); }

 private:
  struct Entry;
  void take(std::shared_ptr<Entry> entry);
  runtime::Task<> go_on(std::shared_ptr<Entry> entry);
  // True: it is over.
  runtime::Task<bool> run(Entry* entry);

  Channel& channel_;
  const RepeatOptions options_;
  message::Expression until_;
  std::shared_ptr<Repeater> heir_{};
  bool closed_ = false;
  std::map<Entry*, std::shared_ptr<Entry>> entries_;
  runtime::TaskGroup tasks_{runtime::Siblings::go_on};
  runtime::Event ended_{};
};

}  // namespace arint::channel
