// SPDX-License-Identifier: GPL-3.0-or-later
// The replacement text of JSONata's $replace: $0 is the match, $1.. its groups, $$ a dollar sign.
//
// How many digits belong to the number depends on how many groups the pattern has: with 12 groups, $12 is the twelfth group and $15 is
// the first one followed by "5". Without any group, $ and one digit vanish. A $ before anything else stands for itself.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "regex/regex.hpp"

namespace arint::regex {

// Compiled for a pattern; keeps its own copy of the text. Cheap to make, so a text that is computed per call is no problem.
class Replacement {
 public:
  Replacement(std::string_view text, std::size_t group_count);

  // Appends what replaces `match`, which was found in `subject`.
  void append(std::string& out, std::string_view subject, const Match& match) const;

 private:
  // The literal text before, then a group: -1 none, 0 the whole match.
  struct Part {
    std::string literal;
    int group;
  };
  std::vector<Part> parts_;
};

}  // namespace arint::regex
