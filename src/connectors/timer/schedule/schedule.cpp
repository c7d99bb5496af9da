// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/timer/schedule/schedule.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "connectors/timer/schedule/moment.hpp"

namespace arint::connectors::timer {
namespace {

// With an offset of its own, else by the zone: the first one where it comes twice, the end of the gap where it does not come.
std::optional<std::int64_t> moment_of(const std::string& text, const Zone& zone) {
  if (const std::optional<std::int64_t> moment = parse_moment(text)) return moment;
  const std::optional<Civil> civil = parse_civil(text);
  if (!civil) return std::nullopt;
  const Zone::When when = zone.when(seconds_from(*civil));
  return when.first.value_or(when.gap) * 1'000;
}

}  // namespace

std::optional<Schedule> Schedule::make(const Options& options, Problem& problem) {
  Schedule out;
  Result<std::shared_ptr<const Zone>> zone = Zone::find(options.zone);
  if (!zone) {
    problem.sentence = "zone: " + zone.error().sentence;
    return std::nullopt;
  }
  out.zone_ = *zone;
  out.every_ = options.every.value_or(Millis(0));
  out.at_start_ = options.at_start;
  if (options.cron) {
    Result<Cron> cron = Cron::parse(*options.cron);
    if (!cron) {
      problem.sentence = "cron: " + cron.error().sentence;
      return std::nullopt;
    }
    out.cron_ = *cron;
  }
  for (const auto& [name, text, into] : {std::tuple("at", &options.at, &out.at_ms_), std::tuple("until", &options.until, &out.until_ms_)}) {
    if (!*text) continue;
    *into = moment_of(**text, **zone);
    if (*into) continue;
    problem.sentence = std::string(name) + ": " + arint::quoted(**text) + " is no time; write 2026-12-24, 2026-12-24T18:00 or 2026-12-24T18:00:00+01:00";
    return std::nullopt;
  }
  out.spec_ = options.every ? "every " + to_text(*options.every) + (options.at_start ? " at start" : "") : options.zone + " " + options.cron.value_or("") + options.at.value_or("");
  return out;
}

std::optional<std::int64_t> Schedule::next(std::int64_t now_ms, std::optional<std::int64_t> before) const {
  if (steady()) {
    if (!before) return at_start_ ? now_ms : now_ms + every_.count();
    const std::int64_t due = *before + every_.count();
    // Behind by whole turns: those are passed over.
    return due > now_ms ? due : due + (now_ms - due) / every_.count() * every_.count();
  }
  if (at_ms_) return before || *at_ms_ < now_ms ? std::nullopt : at_ms_;
  // A clock that is corrected by a little was not set back.
  const bool set_back = before && now_ms + 60'000 < *before;
  const std::int64_t after = !before ? now_ms : set_back && cron_->hourly() ? now_ms : std::max(now_ms, *before);
  const std::optional<std::int64_t> due = cron_->next(*zone_, after >= 0 ? after / 1'000 : (after - 999) / 1'000);
  if (!due) return std::nullopt;
  return *due * 1'000;
}

}  // namespace arint::connectors::timer
