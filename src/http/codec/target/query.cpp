// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/codec/target/query.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::http {

bool next_pair(std::string_view& query, QueryPair& pair) noexcept {
  while (!query.empty()) {
    std::size_t end = std::min(query.find('&'), query.size());
    std::string_view whole = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (whole.empty()) continue;
    std::size_t equals = whole.find('=');
    pair.name = whole.substr(0, equals);
    pair.value = equals == std::string_view::npos ? std::string_view{} : whole.substr(equals + 1);
    return true;
  }
  return false;
}

bool decode_query(std::string_view text, std::string& out) {
  if (!percent_decode(text, out)) return false;
  // Only plus signs that were sent as such: an escaped one decodes to '+' and must stay.
  if (text.find('+') != std::string_view::npos) {
    std::string spaced(text);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    if (!percent_decode(spaced, out)) return false;
  }
  return valid_utf8(out);
}

}  // namespace arint::http
