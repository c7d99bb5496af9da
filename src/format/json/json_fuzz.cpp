// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte chooses the options and the size of the pieces, the rest is the document.
#include <cstdint>

#include "format/fuzzing.hpp"
#include "format/json/json.hpp"

using namespace arint;
using namespace arint::format;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::uint8_t choice = data[0];
  std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  json::Options options;
  options.lines = choice & 1;
  options.comments = choice & 2;
  options.pretty = choice & 4;
  options.duplicate_keys = choice & 8 ? json::Duplicates::refuse : json::Duplicates::last;
  std::unique_ptr<const Format> format = json::make(options), plain = json::make();

  document::Arena arena;
  Result<document::Value> read = format->read(bytes, {}, arena);
  std::string text;
  if (read) fuzzing::round_trip(*format, *read, arena, text);
  if (!read) fuzzing::must(read.error().fault == Fault::malformed && read.error().sentence.size() < 300);

  SplitOptions at{.at = choice & 16 ? "/a/b" : "", .item_bytes = choice & 32 ? 64u : 1u << 20};
  std::string whole = fuzzing::items(*format, *plain, bytes, bytes.size(), at);
  fuzzing::must(whole == fuzzing::items(*format, *plain, bytes, 1 + (choice >> 6), at));

  // Read at once or item by item: the same items.
  if (read && read->is_array() && at.at.empty() && at.item_bytes > 64) {
    std::string expected;
    for (const document::Value& item : read->items()) {
      fuzzing::must(plain->write(item, {}, expected).ok());
      expected += '\n';
    }
    fuzzing::must(expected == whole);
  }

  // Canonical form is a fixed point.
  std::unique_ptr<const Format> canonical = json::make({.canonical = true});
  std::string first, second;
  if (read && canonical->write(*read, {}, first)) {
    Result<document::Value> back = canonical->read(first, {}, arena);
    fuzzing::must(back.ok() && canonical->write(*back, {}, second).ok() && first == second);
  }
  return 0;
}
