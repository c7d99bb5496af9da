// SPDX-License-Identifier: GPL-3.0-or-later
// The rules declarations keep, checked by a test that walks every part of the product.
#pragma once
#include <string>
#include <vector>

#include "declare/shape.hpp"

namespace arint::declare {

// An exception: which option breaks which rule, and why it may. The list may only shrink.
struct Waiver {
  std::string path;    // "http.retry.for"
  std::string rule;    // the rule's word in a finding
  std::string reason;
};

// One line a finding, "http.retry.for: rule: what is wrong". Empty when all is well.
//   help      every part and option says what it is for, in a sentence with a full stop
//   example   every option has an example or a fallback (settings and steps show themselves)
//   default   a fallback is a value the option accepts, and a required option has none
//   sample    an example is a value the option accepts
//   text      text with {expressions} is declared `in_text`, and its help says so
//   name      names are snake_case and carry no unit (`timeout`, not `timeout_ms`)
//   word      one word for one thing: `url`, `listen`, `connect_timeout`, `in_flight`, ... and never their synonyms
//   twice     no name is declared twice in one part
//   waiver    a waiver that waives nothing any more
std::vector<std::string> lint(const Shape& shape, const std::vector<Waiver>& waivers = {});

}  // namespace arint::declare
