// SPDX-License-Identifier: GPL-3.0-or-later
// JSON (RFC 8259) to and from the tree, in one pass, no recursion: our own, because the tree keeps digits and slices of the input.
//
// Reading: text without escapes and numbers that are no short integers are slices of `bytes`. UTF-8 is checked. A byte order mark
// at the start is skipped (RFC 8259, section 8.1 allows it). "\ud800" alone is kept and written back, also when it came as its three
// bytes; any other fault of UTF-8 is refused. Of two equal names the last wins, at the place of the first. NDJSON is a sequence of
// documents, one a line.
// Writing: bytes become base64 text (RFC 4648, section 4); absent members are left out, absent items become null.
#pragma once
#include <memory>

#include "format/format.hpp"

namespace arint::format::json {

enum class Duplicates { last, refuse };

struct Options {
  bool pretty = false;                        // two spaces an indent
  bool canonical = false;                     // RFC 8785: names sorted, numbers as ECMAScript; wins over `pretty`
  bool lines = false;                         // NDJSON: the document is an array of the lines' values
  bool comments = false;                      // reading accepts // and /* */
  Duplicates duplicate_keys = Duplicates::last;
};

std::unique_ptr<const Format> make(Options options = {});

// The same without an object, for those who know that it is JSON.
Result<document::Value> read(std::string_view bytes, document::Arena& arena, const ReadOptions& options = {}, const Options& json = {});
Result<void> write(const document::Value& value, std::string& out, const WriteOptions& options = {}, const Options& json = {});

}  // namespace arint::format::json
