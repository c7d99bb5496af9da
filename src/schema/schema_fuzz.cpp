// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile schemas and documents: the schema stands before the first NUL, the document (both JSON) after it.
#include <cstdint>

#include "format/catalog.hpp"
#include "format/fuzzing.hpp"
#include "schema/schema.hpp"

using namespace arint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::size_t cut = bytes.find('\0');
  document::Arena arena;
  Result<document::Value> root = format::find("json")->read(bytes.substr(0, cut), {}, arena);
  if (!root) return 0;
  auto compiled = schema::Schema::compile(*root, {.base = "fuzz.json", .assert_formats = true, .most_nodes = 2'000, .most_depth = 200});
  if (!compiled) {
    format::fuzzing::must(compiled.error().fault == Fault::malformed && !compiled.error().sentence.empty());
    return 0;
  }
  (void)(*compiled)->known_properties();
  if (cut == std::string_view::npos) return 0;
  Result<document::Value> document = format::find("json")->read(bytes.substr(cut + 1), {}, arena);
  if (!document) return 0;
  // The fast answer and the full one agree.
  format::fuzzing::must((*compiled)->valid(*document) == (*compiled)->check(*document, 5).empty());
  return 0;
}
