// SPDX-License-Identifier: GPL-3.0-or-later
// Functions on points in time. The clock comes with the environment and stands still during an evaluation.
#include <cmath>

#include "mapping/functions/pictures.hpp"
#include "mapping/functions/support.hpp"

namespace arint::mapping {
namespace {

[[noreturn]] void fail_with(Call& call, const PictureError& error, const Value& value) { fail(error.code, call.offset, error.sentence, value); }

// `first` is the index of the picture, the zone follows.
Value written(Call& call, std::int64_t millis, std::size_t first) {
  Value picture = call.argument(first), zone = call.argument(first + 1);
  int minutes = 0;
  if (zone.is_text()) {
    Pictured<int> parsed = parse_zone(zone.as_text());
    if (PictureError* error = std::get_if<PictureError>(&parsed)) fail_with(call, *error, zone);
    minutes = std::get<int>(parsed);
  }
  if (!picture.is_text()) return document::text_of(call.run.arena(), iso_time(millis, minutes));
  Pictured<std::string> text = call.run.pictures().date(picture.as_text(), call.offset).format(millis, minutes);
  if (PictureError* error = std::get_if<PictureError>(&text)) fail_with(call, *error, picture);
  return document::text_of(call.run.arena(), std::get<std::string>(text));
}

Value now(Call& call) { return written(call, call.run.environment().now_millis, 0); }
Value millis(Call& call) { return Value::integer(call.run.environment().now_millis); }

Value from_millis(Call& call) {
  Value value = call.argument(0);
  if (value.is_absent()) return {};
  double number = number_value(value);
  // ECMA-262, section 21.4.1.1: what a Date can hold.
  if (!(std::abs(number) <= 8.64e15)) fail("D3110", call.offset, "no date is so far from 1970: " + document::described(value), value);
  return written(call, static_cast<std::int64_t>(std::trunc(number)), 1);
}

Value to_millis(Call& call) {
  Value value = call.argument(0), picture = call.argument(1);
  if (value.is_absent()) return {};
  if (!picture.is_text()) {
    Pictured<std::int64_t> parsed = parse_iso_time(value.as_text());
    if (PictureError* error = std::get_if<PictureError>(&parsed)) fail_with(call, *error, value);
    return Value::integer(std::get<std::int64_t>(parsed));
  }
  auto parsed = call.run.pictures().date(picture.as_text(), call.offset).parse(value.as_text(), call.run.environment().now_millis);
  if (PictureError* error = std::get_if<PictureError>(&parsed)) fail_with(call, *error, value);
  std::optional<std::int64_t> millis = std::get<0>(parsed);
  return millis ? Value::integer(*millis) : Value();
}

const Builtin table[] = {
    builtin({"now", "<s?s?:s>", 2, now, "The time of the run as ISO 8601, or by a picture and a zone.", "$now()", "", true}),
    builtin({"millis", "<:n>", 0, millis, "The time of the run in milliseconds since 1970.", "$millis()", "", true}),
    builtin({"fromMillis", "<n-s?s?:s>", 3, from_millis, "A time given in milliseconds as ISO 8601, or by a picture and a zone.", "$fromMillis(1510067557121)", R"("2017-11-07T15:12:37.121Z")"}),
    builtin({"toMillis", "<s-s?:n>", 2, to_millis, "The milliseconds since 1970 of an ISO 8601 time, or of one written by a picture.", "$toMillis('2017-11-07T15:12:37.121Z')", "1510067557121", true}),
};

}  // namespace

std::span<const Builtin> date_functions() { return table; }

}  // namespace arint::mapping
