// SPDX-License-Identifier: GPL-3.0-or-later
// Exact decimals. An argument is a number of a document, with all its digits as written, or a text; the result is a number whose
// digits stay when it is written. A number that stands in an expression is a double: write those with more digits as texts.
#include "mapping/decimals/decimal.hpp"

#include "base/text.hpp"
#include "mapping/functions/arint/arguments.hpp"

namespace arint::mapping {
namespace {

constexpr int most_scale = 1000;

[[noreturn]] void too_long(Call& call, std::string_view function) {
  fail("U2001", call.offset, "$" + std::string(function) + " would need more than " + std::to_string(Decimal::most_digits) + " digits");
}

// `item`: where the value stands in an array that is the argument.
Decimal decimal_of(Call& call, const Value& value, std::size_t index, std::string_view function, std::size_t item = SIZE_MAX) {
  std::string text;
  if (value.is_text()) text = value.as_text();
  else if (value.is_number()) value.append_number(text);
  std::optional<Decimal> out;
  try {
    call.run.work(text.size() / 16);
    out = Decimal::parse(text);
  } catch (const Decimal::TooLong&) {
    too_long(call, function);
  }
  if (out) return *out;
  const std::string which = item == SIZE_MAX ? "" : "item " + std::to_string(item) + " of ";
  fail("U2001", call.offset, which + "argument " + std::to_string(index + 1) + " of $" + std::string(function) +
                                 " must be a decimal number or a text like \"12.50\", found " + document::described(value), value);
}

Decimal argument(Call& call, std::size_t index, std::string_view function) { return decimal_of(call, call.argument(index), index, function); }

Rounding rounding(Call& call, std::size_t index, std::string_view function) {
  return static_cast<Rounding>(word_argument(call, index, function, rounding_names()));
}

int scale(Call& call, std::size_t index, std::string_view function) {
  return static_cast<int>(whole_argument(call, index, function, -most_scale, most_scale));
}

Value number(Call& call, const Decimal& decimal) {
  call.run.work(decimal.size());
  return Value::written(call.run.arena().copy(decimal.text()));
}

// What all functions of two numbers share: nothing in gives nothing out.
template <class Calculate>
Value of_two(Call& call, std::string_view function, Calculate calculate) {
  if (call.argument(0).is_absent() || call.argument(1).is_absent()) return {};
  const Decimal a = argument(call, 0, function), b = argument(call, 1, function);
  call.run.work((a.size() + 1) * (b.size() + 1) / 8);
  try {
    return calculate(a, b);
  } catch (const Decimal::TooLong&) {
    too_long(call, function);
  }
}

Value add(Call& call) {
  return of_two(call, "decimalAdd", [&](const Decimal& a, const Decimal& b) { return number(call, a.plus(b)); });
}

Value subtract(Call& call) {
  return of_two(call, "decimalSubtract", [&](const Decimal& a, const Decimal& b) { return number(call, a.plus(b.negated())); });
}

Value multiply(Call& call) {
  return of_two(call, "decimalMultiply", [&](const Decimal& a, const Decimal& b) {
    const Decimal product = a.times(b);
    return number(call, call.argument(2).is_absent() ? product : product.rounded(scale(call, 2, "decimalMultiply"), rounding(call, 3, "decimalMultiply")));
  });
}

Value divide(Call& call) {
  return of_two(call, "decimalDivide", [&](const Decimal& a, const Decimal& b) {
    if (b.zero()) unusable(call, 1, "decimalDivide", "another number than zero");
    return number(call, a.divided_by(b, scale(call, 2, "decimalDivide"), rounding(call, 3, "decimalDivide")));
  });
}

Value compare(Call& call) {
  return of_two(call, "decimalCompare", [&](const Decimal& a, const Decimal& b) { return Value::integer(a.compare(b)); });
}

Value round(Call& call) {
  if (call.argument(0).is_absent()) return {};
  const Decimal value = argument(call, 0, "decimalRound");
  try {
    return number(call, value.rounded(scale(call, 1, "decimalRound"), rounding(call, 2, "decimalRound")));
  } catch (const Decimal::TooLong&) {
    too_long(call, "decimalRound");
  }
}

Value sum(Call& call) {
  if (call.argument(0).is_absent()) return {};
  const std::span<const Value> items = items_of(call.argument(0));
  Decimal total;
  try {
    for (std::size_t i = 0; i < items.size(); ++i) {
      call.run.work(total.size() + 1);
      total = total.plus(decimal_of(call, items[i], 0, "decimalSum", i));
    }
    return number(call, total);
  } catch (const Decimal::TooLong&) {
    too_long(call, "decimalSum");
  }
}

Value text(Call& call) {
  if (call.argument(0).is_absent()) return {};
  const Decimal value = argument(call, 0, "decimalText");
  try {
    return document::text_of(call.run.arena(), (call.argument(1).is_absent() ? value : value.rounded(scale(call, 1, "decimalText"), rounding(call, 2, "decimalText"))).text());
  } catch (const Decimal::TooLong&) {
    too_long(call, "decimalText");
  }
}

const Builtin table[] = {
    builtin({"decimalAdd", "<(ns)(ns):n>", 2, add, "The exact sum, with as many decimals as the longer of both.", "$decimalAdd('0.10', 0.2)", "0.30"}),
    builtin({"decimalSubtract", "<(ns)(ns):n>", 2, subtract, "The exact difference, with as many decimals as the longer of both.", "$decimalSubtract('10.00', '0.01')", "9.99"}),
    builtin({"decimalMultiply", "<(ns)(ns)n?s?:n>", 2, multiply, "The exact product, or rounded to a number of decimals; fourth the rounding, as of `$decimalRound`.", "$decimalMultiply('19.99', '0.19', 2)", "3.80"}),
    builtin({"decimalDivide", "<(ns)(ns)ns?:n>", 3, divide, "The quotient to a number of decimals; fourth the rounding, as of `$decimalRound`.", "$decimalDivide(20, 3, 2, 'down')", "6.66"}),
    builtin({"decimalRound", "<(ns)ns?:n>", 2, round, "Rounded to so many decimals (negative: tens, hundreds): `half-even` (default), `half-up`, `up`, `down`, `ceiling` or `floor`.", "$decimalRound('2.345', 2, 'half-up')", "2.35"}),
    builtin({"decimalCompare", "<(ns)(ns):n>", 2, compare, "-1, 0 or 1: the first is less than, equal to or more than the second, to the last digit.", "$decimalCompare('0.3000000000000000001', 0.3)", "1"}),
    builtin({"decimalSum", "<a:n>", 1, sum, "The exact sum of an array of numbers and texts.", "$decimalSum(['0.10', '0.20', 5])", "5.30"}),
    builtin({"decimalText", "<(ns)n?s?:s>", 1, text, "The number as text with all its digits, or rounded as by `$decimalRound`.", "$decimalText(3, 2)", R"("3.00")"}),
};

}  // namespace

std::span<const Builtin> decimal_functions() { return table; }

}  // namespace arint::mapping
