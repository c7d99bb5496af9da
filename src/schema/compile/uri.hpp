// SPDX-License-Identifier: GPL-3.0-or-later
// Resolving references against a base. RFC 3986, section 5.2; a base may be a relative file name, which RFC 3986 does not have.
// Internal to schema/.
#pragma once
#include <string>
#include <string_view>

namespace arint::schema {

// "schemas/order.json" + "customer.json#/a" is "schemas/customer.json#/a".
std::string resolved(std::string_view base, std::string_view reference);

struct Split {
  std::string_view document;
  std::string_view fragment;  // without '#', still percent-encoded
};
Split split_fragment(std::string_view uri) noexcept;

}  // namespace arint::schema
