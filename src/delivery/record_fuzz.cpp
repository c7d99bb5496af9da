// SPDX-License-Identifier: GPL-3.0-or-later
// Damaged records: no bytes crash the reader, and what is read is written as bytes that read the same.
#include <cstdint>
#include <cstdlib>

#include "delivery/record.hpp"

using namespace arint;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  document::Arena arena(16 << 20);
  document::Value value;
  std::string_view rest = bytes;
  if (delivery::read_value(rest, arena, value)) {
    std::string first, second;
    delivery::write_value(value, first);
    std::string_view again = first;
    document::Value same;
    must(delivery::read_value(again, arena, same) && again.empty());
    delivery::write_value(same, second);
    must(first == second);
  }
  delivery::Tries tries;
  if (delivery::read_tries(bytes, tries)) {
    delivery::Tries same;
    must(delivery::read_tries(delivery::write_tries(tries), same) && same.tries == tries.tries && same.error.sentence == tries.error.sentence);
  }
  delivery::Answer answer;
  if (delivery::read_answer(bytes, answer)) {
    delivery::Answer same;
    must(delivery::read_answer(delivery::write_answer(answer), same) && same.status == answer.status && same.fields == answer.fields && same.body == answer.body);
  }
  return 0;
}
