// SPDX-License-Identifier: GPL-3.0-or-later
// What the fuzz targets of the formats share.
#pragma once
#include <cstdlib>
#include <string>
#include <string_view>

#include "format/format.hpp"

namespace arint::format::fuzzing {

inline void must(bool holds) {
  if (!holds) std::abort();
}

// The items of a document fed in pieces, each written by `as` and followed by a line end; "fault" at the end when there was one.
inline std::string items(const Format& format, const Format& as, std::string_view bytes, std::size_t piece, const SplitOptions& options) {
  std::unique_ptr<Splitter> splitter = format.split(options);
  document::Arena arena;
  std::string out;
  auto drain = [&] {
    for (;;) {
      arena.reset();
      Result<std::optional<document::Value>> item = splitter->next(arena);
      if (!item) return out += "fault", false;
      if (!*item) return true;
      must(as.write(**item, {}, out).ok());
      out += '\n';
    }
  };
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    splitter->feed(bytes.substr(0, piece));
    if (!drain()) return out;
  }
  splitter->finish();
  drain();
  return out;
}

// What was read is written, reads back equal, and is written the same again. `text` is what was written.
inline void round_trip(const Format& format, const document::Value& value, document::Arena& arena, std::string& text) {
  must(format.write(value, {}, text).ok());
  Result<document::Value> back = format.read(text, {}, arena);
  must(back.ok() && document::equal(value, *back));
  std::string again;
  must(format.write(*back, {}, again).ok() && again == text);
}

}  // namespace arint::format::fuzzing
