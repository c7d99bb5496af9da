// SPDX-License-Identifier: GPL-3.0-or-later
// SyntaxFault: how the parser and the compiler leave when a source is wrong. Caught in compile() and in $eval, never further.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace arint::mapping {

struct SyntaxFault {
  const char* code;      // JSONata's, a literal
  std::size_t offset;    // byte in the source
  std::string sentence;  // in our words
};

[[noreturn]] inline void refuse(const char* code, std::size_t offset, std::string sentence) {
  throw SyntaxFault{code, offset, std::move(sentence)};
}

// As users read it: "S0202 at 1:5: expected \")\", found \"}\"".
Error error_at(std::string_view source, const SyntaxFault& fault);

}  // namespace arint::mapping
