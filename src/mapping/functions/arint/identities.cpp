// SPDX-License-Identifier: GPL-3.0-or-later
// UUIDs (RFC 9562). They come from the seed of the evaluation, so that a message computed again gets the same ones.
#include "base/hash.hpp"
#include "base/text.hpp"
#include "mapping/functions/arint/arguments.hpp"

namespace arint::mapping {
namespace {

Value uuid(Call& call) {
  const std::int64_t version = call.argument(0).is_absent() ? 4 : whole_argument(call, 0, "uuid", 4, 7);
  if (version != 4 && version != 7) unusable(call, 0, "uuid", "4 (random) or 7 (ordered by time)");
  const Id random = call.run.next_id();
  std::array<unsigned char, 16> bytes;
  for (int i = 0; i < 8; ++i) {
    bytes[static_cast<std::size_t>(i)] = static_cast<unsigned char>(random.high >> (56 - 8 * i));
    bytes[static_cast<std::size_t>(i + 8)] = static_cast<unsigned char>(random.low >> (56 - 8 * i));
  }
  if (version == 7) {
    // RFC 9562, section 5.7: 48 bits of milliseconds since 1970 first.
    const auto millis = static_cast<std::uint64_t>(call.run.environment().now_millis);
    for (int i = 0; i < 6; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<unsigned char>(millis >> (40 - 8 * i));
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | version << 4);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  std::string text = hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  for (std::size_t at : {8u, 13u, 18u, 23u}) text.insert(at, 1, '-');
  return document::text_of(call.run.arena(), text);
}

const Builtin table[] = {
    builtin({"uuid", "<n?:s>", 0, uuid, "A new UUID: version 4 (default), or 7, which begins with the time of the run. The same again when a run is repeated; an identity, no secret.", "$length($uuid(7))", "36", true}),
};

}  // namespace

std::span<const Builtin> identity_functions() { return table; }

}  // namespace arint::mapping
