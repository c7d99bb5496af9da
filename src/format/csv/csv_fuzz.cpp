// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte chooses the options and the size of the pieces, the rest is the document.
#include <cstdint>

#include "format/csv/csv.hpp"
#include "format/fuzzing.hpp"
#include "format/json/json.hpp"

using namespace arint;
using namespace arint::format;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::uint8_t choice = data[0];
  std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  csv::Options options;
  options.header = choice & 1;
  options.delimiter = choice & 2 ? ';' : ',';
  constexpr const char* charsets[] = {"utf-8", "iso-8859-1", "utf-16", "shift_jis"};
  ReadOptions read_options{.charset = charsets[(choice >> 2) & 3]};
  std::unique_ptr<const Format> format = csv::make(options), json = json::make();

  document::Arena arena;
  Result<document::Value> read = format->read(bytes, read_options, arena);
  std::string text;
  // A header without rows is an empty table, which is written as nothing.
  if (read && read->size() > 0) fuzzing::round_trip(*format, *read, arena, text);
  if (!read) fuzzing::must(read.error().fault == Fault::malformed && read.error().sentence.size() < 400);

  if (choice & 16) {
    options.delimiter = '\0';
    format = csv::make(options);
    read = format->read(bytes, read_options, arena);
  }
  SplitOptions split{.charset = read_options.charset};
  std::string whole = fuzzing::items(*format, *json, bytes, bytes.size(), split);
  fuzzing::must(whole == fuzzing::items(*format, *json, bytes, 1 + (choice >> 5), split));
  fuzzing::must(read.ok() == !whole.ends_with("fault"));
  if (read) {
    std::string expected;
    for (const document::Value& row : read->items()) {
      fuzzing::must(json->write(row, {}, expected).ok());
      expected += '\n';
    }
    fuzzing::must(expected == whole);
  }
  return 0;
}
