// SPDX-License-Identifier: GPL-3.0-or-later
// TimerFront: all timer channels. The first core has them; the others have nothing to do.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "channel/front.hpp"
#include "channel/intake.hpp"
#include "connectors/timer/schedule/schedule.hpp"

namespace arint::connectors::timer {

// How far a timer has come: over all configurations of a process, so that a reload neither skips nor repeats anything. On the first core.
struct State {
  std::string spec{};
  std::optional<std::int64_t> last{};      // due and begun, milliseconds of the schedule's clock
  std::optional<std::int64_t> pending{};   // the one that is waited for
  std::int64_t count = 0;                  // begun since the start
  unsigned running = 0;
};

struct Shared {
  std::map<std::string, std::shared_ptr<State>> states{};
};

class TimerFront : public channel::Front {
 public:
  explicit TimerFront(const channel::Node& node) : node_(node) {}
  void add(channel::Channel& channel, declare::Reading& reading) override;
  runtime::Task<Result<void>> open(const channel::Front* before) override;
  void take_over(channel::Front& before) noexcept override;
  runtime::Task<Result<channel::Told>> submit(channel::Channel& channel, const channel::Submitted& message) override;
  runtime::Task<void> close() override;

 private:
  struct Entry {
    channel::Channel* channel = nullptr;
    Schedule schedule{};
    std::shared_ptr<State> state{};
    std::shared_ptr<log::Counter> skipped{};
  };
  void start();
  void stop() noexcept { waits_.cancel(ECANCELED); }
  runtime::Task<> watch(Entry* entry);
  runtime::Task<> begin(Entry* entry, std::int64_t due_ms);
  // False: it is over, or stopped.
  runtime::Task<bool> wait(const Entry* entry, std::int64_t due_ms);
  std::string body_of(const Entry& entry, std::int64_t due_ms, std::int64_t count) const;

  channel::Node node_;
  std::vector<std::unique_ptr<Entry>> entries_;
  runtime::TaskGroup waits_{runtime::Siblings::go_on}, runs_{runtime::Siblings::go_on};
  unsigned running_ = 0;       // in runs_
  runtime::Event ended_{};
};

// What is counted of timers beside what every channel counts.
std::shared_ptr<log::Counter> skipped_counter(log::Generation& numbers, const std::string& channel);

}  // namespace arint::connectors::timer
