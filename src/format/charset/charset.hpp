// SPDX-License-Identifier: GPL-3.0-or-later
// Character sets, through iconv: what the platform knows (iso-8859-*, windows-125*, utf-16, shift_jis, euc-*, gb18030, ibm037, ...).
// Strict both ways: a byte or character that the other side cannot hold is a fault, never a question mark.
#pragma once
#include <iconv.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "document/arena.hpp"

namespace arint::format {

// A name iconv knows, without its suffixes ("//IGNORE" in a Content-Type must not switch strictness off).
bool known_charset(std::string_view name);
// utf-8 by any of its names. us-ascii is read as utf-8, of which it is a part.
bool reads_as_utf8(std::string_view charset) noexcept;

// Bytes of a charset to UTF-8, piece by piece. A byte order mark at the start is dropped.
class Decoder {
 public:
  // Faults: malformed, the charset is unknown.
  static Result<Decoder> open(std::string_view charset);

  // Appends to `out`. A character cut in two waits for the next piece; with `last` it is a fault, as is what is no character.
  // The sentence has the byte's offset within everything that was fed.
  Result<void> feed(std::string_view bytes, bool last, std::string& out);

 private:
  struct Close {
    void operator()(void* handle) const noexcept { iconv_close(static_cast<iconv_t>(handle)); }
  };
  Result<void> check(std::string_view bytes, bool last, std::string& out);
  Result<void> convert(std::string_view bytes, bool last, std::string& out);
  Error bad_byte(std::string_view rest, std::size_t at) const;

  std::string charset_{};
  std::unique_ptr<void, Close> iconv_{};  // none: UTF-8, which is only checked
  std::string kept_{};                    // the beginning of a character
  std::size_t before_ = 0;                // bytes fed before kept_
  bool started_ = false;                  // a byte order mark is no longer looked for
};

// The whole at once. UTF-8 is checked and stays a slice of `bytes`; the rest is converted into the arena. Throws ArenaFull.
Result<std::string_view> to_utf8(std::string_view bytes, std::string_view charset, document::Arena& arena);

// Appends. Faults: malformed, with the first character that the charset lacks. "utf-16" begins with a byte order mark.
Result<void> from_utf8(std::string_view text, std::string_view charset, std::string& out);

// The charset for what follows in the same document, where `charset` itself would write its byte order mark again.
std::string continued(std::string_view charset);

}  // namespace arint::format
