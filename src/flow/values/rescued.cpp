// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/values/rescued.hpp"

#include "message/run.hpp"

namespace arint::flow {

const declare::Words<As>& words_of(As) {
  static const declare::Words<As> words{{"array", As::array}};
  return words;
}

namespace {

std::optional<Constant> compiled(const declare::Value* written, std::string_view option, declare::Reading& reading) {
  if (!written) return std::nullopt;
  declare::Reading::Inside inside(reading, std::string(option));
  return Constant::compile(*written, reading);
}

}  // namespace

Rescued Rescued::compile(const declare::Value& written, const declare::Value* fallback, const declare::Value* on_error, bool as_array, declare::Reading& reading) {
  Rescued out({}, fallback, on_error, as_array, reading);
  out.value_ = Constant::compile(written, reading);
  return out;
}

Rescued::Rescued(message::Expression expression, const declare::Value* fallback, const declare::Value* on_error, bool as_array, declare::Reading& reading)
    : value_(std::move(expression)), fallback_(compiled(fallback, "default", reading)), on_error_(compiled(on_error, "on_error", reading)), as_array_(as_array) {}

Result<document::Value> Rescued::value(message::Run& run) const {
  Result<document::Value> out = value_.value(run);
  // A status was chosen where the message itself is at fault: its body cannot be read, or is too large.
  if (!out && on_error_ && out.error().fault == Fault::malformed && !out.error().status) out = on_error_->value(run);
  if (out && out->is_absent() && fallback_) out = fallback_->value(run);
  if (out && as_array_) out = as_array(run.arena(), *out);
  return out;
}

bool Rescued::uses_body() const noexcept {
  return value_.uses_body() || (fallback_ && fallback_->uses_body()) || (on_error_ && on_error_->uses_body());
}

document::Value as_array(document::Arena& arena, const document::Value& value) {
  if (value.is_array()) return value;
  return document::array_of(arena, std::span(&value, value.is_absent() ? 0 : 1));
}

}  // namespace arint::flow
