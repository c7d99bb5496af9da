// SPDX-License-Identifier: GPL-3.0-or-later
// Schedule: when a timer channel is due, by the wall clock (`cron`, `at`) or by the steady one (`every`).
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/position.hpp"
#include "connectors/timer/options.hpp"
#include "connectors/timer/schedule/cron.hpp"
#include "connectors/timer/schedule/zone.hpp"

namespace arint::connectors::timer {

class Schedule {
 public:
  // Nullopt: `problem` says which option is wrong ("cron: ...") and why.
  static std::optional<Schedule> make(const Options& options, Problem& problem);

  // Which clock the times below are of.
  bool steady() const noexcept { return every_.count() > 0; }
  // The next time it is due, milliseconds of its clock. `before`: the time it was due last; nullopt: never yet. Nullopt: it is over.
  //
  // What was due while nobody looked (the clock was set ahead, the machine slept) is due once, now, by whoever holds the time; the rest is
  // passed over. A clock that is set back makes nothing due a second time that is about a time of day; what follows the hours goes on with them.
  std::optional<std::int64_t> next(std::int64_t now_ms, std::optional<std::int64_t> before) const;
  // Is a message at this time of the wall clock still wanted?
  bool over(std::int64_t wall_ms) const noexcept { return until_ms_ && wall_ms >= *until_ms_; }
  // Two that are the same go on where the other was.
  const std::string& spec() const noexcept { return spec_; }

 private:
  Millis every_{};
  bool at_start_ = false;
  std::optional<Cron> cron_{};
  std::optional<std::int64_t> at_ms_{}, until_ms_{};
  std::shared_ptr<const Zone> zone_{};
  std::string spec_{};
};

}  // namespace arint::connectors::timer
