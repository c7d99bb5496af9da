// SPDX-License-Identifier: GPL-3.0-or-later
// Rescued: a value of a flow with what stands in for it: `default` when there is none, `on_error` when its expression fails, and
// `as: array` for those that must be a list however many items there are.
#pragma once
#include <optional>

#include "flow/values/literal.hpp"

namespace arint::flow {

enum class As : std::uint8_t { array };
const declare::Words<As>& words_of(As);

class Rescued {
 public:
  Rescued() = default;
  // `fallback` and `on_error` may be null: there is none.
  static Rescued compile(const declare::Value& written, const declare::Value* fallback, const declare::Value* on_error, bool as_array, declare::Reading& reading);
  // Of an expression that was compiled elsewhere.
  Rescued(message::Expression expression, const declare::Value* fallback, const declare::Value* on_error, bool as_array, declare::Reading& reading);

  // First on_error, then default, then the list. A body that cannot be read and a deadline are no errors of the expression:
  // nothing stands in for them. Faults as Run::evaluate.
  Result<document::Value> value(message::Run& run) const;
  bool uses_body() const noexcept;
  const message::Expression& expression() const noexcept { return value_.expression(); }

 private:
  Constant value_{};
  std::optional<Constant> fallback_{}, on_error_{};
  bool as_array_ = false;
};

// A list: an array as it is, of nothing an empty one, of anything else one of that.
document::Value as_array(document::Arena& arena, const document::Value& value);

}  // namespace arint::flow
