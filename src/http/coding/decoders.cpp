// SPDX-License-Identifier: GPL-3.0-or-later
#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include "http/coding/coding.hpp"

namespace arint::http {
namespace {

constexpr std::size_t piece_bytes = 16 * 1024;

// Counts both sides; a bomb is found after at most one piece too many.
class Counted : public Decoder {
 public:
  explicit Counted(const DecodeLimits& limits) : limits_(limits) {}

 protected:
  Error broken(std::string_view coding) const { return {Fault::malformed, "The request's body is no " + std::string(coding) + " stream.", 400}; }
  void came(std::size_t bytes) noexcept { in_ += bytes; }
  Result<void> made(std::size_t bytes) {
    out_ += bytes;
    if (out_ > limits_.bytes) return Error{Fault::rejected, "The request's body is longer than the " + std::to_string(limits_.bytes) + " bytes allowed, once it is decoded.", 413};
    if (out_ > limits_.grace && out_ / limits_.ratio > in_)
      return Error{Fault::rejected, "The request's body grows more than " + std::to_string(limits_.ratio) + " times when it is decoded.", 413};
    return {};
  }
  bool empty() const noexcept { return in_ == 0; }

 private:
  DecodeLimits limits_;
  std::uint64_t in_ = 0, out_ = 0;
};

class Gunzip : public Counted {
 public:
  explicit Gunzip(const DecodeLimits& limits) : Counted(limits) { ::inflateInit2(&stream_, 15 + 16); }
  ~Gunzip() override { ::inflateEnd(&stream_); }
  Result<void> write(std::string_view piece, std::string& out) override {
    came(piece.size());
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream_.avail_in = static_cast<uInt>(piece.size());
    for (bool more = true; more;) {
      if (ended_) {
        if (stream_.avail_in == 0) return {};
        // RFC 1952, 2.2: a file is a series of members.
        ::inflateReset(&stream_);
        ended_ = false;
      }
      char room[piece_bytes];
      stream_.next_out = reinterpret_cast<Bytef*>(room);
      stream_.avail_out = sizeof room;
      const int state = ::inflate(&stream_, Z_NO_FLUSH);
      if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return broken("gzip");
      ended_ = state == Z_STREAM_END;
      const std::size_t got = sizeof room - stream_.avail_out;
      Result<void> fits = made(got);
      if (!fits) return fits;
      out.append(room, got);
      more = stream_.avail_out == 0 || (ended_ && stream_.avail_in > 0) || (stream_.avail_in > 0 && got > 0);
    }
    return {};
  }
  Result<void> finish() override { return ended_ || empty() ? Result<void>() : Result<void>(broken("complete gzip")); }

 private:
  z_stream stream_{};
  bool ended_ = false;
};

class Unzstd : public Counted {
 public:
  explicit Unzstd(const DecodeLimits& limits) : Counted(limits), context_(::ZSTD_createDCtx()) {
    ::ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, 23);  // RFC 9659: 8 MiB
  }
  ~Unzstd() override { ::ZSTD_freeDCtx(context_); }
  Result<void> write(std::string_view piece, std::string& out) override {
    came(piece.size());
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    for (bool full = false; in.pos < in.size || full;) {
      char room[piece_bytes];
      ZSTD_outBuffer to{room, sizeof room, 0};
      left_ = ::ZSTD_decompressStream(context_, &to, &in);
      if (::ZSTD_isError(left_)) return broken("zstd");
      Result<void> fits = made(to.pos);
      if (!fits) return fits;
      out.append(room, to.pos);
      full = to.pos == sizeof room;
    }
    return {};
  }
  Result<void> finish() override { return left_ == 0 ? Result<void>() : Result<void>(broken("complete zstd")); }

 private:
  ZSTD_DCtx* context_;
  std::size_t left_ = 0;
};

class Unbrotli : public Counted {
 public:
  explicit Unbrotli(const DecodeLimits& limits) : Counted(limits), state_(::BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {}
  ~Unbrotli() override { ::BrotliDecoderDestroyInstance(state_); }
  Result<void> write(std::string_view piece, std::string& out) override {
    came(piece.size());
    std::size_t left = piece.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(piece.data());
    for (BrotliDecoderResult state = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT; state == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;) {
      std::uint8_t room[piece_bytes];
      std::size_t free = sizeof room;
      std::uint8_t* at = room;
      state = ::BrotliDecoderDecompressStream(state_, &left, &next, &free, &at, nullptr);
      if (state == BROTLI_DECODER_RESULT_ERROR || (state == BROTLI_DECODER_RESULT_SUCCESS && left > 0)) return broken("br");
      Result<void> fits = made(sizeof room - free);
      if (!fits) return fits;
      out.append(reinterpret_cast<const char*>(room), sizeof room - free);
    }
    return {};
  }
  Result<void> finish() override { return empty() || ::BrotliDecoderIsFinished(state_) ? Result<void>() : Result<void>(broken("complete br")); }

 private:
  BrotliDecoderState* state_;
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(Coding coding, const DecodeLimits& limits) {
  switch (coding) {
    case Coding::gzip: return std::make_unique<Gunzip>(limits);
    case Coding::zstd: return std::make_unique<Unzstd>(limits);
    case Coding::br: return std::make_unique<Unbrotli>(limits);
    case Coding::identity: break;
  }
  return nullptr;
}

}  // namespace arint::http
