// SPDX-License-Identifier: GPL-3.0-or-later
// Limits of the codec: each an option of a channel or an outgoing, with its default here.
#pragma once
#include <cstdint>

namespace arint::http {

struct HeadLimits {
  std::uint32_t line_bytes = 8 * 1024;    // first line with its CR LF; beyond it 414. At most 64 KiB.
  std::uint32_t field_bytes = 32 * 1024;  // all field lines together; beyond it 431. At most 128 KiB.
  std::uint32_t fields = 100;             // number of fields; beyond it 431. At most 128 (most_fields).
  std::uint32_t ranges = 50;              // ranges in a Range field; beyond it 400. RFC 9110, 14.2.
};

struct ChunkLimits {
  std::uint32_t extension_bytes = 4 * 1024;  // chunk extensions of one whole body; beyond it 400
  std::uint32_t trailer_bytes = 8 * 1024;    // the trailer section; beyond it 431
  std::uint32_t trailer_fields = 32;         // beyond it 431
};

}  // namespace arint::http
