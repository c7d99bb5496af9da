// SPDX-License-Identifier: GPL-3.0-or-later
// The chunked transfer coding, RFC 9112, section 7.1: strict, bounded, without copying the data.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/codec/parse/head_parser.hpp"
#include "http/codec/limits.hpp"

namespace arint::http {

// Bytes in, slices of data out, in any pieces:
//
//   for (;;) switch (decoder.next(input, data)) {        // takes what it read off the front of `input`
//     case ChunkEvent::data: use(data); break;           // a part of a chunk; points into the input
//     case ChunkEvent::need_more: input = read_more(); break;
//     case ChunkEvent::end: return;                      // the rest of `input` belongs to the next message
//     case ChunkEvent::refused: return fail(decoder.refusal());
//   }
enum class ChunkEvent : std::uint8_t { need_more, data, end, refused };

class ChunkDecoder {
 public:
  explicit ChunkDecoder(const ChunkLimits& limits = {}) noexcept : limits_(limits) {}
  ChunkEvent next(std::string_view& input, std::string_view& data);
  Refusal refusal() const noexcept { return refusal_; }
  std::uint64_t data_bytes() const noexcept { return data_bytes_; }
  // The trailer fields, after `end`; nullptr when there were none. They live as long as the decoder.
  const Fields* trailers() const noexcept { return trailer_ ? &trailer_->fields : nullptr; }
  void reset() noexcept;

 private:
  enum class State : std::uint8_t {
    first_digit, digits, extension_name_first, extension_name, extension_value_first, extension_value, extension_quoted, extension_escaped,
    extension_after_quote, size_line_feed, data, data_carriage_return, data_line_feed, trailer_first, trailer, last_line_feed, end, refused,
  };
  struct Trailer {
    std::string bytes;
    FieldParser parser;
    Fields fields;
  };
  bool step(char c) noexcept;  // one byte of framing
  bool refuse(Refusal why) noexcept;
  bool digit(char c) noexcept;
  bool extension(char c) noexcept;
  ChunkEvent read_trailer(std::string_view& input);

  ChunkLimits limits_;
  State state_ = State::first_digit;
  Refusal refusal_ = Refusal::none;
  std::uint8_t digit_count_ = 0;
  std::uint32_t extension_bytes_ = 0;
  std::uint64_t left_ = 0;  // of the present chunk
  std::uint64_t data_bytes_ = 0;
  std::unique_ptr<Trailer> trailer_{};
};

// chunk-size CRLF for a chunk of ours into `to` (at least 18 bytes): the number of characters written.
std::size_t write_chunk_size(char* to, std::uint64_t size) noexcept;
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace arint::http
