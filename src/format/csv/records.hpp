// SPDX-License-Identifier: GPL-3.0-or-later
// The grammar of CSV: text in UTF-8 to records of fields. RFC 4180, section 2:
//   file = record *(CRLF record) [CRLF]     (CR and LF alone end a line too)
//   record = field *(delimiter field)
//   field = quote *(any character / 2quote) quote / *(neither delimiter, CR nor LF), not beginning with a quote
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "document/arena.hpp"
#include "format/csv/csv.hpp"
#include "format/place.hpp"

namespace arint::format::csv {

struct Record {
  std::vector<std::string_view> fields{};
  std::size_t end = 0;    // of the text: behind the line's end
  std::size_t lines = 0;  // how many lines it covers; more than one when fields hold line ends
  bool blank = false;   // nothing between two line ends
};

// How far a record has been looked at, and what the last byte was, while its end has not come.
struct Scan {
  enum class In { field_start, plain, quotes, after_quote } in = In::field_start;
  std::size_t bytes = 0;
};

class Records {
 public:
  explicit Records(const Options& options);

  // '\0' as delimiter: finds it in the first line, which must be there whole.
  void find_delimiter(std::string_view first_line);
  bool knows_delimiter() const { return delimiter_ != '\0'; }

  // Where the first record of the text ends, behind its line end; nullopt when that needs more text. `scan` carries on from one call to
  // the next as the text grows. With `last` the text is all there is.
  std::optional<std::size_t> record_end(std::string_view text, Scan& scan, bool last) const;

  // Reads the first record; `start` is the place of the text's first byte. Fields are slices of `text`, or in the arena when they
  // hold doubled quotes. Faults: malformed. Throws ArenaFull.
  Result<void> read(std::string_view text, Place start, document::Arena& arena, Record& out) const;

 private:
  Result<std::size_t> quoted_field(std::string_view text, std::size_t from, Place start, document::Arena& arena, Record& out) const;
  bool is_line_end(char c) const { return c == '\n' || c == '\r'; }

  char delimiter_;
  char quote_;  // '\0': none
  bool ends_field_[256] = {};
};

}  // namespace arint::format::csv
