// SPDX-License-Identifier: GPL-3.0-or-later
// Responses, whole and in pieces; what a parsed head is written as must parse to the same again.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "http/codec/parse/head_parser.hpp"
#include "http/codec/writer.hpp"

namespace {

using namespace arint::http;

struct Parsed {
  Progress progress = Progress::need_more;
  Refusal refusal = Refusal::none;
  std::string text{};
};

Parsed parse(std::string_view bytes, Method to, std::size_t piece) {
  Parsed out;
  ResponseParser parser{HeadLimits{}};
  ResponseHead head;
  std::string moved;
  for (std::size_t size = 0; out.progress == Progress::need_more && size < bytes.size();) {
    size = std::min(size + piece, bytes.size());
    moved = std::string(bytes.substr(0, size));
    out.progress = parser.parse(moved, to, head);
  }
  if (out.progress == Progress::refused) out.refusal = parser.refusal();
  if (out.progress != Progress::done) return out;
  std::vector<char> room(bytes.size() * 2 + 256);
  HeadWriter writer(room.data(), room.size());
  writer.status_line(head.status);
  for (std::size_t i = 0; i < head.fields.count(); ++i) {
    Field field = head.fields.field(i);
    if (!valid_field(field)) std::abort();
    writer.field(field.name, field.value);
  }
  writer.end();
  if (writer.overflowed()) std::abort();
  out.text = writer.text();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  Method to = data[0] & 1 ? Method::get : Method::head;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Parsed whole = parse(bytes, to, bytes.size());
  Parsed cut = parse(bytes, to, 1 + data[0] / 2 % 13);
  if (whole.progress != cut.progress || whole.refusal != cut.refusal || whole.text != cut.text) std::abort();
  if (whole.progress == Progress::done && bytes.starts_with("HTTP/1.1")) {
    Parsed again = parse(whole.text, to, whole.text.size());
    if (again.progress != Progress::done || again.text != whole.text) std::abort();
  }
  return 0;
}
