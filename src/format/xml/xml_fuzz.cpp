// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte chooses the options and the size of the pieces, the rest is the document.
#include <cstdint>

#include "format/fuzzing.hpp"
#include "format/json/json.hpp"
#include "format/xml/xml.hpp"

using namespace arint;
using namespace arint::format;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::uint8_t choice = data[0];
  std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  std::unique_ptr<const Format> format = xml::make(), json = json::make();

  document::Arena arena;
  Result<document::Value> read = format->read(bytes, {}, arena);
  std::string text;
  if (read) fuzzing::round_trip(*format, *read, arena, text);
  if (!read) fuzzing::must(read.error().fault == Fault::malformed && read.error().sentence.size() < 400);

  SplitOptions at{.at = choice & 1 ? "/a/b" : "", .item_bytes = choice & 2 ? 64u : 1u << 20};
  std::string whole = fuzzing::items(*format, *json, bytes, bytes.size(), at);
  fuzzing::must(whole == fuzzing::items(*format, *json, bytes, 1 + (choice >> 2), at));

  // The tree of any JSON is written as XML that is well-formed, or refused.
  Result<document::Value> tree = json->read(bytes, {}, arena);
  std::string written;
  if (tree && xml::make({.root = "root"})->write(*tree, {}, written)) {
    Result<document::Value> back = format->read(written, {}, arena);
    fuzzing::must(back.ok());
  }
  return 0;
}
