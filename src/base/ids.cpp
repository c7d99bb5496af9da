// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.hpp"

#include <sys/random.h>

#include <bit>

#include "base/result.hpp"

namespace arint {
namespace {

constexpr char digits[] = "0123456789abcdef";

// A block of kernel randomness per thread: one system call for 64 ids.
std::uint64_t random_word() {
  thread_local std::array<std::uint64_t, 128> block;
  thread_local std::size_t next = block.size();
  if (next == block.size()) {
    char* at = reinterpret_cast<char*>(block.data());
    for (std::size_t got = 0; got < sizeof block;) {
      ssize_t n = ::getrandom(at + got, sizeof block - got, 0);
      invariant(n > 0 || errno == EINTR, "the kernel gives random bytes");
      if (n > 0) got += static_cast<std::size_t>(n);
    }
    next = 0;
  }
  std::uint64_t out = block[next];
  block[next++] = 0;  // an id handed out is not left in memory twice
  return out;
}

// Eight bytes spread to sixteen half bytes, most significant first; then each becomes its digit. All at once, in two words.
std::uint64_t spread(std::uint32_t word) noexcept {
  std::uint64_t x = __builtin_bswap32(word);
  x = (x | x << 16) & 0x0000FFFF0000FFFF;
  x = (x | x << 8) & 0x00FF00FF00FF00FF;
  return (x >> 4 & 0x000F000F000F000F) | (x & 0x000F000F000F000F) << 8;
}

// '0' + n, and for n from 10 on the distance from '9' to 'a' besides.
std::uint64_t to_digits(std::uint64_t halves) noexcept {
  const std::uint64_t beyond_nine = (halves + 0x0606060606060606) >> 4 & 0x0101010101010101;
  return halves + 0x3030303030303030 + beyond_nine * ('a' - '9' - 1);
}

void write_word(char* to, std::uint64_t word) noexcept {
  static_assert(std::endian::native == std::endian::little, "the first digit is the lowest byte");
  const std::uint64_t first = to_digits(spread(static_cast<std::uint32_t>(word >> 32)));
  const std::uint64_t second = to_digits(spread(static_cast<std::uint32_t>(word)));
  std::memcpy(to, &first, 8);
  std::memcpy(to + 8, &second, 8);
}

bool read_word(std::string_view text, std::uint64_t& out) noexcept {
  out = 0;
  for (char c : text) {
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return false;
    out = out << 4 | static_cast<std::uint64_t>(digit);
  }
  return true;
}

}  // namespace

Id Id::random() { return {random_word(), random_word()}; }

std::optional<Id> Id::from_hex(std::string_view text) {
  Id out;
  if (text.size() != 32 || !read_word(text.substr(0, 16), out.high) || !read_word(text.substr(16), out.low)) return std::nullopt;
  return out;
}

std::string Id::hex() const {
  std::string out(32, '0');
  write_hex(out.data());
  return out;
}

void Id::write_hex(char* to) const noexcept {
  write_word(to, high);
  write_word(to + 16, low);
}

Trace Trace::fresh() { return {Id::random(), random_word() | 1, 1}; }

std::optional<Trace> Trace::from_header(std::string_view text) {
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  std::uint64_t version = 0, flags = 0;
  if (!read_word(text.substr(0, 2), version) || version == 0xFF) return std::nullopt;
  if (text.size() > 55 && (version == 0 || text[55] != '-')) return std::nullopt;
  auto cid = Id::from_hex(text.substr(3, 32));
  Trace out;
  if (!cid || cid->zero() || !read_word(text.substr(36, 16), out.parent) || !out.parent) return std::nullopt;
  if (!read_word(text.substr(53, 2), flags)) return std::nullopt;
  out.cid = *cid;
  out.flags = static_cast<std::uint8_t>(flags);
  return out;
}

Trace Trace::child() const { return {cid, random_word() | 1, flags}; }

std::string Trace::header() const {
  std::string out(55, '0');
  write_header(out.data());
  return out;
}

void Trace::write_header(char* to) const noexcept {
  std::memcpy(to, "00-", 3);
  cid.write_hex(to + 3);
  to[35] = '-';
  write_word(to + 36, parent);
  to[52] = '-';
  to[53] = digits[flags >> 4];
  to[54] = digits[flags & 15];
}

}  // namespace arint
