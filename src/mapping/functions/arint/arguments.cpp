// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/functions/arint/arguments.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace arint::mapping {

void unusable(Call& call, std::size_t index, std::string_view function, std::string_view wanted) {
  const Value found = call.argument(index);
  fail("U2001", call.offset, "argument " + std::to_string(index + 1) + " of $" + std::string(function) + " must be " + std::string(wanted) + ", found " + document::described(found), found);
}

std::size_t word_argument(Call& call, std::size_t index, std::string_view function, std::span<const std::string_view> words) {
  const Value value = call.argument(index);
  if (value.is_absent()) return 0;
  auto found = value.is_text() ? std::find(words.begin(), words.end(), value.as_text()) : words.end();
  if (found == words.end()) unusable(call, index, function, "one of " + join(std::vector<std::string>(words.begin(), words.end()), ", "));
  return static_cast<std::size_t>(found - words.begin());
}

std::int64_t whole_argument(Call& call, std::size_t index, std::string_view function, std::int64_t least, std::int64_t most) {
  const Value value = call.argument(index);
  const double number = value.is_number() ? number_value(value) : std::nan("");
  if (!(number >= static_cast<double>(least) && number <= static_cast<double>(most)) || number != std::trunc(number))
    unusable(call, index, function, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return static_cast<std::int64_t>(number);
}

std::string_view bytes_argument(Call& call, std::size_t index, std::string_view function) {
  const Value value = call.argument(index);
  if (!value.is_text() && !value.is_bytes()) unusable(call, index, function, "text or bytes");
  return value.as_text();
}

}  // namespace arint::mapping
