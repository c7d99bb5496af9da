// SPDX-License-Identifier: GPL-3.0-or-later
// Requests as one stream, whole and in pieces: heads and chunked bodies must come out the same, or be refused for the same reason.
#include <cstdlib>
#include <string>

#include "http/codec/body/chunked.hpp"
#include "http/codec/target/query.hpp"
#include "http/codec/target/target.hpp"

namespace {

using namespace arint::http;

// A transcript of everything the codec said about the stream.
std::string read_stream(std::string_view bytes, std::size_t piece) {
  std::string out;
  RequestParser parser{HeadLimits{}};
  RequestHead head;
  std::size_t begin = 0;
  for (int messages = 0; messages < 8 && begin < bytes.size(); ++messages) {
    parser.reset();
    Progress progress = Progress::need_more;
    std::size_t size = 0;
    std::string moved;  // the bytes are elsewhere each time: nothing may point to where they were
    while (progress == Progress::need_more && size < bytes.size() - begin) {
      size = std::min(size + piece, bytes.size() - begin);
      moved = std::string(bytes.substr(begin, size));
      progress = parser.parse(moved, head);
    }
    if (progress == Progress::refused) return out + std::string(word_of(parser.refusal()));
    if (progress == Progress::need_more) return out + "more";
    out += head.text(head.method_text);
    out += head.text(head.target.path);
    std::string room(head.target.path.size + 1, '\0');
    std::string_view normal = normalise_path(head.text(head.target.path), room.data());
    if (head.target.normal && normal != head.text(head.target.path)) std::abort();
    out += normal;
    std::string_view query = head.text(head.target.query);
    QueryPair pair;
    std::string decoded;
    while (next_pair(query, pair)) out += decode_query(pair.name, decoded) ? decoded : "?";
    for (std::size_t i = 0; i < head.fields.count(); ++i) {
      out += head.fields.field(i).name;
      out += head.fields.field(i).value;
    }
    out += std::to_string(head.length) + (head.close ? "c" : "k");
    begin += head.head_size;
    if (head.framing == Framing::length) begin = std::min<std::size_t>(bytes.size(), begin + std::min<std::uint64_t>(head.length, bytes.size()));
    if (head.framing != Framing::chunked) continue;
    ChunkDecoder decoder;
    std::string_view input, data;
    ChunkEvent event;
    while ((event = decoder.next(input, data)) == ChunkEvent::data || (event == ChunkEvent::need_more && begin < bytes.size())) {
      if (event == ChunkEvent::data) {
        out += data;
        continue;
      }
      input = bytes.substr(begin, piece);
      begin += input.size();
    }
    begin -= input.size();
    out += event == ChunkEvent::end ? "end" : event == ChunkEvent::refused ? word_of(decoder.refusal()) : "more";
    if (event != ChunkEvent::end) return out;
    if (const Fields* trailers = decoder.trailers())
      for (std::size_t i = 0; i < trailers->count(); ++i) out += trailers->field(i).value;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string whole = read_stream(bytes, bytes.size());
  if (read_stream(bytes, 1 + data[0] % 17) != whole) std::abort();
  return 0;
}
