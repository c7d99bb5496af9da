// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile expressions over a hostile input: the source stands before the first NUL, the input (JSON) after it.
#include <cstdint>

#include "format/catalog.hpp"
#include "format/fuzzing.hpp"
#include "mapping/expression.hpp"

using namespace arint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::size_t cut = bytes.find('\0');
  std::string_view source = bytes.substr(0, cut);
  std::string_view text = cut == std::string_view::npos ? std::string_view("{}") : bytes.substr(cut + 1);
  mapping::CompileError wrong;
  auto expression = mapping::Expression::compile(source, {.most_bytes = 1 << 16, .most_nesting = 200}, &wrong);
  if (!expression) {
    format::fuzzing::must(expression.error().fault == Fault::malformed && wrong.offset <= source.size() && !wrong.code.empty());
    (void)mapping::describe(source, wrong.offset);
    return 0;
  }
  document::Arena arena;
  Result<document::Value> input = format::find("json")->read(text, {}, arena);
  mapping::Environment environment{.now_millis = 1'700'000'000'000, .seed = {0, 7}};
  environment.budget = {.time = std::chrono::milliseconds(200), .steps = 200'000, .depth = 1'000, .bytes = 16u << 20};
  mapping::EvaluationError failed;
  Result<document::Value> first = mapping::evaluate(**expression, input ? *input : document::Value(), environment, arena, &failed);
  if (!first) {
    format::fuzzing::must(first.error().fault == Fault::malformed && failed.offset <= source.size() && !failed.code.empty());
    return 0;
  }
  std::string out;
  (void)format::find("json")->write(*first, {}, out);
  (void)mapping::truth(*first);
  return 0;
}
