// SPDX-License-Identifier: GPL-3.0-or-later
// What a connector implements to be an IN channel. One Front per kind, core and configuration holds all channels of that kind:
// those of HTTP share listeners, for instance.
//
// Life: make and add (no side effects) -> open -> work -> close. At a reload the next one opens beside this one, takes over from
// it, and then this one closes.
#pragma once
#include <memory>
#include <string>

#include "channel/channel.hpp"
#include "channel/submitted.hpp"
#include "declare/reading.hpp"
#include "declare/shape.hpp"

namespace arint::channel {

// Whether messages come from outside, or only by submit(), as in a test.
enum class Listens : bool { no, yes };

// What the node gives to every front.
struct Node {
  std::string listen{};        // default address of what listens
  Millis drain{};              // how long work in progress may take when the node stops
  std::shared_ptr<void> shared{};  // made by Kind::share once for all cores, or null
  log::Generation* numbers = nullptr;  // for metrics of its own; until the configuration is built
  Listens listens = Listens::yes;
};

class Front {
 public:
  virtual ~Front() = default;
  // Takes the channel in; reports what is wrong with its options (Options::kind), alone or together with those before.
  virtual void add(Channel& channel, declare::Reading& reading) = 0;
  // On its core's loop. Faults: unreachable, refused, rejected; with address and reason. `before`: the front of this kind that
  // serves now, at a reload; what that one has open is not opened again, and stays its own until take_over().
  virtual runtime::Task<Result<void>> open(const Front* before) = 0;
  // Cannot fail: who comes from now on comes here. What is in progress in `before` ends there; it is closed next.
  virtual void take_over(Front& before) noexcept = 0;
  // Takes a message in that comes by hand or from a test, through everything that one from outside passes; between open and close.
  // Faults: rejected (it does not fit the channel), busy, and where nobody is answered otherwise, what its service failed with.
  virtual runtime::Task<Result<Told>> submit(Channel& channel, const Submitted& message) = 0;
  // Takes nothing more in; ends what is in progress within Node::drain, then cancels it, and returns when nothing runs.
  virtual runtime::Task<void> close() = 0;
};

// The IN face of a connector: its declaration.
struct Kind {
  declare::Shape options;
  std::unique_ptr<Front> (*make)(const Node& node) = nullptr;
  std::shared_ptr<void> (*share)() = nullptr;  // state that all cores use together; may be null
  void (*declare)(log::Generation& numbers, const std::string& channel) = nullptr;  // the metrics a channel of this kind can have
};

}  // namespace arint::channel
