// SPDX-License-Identifier: GPL-3.0-or-later
// Pointer: one place in a document, as "/items/0/price". RFC 6901.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "document/value.hpp"

namespace arint::document {

// One token of a pointer with ~0 and ~1 written, and read; a ~ of no such pair stays as it is.
std::string escaped_token(std::string_view name);
std::string unescaped_token(std::string_view token);

class Pointer {
 public:
  // Fault::malformed: it is neither empty nor begins with a slash, or has a ~ that is neither ~0 nor ~1 (section 3).
  static Result<Pointer> parse(std::string_view text);

  // The value there, part of `root`; nullptr: there is none. "-" names the item behind the last, which is never there (section 4).
  const Value* find(const Value& root) const noexcept;

  const std::vector<std::string>& tokens() const noexcept { return tokens_; }

 private:
  std::vector<std::string> tokens_{};
};

// The item of an array a token means: digits without leading zeros (section 4), below `count`. False: none.
bool item_index(std::string_view token, std::size_t count, std::size_t& index) noexcept;

// The member or item a token means; nullptr: none, or a scalar.
const Value* child(const Value& parent, std::string_view token) noexcept;

}  // namespace arint::document
