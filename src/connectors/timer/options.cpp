// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/timer/options.hpp"

#include "base/text.hpp"
#include "connectors/timer/schedule/schedule.hpp"

namespace arint::connectors::timer {

declare::Settings<Options> settings() {
  return declare::Settings<Options>{"timer", "Begins messages by the clock: every so often, by a cron line, or once."}
      .add(&Options::every, {.name = "every", .help = "So much time from one to the next, by a clock that nobody sets; the first after that time.", .example = "5m", .least = "1ms"})
      .add(&Options::cron, {.name = "cron", .help = "A cron line: minute, hour, day of the month, month, day of the week; or @hourly, @daily, @weekly, @monthly, @yearly.",
                            .example = "\"0 2 * * *\""})
      .add(&Options::at, {.name = "at", .help = "Once, at this time in `zone`, or with an offset of its own.", .example = "\"2026-12-24T18:00:00\""})
      .add(&Options::zone, {.name = "zone", .help = "Time zone of `cron`, `at` and `until`: UTC, or an IANA name.", .fallback = "UTC", .example = "Europe/Berlin"})
      .add(&Options::at_start, {.name = "at_start", .help = "With `every`: also at once when the node starts.", .fallback = "false"})
      .add(&Options::times, {.name = "times", .help = "After so many it is over, until the next start; 0: never.", .unit = "messages", .fallback = "0", .least = 0})
      .add(&Options::until, {.name = "until", .help = "After this time it is over.", .example = "\"2027-01-01\""})
      .add(&Options::jitter, {.name = "jitter", .help = "Each is late by a random time up to this, so that many nodes do not ask one system at the same moment.", .fallback = "0s"})
      .add(&Options::overlap, {.name = "overlap", .help = "Whether one may begin while the one before still runs; without it that one is left out, and counted.", .fallback = "false"})
      .add(&Options::body, {.name = "body", .help = "The message's body; without it `{ due, count }`: when it was due, and which one it is since the start.", .example = "{ report: daily }"})
      .exactly_one({"every", "cron", "at"})
      .place(&Options::where)
      .check([](Options& options, const declare::Node& node, declare::Reading& reading) {
        auto at = [&](const char* name) { return node.find(name) ? node.find(name)->at : node.at; };
        if (options.at_start && !options.every) reading.fault(at("at_start"), "at_start belongs to `every`");
        if (options.at && (options.times || options.until)) reading.fault(node.at, "`at` is once; `times` and `until` say nothing more");
        Problem problem;
        if (!Schedule::make(options, problem)) reading.fault(problem.at.line ? problem.at : at(problem.sentence.substr(0, problem.sentence.find(':')).c_str()), problem.sentence);
      });
}

}  // namespace arint::connectors::timer
