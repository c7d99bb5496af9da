// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/verifier.hpp"

#include "base/text.hpp"

namespace arint::security {

Credentials credentials_of(const http::Fields& fields, std::string_view scheme) noexcept {
  Credentials out;
  std::size_t count = 0;
  for (std::size_t i = 0; i < fields.count(); ++i) {
    if (fields.at(i).id != http::Name::authorization) continue;
    ++count;
    std::string_view value = trim(fields.field(i).value);
    std::size_t blank = value.find(' ');
    if (!equals_ignoring_case(value.substr(0, blank), scheme)) continue;
    out.shown = true;
    out.text = blank == std::string_view::npos ? std::string_view() : trim(value.substr(blank + 1));
  }
  out.twice = out.shown && count > 1;
  return out;
}

std::string challenge_of(std::string_view scheme, std::string_view realm) {
  std::string out(scheme);
  out += " realm=\"";
  for (char c : realm) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace arint::security
