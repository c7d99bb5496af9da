// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever parses is written, and what was written parses to the same text.
#include <cstdlib>

#include "http/codec/structured/structured.hpp"

namespace {

using namespace arint;
using namespace arint::http::structured;

template <class T>
void check(const Result<T>& parsed, Result<T> (*parse)(std::string_view)) {
  if (!parsed) return;
  Result<std::string> written = serialize(*parsed);
  if (!written) std::abort();
  Result<T> again = parse(*written);
  if (!again) std::abort();
  Result<std::string> twice = serialize(*again);
  if (!twice || *twice != *written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  check<Item>(parse_item(text), parse_item);
  check<List>(parse_list(text), parse_list);
  check<Dictionary>(parse_dictionary(text), parse_dictionary);
  return 0;
}
