// SPDX-License-Identifier: GPL-3.0-or-later
// The query as names and values: WHATWG URL, section 5.1 (application/x-www-form-urlencoded parsing): '&' between pairs, '+' is a
// space, escapes are UTF-8. A form body is read the same way.
#pragma once
#include <string>
#include <string_view>

namespace arint::http {

struct QueryPair {
  std::string_view name;   // as sent
  std::string_view value;  // as sent; "" when there is no '='
};

// Takes the next pair off the front of `query`; false at its end. Empty pairs ("a=1&&b=2") are skipped.
bool next_pair(std::string_view& query, QueryPair& pair) noexcept;

// Decodes a name or value; false at a broken escape or when the result is not UTF-8.
bool decode_query(std::string_view text, std::string& out);

}  // namespace arint::http
