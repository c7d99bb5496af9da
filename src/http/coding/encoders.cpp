// SPDX-License-Identifier: GPL-3.0-or-later
#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

#include "http/coding/coding.hpp"

namespace arint::http {
namespace {

constexpr std::size_t piece_bytes = 16 * 1024;

class Gzip : public Encoder {
 public:
  explicit Gzip(int level) {
    // 15 + 16: the largest window, and the gzip wrapper.
    invariant(::deflateInit2(&stream_, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib takes levels 1 to 9");
  }
  ~Gzip() override { ::deflateEnd(&stream_); }
  void write(std::string_view piece, std::string& out) override { run(piece, Z_NO_FLUSH, out); }
  void flush(std::string& out) override { run({}, Z_SYNC_FLUSH, out); }
  void finish(std::string& out) override { run({}, Z_FINISH, out); }

 private:
  void run(std::string_view piece, int mode, std::string& out) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream_.avail_in = static_cast<uInt>(piece.size());
    do {
      char room[piece_bytes];
      stream_.next_out = reinterpret_cast<Bytef*>(room);
      stream_.avail_out = sizeof room;
      ::deflate(&stream_, mode);
      out.append(room, sizeof room - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }
  z_stream stream_{};
};

class Zstd : public Encoder {
 public:
  explicit Zstd(int level) : context_(::ZSTD_createCCtx()) {
    ::ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, level);
    // RFC 9659: a receiver of HTTP need not take a window over 8 MiB.
    ::ZSTD_CCtx_setParameter(context_, ZSTD_c_windowLog, 20);
    ::ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1);
  }
  ~Zstd() override { ::ZSTD_freeCCtx(context_); }
  void write(std::string_view piece, std::string& out) override { run(piece, ZSTD_e_continue, out); }
  void flush(std::string& out) override { run({}, ZSTD_e_flush, out); }
  void finish(std::string& out) override { run({}, ZSTD_e_end, out); }

 private:
  void run(std::string_view piece, ZSTD_EndDirective mode, std::string& out) {
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    for (bool more = true; more;) {
      char room[piece_bytes];
      ZSTD_outBuffer to{room, sizeof room, 0};
      const std::size_t left = ::ZSTD_compressStream2(context_, &to, &in, mode);
      if (::ZSTD_isError(left)) return;  // out of memory: the receiver's decoder finds the stream cut
      out.append(room, to.pos);
      more = mode == ZSTD_e_continue ? in.pos < in.size : left > 0;
    }
  }
  ZSTD_CCtx* context_;
};

class Brotli : public Encoder {
 public:
  explicit Brotli(int level) : state_(::BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)) {
    ::BrotliEncoderSetParameter(state_, BROTLI_PARAM_QUALITY, static_cast<std::uint32_t>(level));
    ::BrotliEncoderSetParameter(state_, BROTLI_PARAM_LGWIN, 20);
  }
  ~Brotli() override { ::BrotliEncoderDestroyInstance(state_); }
  void write(std::string_view piece, std::string& out) override { run(piece, BROTLI_OPERATION_PROCESS, out); }
  void flush(std::string& out) override { run({}, BROTLI_OPERATION_FLUSH, out); }
  void finish(std::string& out) override { run({}, BROTLI_OPERATION_FINISH, out); }

 private:
  void run(std::string_view piece, BrotliEncoderOperation mode, std::string& out) {
    std::size_t left = piece.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(piece.data());
    do {
      std::size_t none = 0;
      if (!::BrotliEncoderCompressStream(state_, mode, &left, &next, &none, nullptr, nullptr)) return;
      std::size_t size = 0;
      while (const std::uint8_t* made = ::BrotliEncoderTakeOutput(state_, &size)) {
        if (!size) break;
        out.append(reinterpret_cast<const char*>(made), size);
        size = 0;
      }
    } while (left > 0 || ::BrotliEncoderHasMoreOutput(state_));
  }
  BrotliEncoderState* state_;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(Coding coding, int level) {
  switch (coding) {
    case Coding::gzip: return std::make_unique<Gzip>(std::clamp(level, 1, 9));
    case Coding::zstd: return std::make_unique<Zstd>(std::clamp(level, 1, 9));
    case Coding::br: return std::make_unique<Brotli>(std::clamp(level, 1, 9));
    case Coding::identity: break;
  }
  return nullptr;
}

}  // namespace arint::http
