// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/jose/jwe/zip.hpp"

#include <zlib.h>

#include <algorithm>

#include "base/result.hpp"

namespace arint::security::jose {
namespace {

constexpr int raw_window = -15;

Bytef* input_of(std::string_view bytes) { return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())); }

}  // namespace

std::string deflated(std::string_view bytes) {
  z_stream stream{};
  invariant(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_window, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib starts");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = input_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int ended = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  invariant(ended == Z_STREAM_END, "zlib said how long it can become");
  return out;
}

std::optional<std::string> inflated(std::string_view bytes, std::size_t most) {
  z_stream stream{};
  invariant(inflateInit2(&stream, raw_window) == Z_OK, "zlib starts");
  stream.next_in = input_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int state = Z_OK;
  // One byte more than allowed tells "full" from "too much".
  while (state == Z_OK && out.size() <= most) {
    std::size_t before = out.size(), room = std::min<std::size_t>(std::max<std::size_t>(4096, before), most + 1 - before);
    out.resize(before + room);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(room);
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(before + room - stream.avail_out);
    if (state == Z_OK && stream.avail_out != 0) state = Z_DATA_ERROR;  // it wants bytes that are not there
  }
  bool whole = state == Z_STREAM_END && stream.avail_in == 0 && out.size() <= most;
  inflateEnd(&stream);
  if (!whole) return std::nullopt;
  return out;
}

}  // namespace arint::security::jose
