// SPDX-License-Identifier: GPL-3.0-or-later
// Content codings: gzip (RFC 1952), zstd (RFC 8878), br (RFC 7932), each streaming with bounded memory.
// Source of the names: IANA HTTP Content Coding Registry; of the negotiation: RFC 9110, 12.5.3.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace arint::http {

enum class Coding : std::uint8_t { identity, gzip, zstd, br };

std::string_view word(Coding coding) noexcept;  // "gzip"; "identity"
// A single coding by its name, in any case; "x-gzip" is gzip. False: not one of ours.
bool coding_named(std::string_view name, Coding& out) noexcept;

// The best of `offered`, in our order of preference, that Accept-Encoding takes: the highest q wins, the earlier one where two have the
// same. identity when none is taken, when the field is absent (`given` false), or when identity is liked better.
Coding negotiate(bool given, std::string_view accept_encoding, std::span<const Coding> offered) noexcept;

// Compresses a stream. Memory: gzip 256 KiB, zstd and br some MiB at the levels used here, whatever the stream's length.
class Encoder {
 public:
  virtual ~Encoder() = default;
  // Appends to `out` what the library gives; it holds some back.
  virtual void write(std::string_view piece, std::string& out) = 0;
  // Everything held back goes out, so that the reader sees all that was written; the stream goes on.
  virtual void flush(std::string& out) = 0;
  virtual void finish(std::string& out) = 0;
};
std::unique_ptr<Encoder> make_encoder(Coding coding, int level);  // not identity

// How much may come out of what came in.
struct DecodeLimits {
  std::uint64_t bytes = 1u << 20;      // decoded, of one whole body
  std::uint64_t ratio = 100;           // decoded bytes per encoded byte, asked for when more than `grace` came out
  std::uint64_t grace = 1u << 20;
};

class Decoder {
 public:
  virtual ~Decoder() = default;
  // Appends what comes out of `piece`. Faults: malformed (status 400), rejected (413: beyond a limit; `out` then holds no more than that).
  virtual Result<void> write(std::string_view piece, std::string& out) = 0;
  // After the last piece. Fault: malformed: the stream is cut.
  virtual Result<void> finish() = 0;
};
std::unique_ptr<Decoder> make_decoder(Coding coding, const DecodeLimits& limits);

}  // namespace arint::http
