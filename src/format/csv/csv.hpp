// SPDX-License-Identifier: GPL-3.0-or-later
// CSV (RFC 4180, strict) to and from the tree: with a header an array of objects, without an array of arrays. All values are text.
//
// Refused, with the line: unbalanced quotes, text after a closing quote, a wrong number of fields. A quote within a field that does not
// begin with one (5" pipe) is a character like any other: nothing else can be meant.
// Lines end with CRLF, LF or CR. Values are never guessed to be numbers, and never altered: a cell that a spreadsheet would take
// for a formula ("=1+1") is written as it is; whoever opens the file in a spreadsheet must know where it came from.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "format/format.hpp"

namespace arint::format::csv {

struct Options {
  char delimiter = ',';               // '\0': found in the first line, one of , ; tab |
  char quote = '"';
  bool header = true;
  std::string charset = "utf-8";      // reading, when the sender did not say; writing always
  std::string newline = "\r\n";       // writing
  std::vector<std::string> columns = {};  // writing: these, in this order; empty: all, in order of first appearance
};

std::unique_ptr<const Format> make(Options options = {});

}  // namespace arint::format::csv
