// SPDX-License-Identifier: GPL-3.0-or-later
// Places: in the bytes that were read (line, column, byte) and in the document that is written ("items[3].price").
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace arint::format {

// Lines and columns count from 1, bytes from 0; a column is a code point, a line ends with LF.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t byte = 0;
  // Moves over bytes that have been passed; streaming readers keep a Place instead of the bytes.
  void advance(std::string_view over) noexcept;
  std::string text() const;  // "line 3, column 14 (byte 57)"
};

// What stands at `at`, short and quoted: `"]"`, "the end of the document".
std::string found(std::string_view bytes, std::size_t at);

// "JSON, line 3, column 14 (byte 57): SENTENCE"
Error malformed(std::string_view format, Place place, std::string_view sentence);
Error malformed(std::string_view format, std::string_view bytes, std::size_t at, std::string_view sentence, Place start = {});
// "JSON: SENTENCE", where no place says more.
Error malformed(std::string_view format, std::string_view sentence);
Error too_large(std::string_view format, std::size_t limit_bytes);  // the arena is full
// "JSON, at items[3].price: SENTENCE"; an empty path is the document itself.
Error unwritable(std::string_view format, std::string_view path, std::string_view sentence);

// Paths as the mapping language writes them: names that are no identifiers stand in backticks. At most 200 bytes are kept.
void append_name(std::string& path, std::string_view name);
void append_index(std::string& path, std::size_t index);

}  // namespace arint::format
