// SPDX-License-Identifier: GPL-3.0-or-later
// YAML in a flow as a document, and places inside documents: what `set` and `delete` share.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "declare/types.hpp"
#include "document/value.hpp"
#include "message/expression.hpp"

namespace arint::flow {

// The value a literal stands for; everything new lies in `arena`. Core-schema scalars keep their digits as written.
document::Value literal(const declare::Node& node, document::Arena& arena);

// A value of a flow: an expression, or a literal that was read once and lives as long as the flow.
class Constant {
 public:
  Constant() = default;
  explicit Constant(message::Expression expression) : expression_(std::move(expression)) {}
  static Constant compile(const declare::Value& written, declare::Reading& reading);
  Result<document::Value> value(message::Run& run) const;
  bool uses_body() const noexcept { return expression_.uses_body(); }
  const message::Expression& expression() const noexcept { return expression_; }  // not given: a literal

 private:
  message::Expression expression_{};
  std::shared_ptr<document::Arena> arena_{};
  document::Value literal_{};
};

// "customer.address.city" is three names; "" is none. Names with dots in them are beyond reach, use `map` for those.
std::vector<std::string> place(std::string_view dotted);
// `base` with the value put at the place; objects on the way are made where there is none.
document::Value with_place(document::Arena& arena, const document::Value& base, std::span<const std::string> place, const document::Value& value);
document::Value without_place(document::Arena& arena, const document::Value& base, std::span<const std::string> place);

}  // namespace arint::flow
