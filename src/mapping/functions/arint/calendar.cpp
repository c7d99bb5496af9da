// SPDX-License-Identifier: GPL-3.0-or-later
// Dates as ISO 8601 texts: what $fromMillis and $toMillis, which count milliseconds, cannot do.
#include "base/text.hpp"
#include "mapping/functions/arint/arguments.hpp"
#include "mapping/functions/pictures.hpp"
#include "mapping/times/moment.hpp"

namespace arint::mapping {
namespace {

constexpr std::array<std::string_view, 8> units{"years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"};

Moment date_argument(Call& call, std::size_t index, std::string_view function) {
  std::optional<Moment> out = Moment::parse(call.argument(index).as_text());
  if (!out) unusable(call, index, function, "an ISO 8601 date or time like \"2024-02-29\" or \"2024-02-29T12:00:00Z\"");
  return *out;
}

Duration duration_argument(Call& call, std::size_t index, std::string_view function) {
  std::optional<Duration> out = Duration::parse(call.argument(index).as_text());
  if (!out) unusable(call, index, function, "an ISO 8601 duration like \"P1Y2M3D\", \"-P1W\" or \"PT1H30M\"");
  return *out;
}

int zone_argument(Call& call, std::size_t index, std::string_view function) {
  Pictured<int> zone = parse_zone(call.argument(index).as_text());
  if (!std::holds_alternative<int>(zone)) unusable(call, index, function, "a time zone like \"+01:00\", \"-0530\" or \"Z\"");
  return std::get<int>(zone);
}

Value written(Call& call, const std::optional<Moment>& moment, std::string_view function) {
  if (!moment) fail("U2001", call.offset, "the result of $" + std::string(function) + " lies outside the years 0000 to 9999");
  return document::text_of(call.run.arena(), moment->text());
}

bool any_absent(Call& call) { return call.argument(0).is_absent() || call.argument(1).is_absent(); }

Value add(Call& call) {
  if (any_absent(call)) return {};
  return written(call, date_argument(call, 0, "dateAdd").plus(duration_argument(call, 1, "dateAdd")), "dateAdd");
}

Value difference(Call& call) {
  if (any_absent(call)) return {};
  const Moment from = date_argument(call, 0, "dateDifference"), to = date_argument(call, 1, "dateDifference");
  if (call.argument(2).is_absent()) return document::text_of(call.run.arena(), from.until(to).text());
  return Value::integer(from.until(to, static_cast<TimeUnit>(word_argument(call, 2, "dateDifference", units))));
}

Value in_zone(Call& call) {
  if (any_absent(call)) return {};
  return written(call, date_argument(call, 0, "dateInZone").in_zone(zone_argument(call, 1, "dateInZone")), "dateInZone");
}

Value format(Call& call) {
  if (any_absent(call)) return {};
  const Moment moment = date_argument(call, 0, "dateFormat");
  const int zone = call.argument(2).is_absent() ? moment.zone_minutes() : zone_argument(call, 2, "dateFormat");
  Pictured<std::string> text = call.run.pictures().date(call.argument(1).as_text(), call.offset).format(moment.millis(), zone);
  if (PictureError* error = std::get_if<PictureError>(&text)) fail(error->code, call.offset, error->sentence, call.argument(1));
  return document::text_of(call.run.arena(), std::get<std::string>(text));
}

Value seconds(Call& call) {
  if (call.argument(0).is_absent()) return {};
  const Duration duration = duration_argument(call, 0, "durationSeconds");
  if (duration.months) unusable(call, 0, "durationSeconds", "a duration without years and months, whose length varies");
  const std::int64_t whole = duration.days * 86'400 + duration.seconds;
  return duration.nanos ? Value::real(static_cast<double>(whole) + static_cast<double>(duration.nanos) / 1e9) : Value::integer(whole);
}

const Builtin table[] = {
    builtin({"dateAdd", "<s-s:s>", 2, add, "A date or time, moved by an ISO 8601 duration: months first, to the last day of a shorter month, then days, then hours.", "$dateAdd('2024-01-31', 'P1M')", R"("2024-02-29")"}),
    builtin({"dateDifference", "<ss-s?:(ns)>", 2, difference, "From the first to the second: an ISO 8601 duration, or whole `years`, `months`, `weeks`, `days`, `hours`, `minutes`, `seconds` or `milliseconds`.", "$dateDifference('2024-01-31', '2024-03-01', 'days')", "30"}),
    builtin({"dateInZone", "<s-s:s>", 2, in_zone, "The same instant in another time zone; one without a zone is UTC.", "$dateInZone('2024-06-30T23:00:00Z', '+02:00')", R"("2024-07-01T01:00:00+02:00")"}),
    builtin({"dateFormat", "<s-ss?:s>", 3, format, "A date or time written by a picture, as of `$fromMillis`, in its own zone or the one given third.", "$dateFormat('2024-02-29T08:00:00+01:00', '[D].[M].[Y] [H01]:[m01]')", R"("29.2.2024 08:00")"}),
    builtin({"durationSeconds", "<s-:n>", 1, seconds, "The seconds of an ISO 8601 duration without years and months.", "$durationSeconds('P1DT1H')", "90000"}),
};

}  // namespace

std::span<const Builtin> calendar_functions() { return table; }

}  // namespace arint::mapping
