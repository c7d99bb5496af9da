// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/coding/coding.hpp"

#include <gtest/gtest.h>

#include <array>

namespace arint::http {
namespace {

constexpr std::array all{Coding::zstd, Coding::br, Coding::gzip};

TEST(Codings, the_caller_s_wish_decides_then_ours) {
  struct Case {
    const char* accept;
    Coding wanted;
  };
  for (const Case& one : {Case{"gzip", Coding::gzip}, Case{"gzip, br", Coding::br}, Case{"*", Coding::zstd}, Case{"gzip;q=1, br;q=0.5", Coding::gzip},
                          Case{"GZIP ; q=0.3", Coding::gzip}, Case{"x-gzip", Coding::gzip}, Case{"", Coding::identity}, Case{"identity", Coding::identity},
                          Case{"deflate, compress", Coding::identity}, Case{"gzip;q=0", Coding::identity}, Case{"*;q=0", Coding::identity},
                          Case{"*;q=0.5, zstd;q=0, br;q=0", Coding::gzip}, Case{"identity;q=0.9, gzip;q=0.5", Coding::identity},
                          Case{"identity;q=0.5, gzip;q=0.9", Coding::gzip}, Case{"gzip;q=2", Coding::identity}, Case{"gzip;q=0.1234", Coding::identity},
                          Case{"gzip;level=9", Coding::identity}, Case{", ,gzip,", Coding::gzip}, Case{"gzip, identity", Coding::gzip}})
    EXPECT_EQ(word(negotiate(true, one.accept, all)), word(one.wanted)) << one.accept;
  EXPECT_EQ(negotiate(false, "", all), Coding::identity);
}

std::string sample(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; out.size() < size; ++i) out += "line " + std::to_string(i * 7919 % 10'007) + " of some text\n";
  out.resize(size);
  return out;
}

TEST(Codings, what_was_written_comes_back_in_any_pieces) {
  for (Coding coding : all)
    for (std::size_t size : {0u, 1u, 1000u, 100'000u, 3'000'000u})
      for (std::size_t piece : {7u, 4096u, 1'000'000u}) {
        if (size / piece > 50'000) continue;
        const std::string text = sample(size);
        std::string packed, back;
        std::unique_ptr<Encoder> encoder = make_encoder(coding, 3);
        for (std::size_t at = 0; at < size; at += piece) encoder->write(std::string_view(text).substr(at, piece), packed);
        encoder->finish(packed);
        if (size > 1000) { EXPECT_LT(packed.size(), size / 2) << word(coding); }
        DecodeLimits limits;
        limits.bytes = 4'000'000;
        limits.ratio = 1'000'000;
        std::unique_ptr<Decoder> decoder = make_decoder(coding, limits);
        for (std::size_t at = 0; at < packed.size(); at += piece) {
          Result<void> done = decoder->write(std::string_view(packed).substr(at, piece), back);
          ASSERT_TRUE(done) << done.error().sentence;
        }
        EXPECT_TRUE(decoder->finish()) << word(coding);
        EXPECT_EQ(back == text, true) << word(coding) << " " << size << " " << piece;
      }
}

TEST(Codings, a_flush_lets_the_reader_see_what_was_written) {
  for (Coding coding : all) {
    std::unique_ptr<Encoder> encoder = make_encoder(coding, 3);
    std::unique_ptr<Decoder> decoder = make_decoder(coding, {});
    std::string back;
    for (const char* line : {"one\n", "two\n"}) {
      std::string packed;
      encoder->write(line, packed);
      encoder->flush(packed);
      EXPECT_TRUE(decoder->write(packed, back));
      EXPECT_TRUE(back.ends_with(line)) << word(coding) << ": " << back;
    }
    EXPECT_FALSE(decoder->finish()) << "cut";
  }
}

TEST(Codings, bombs_garbage_and_cut_streams_are_refused) {
  const std::string zeros(50'000'000, '\0');
  for (Coding coding : all) {
    std::string packed, out;
    std::unique_ptr<Encoder> encoder = make_encoder(coding, 9);
    encoder->write(zeros, packed);
    encoder->finish(packed);
    ASSERT_LT(packed.size(), 100'000u);
    DecodeLimits by_size, by_ratio;
    by_size.bytes = 2'000'000;
    by_size.ratio = 1'000'000'000;
    by_ratio.bytes = 1'000'000'000;
    for (const DecodeLimits& limits : {by_size, by_ratio}) {
      out.clear();
      Result<void> done = make_decoder(coding, limits)->write(packed, out);
      ASSERT_FALSE(done) << word(coding);
      EXPECT_EQ(done.error().status, 413);
      EXPECT_LT(out.size(), 12'000'000u) << word(coding);
    }
    Result<void> garbage = make_decoder(coding, {})->write("\xff\xfe this is no such stream", out);
    DecodeLimits none;
    none.bytes = none.ratio = 1'000'000'000;
    std::unique_ptr<Decoder> cut = make_decoder(coding, none);
    EXPECT_TRUE(cut->write(std::string_view(packed).substr(0, packed.size() - 1), out));
    EXPECT_FALSE(cut->finish());
    EXPECT_EQ(garbage.ok() ? 0 : garbage.error().status, 400) << word(coding);
  }
}

}  // namespace
}  // namespace arint::http
