// SPDX-License-Identifier: GPL-3.0-or-later
// Internationalised host names: IDNA2008 (RFC 5890 to 5893) without its table, by what RFC 5892 derives that table from: general
// categories, the exceptions of section 2.6, the blocks of compatibility forms, and the contextual rules of appendix A.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/text.hpp"
#include "regex/regex.hpp"
#include "schema/formats/formats.hpp"

namespace arint::schema {
namespace {

using Points = std::vector<char32_t>;

struct Range {
  char32_t first, last;
};

template <std::size_t count>
bool within(char32_t c, const Range (&ranges)[count]) noexcept {
  return std::any_of(std::begin(ranges), std::end(ranges), [c](const Range& range) { return c >= range.first && c <= range.last; });
}

// `text` is valid UTF-8.
Points points_of(std::string_view text) {
  Points out;
  for (std::size_t i = 0; i < text.size();) {
    auto lead = static_cast<unsigned char>(text[i]);
    std::size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t point = more == 0 ? lead : lead & (0x3F >> more);
    for (std::size_t k = 1; k <= more; ++k) point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
    out.push_back(point);
    i += more + 1;
  }
  return out;
}

// Is the character in a class of the regular expressions?
bool is_a(char32_t point, const regex::Regex& one) {
  std::string text;
  append_utf8(text, point);
  return one.found_in(text);
}

std::shared_ptr<const regex::Regex> compiled(std::string_view pattern) {
  Result<std::shared_ptr<const regex::Regex>> out = regex::Regex::compile(pattern);
  invariant(out.ok(), "our own patterns compile");
  return *out;
}

struct Classes {
  std::shared_ptr<const regex::Regex> letter = compiled("[\\p{Ll}\\p{Lo}\\p{Lm}\\p{Mn}\\p{Mc}\\p{Nd}]");
  std::shared_ptr<const regex::Regex> mark = compiled("\\p{M}");
  std::shared_ptr<const regex::Regex> greek = compiled("\\p{Script=Greek}");
  std::shared_ptr<const regex::Regex> hebrew = compiled("\\p{Script=Hebrew}");
  std::shared_ptr<const regex::Regex> japanese = compiled("[\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Han}]");
  std::shared_ptr<const regex::Regex> joining = compiled("[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Nko}]");
};

const Classes& classes() {
  static const Classes all;
  return all;
}

// RFC 5892, 2.6: disallowed in spite of their category; then what NFKC turns into something else (2.2, unstable), by blocks, and old
// Hangul letters (2.9).
constexpr Range disallowed[] = {
    {0x640, 0x640}, {0x7FA, 0x7FA}, {0x302E, 0x302F}, {0x3031, 0x3035}, {0x303B, 0x303B}, {0xAA, 0xAA}, {0xBA, 0xBA}, {0x132, 0x133}, {0x13F, 0x140},
    {0x149, 0x149}, {0x17F, 0x17F}, {0x1C4, 0x1CC}, {0x1F1, 0x1F3}, {0x2B0, 0x2B8}, {0x2E0, 0x2E4}, {0x1100, 0x11FF}, {0x1D2C, 0x1D6A}, {0x1D9B, 0x1DBF},
    {0x2070, 0x209C}, {0x2100, 0x214F}, {0x3131, 0x318E}, {0xA960, 0xA97C}, {0xD7B0, 0xD7FB}, {0xF900, 0xFAFF}, {0xFB00, 0xFB4F}, {0xFB50, 0xFDFF},
    {0xFE70, 0xFEFF}, {0xFF00, 0xFFEF}, {0x1D400, 0x1D7FF}, {0x1EE00, 0x1EEFF}, {0x2F800, 0x2FA1F},
};
constexpr Range exceptions[] = {{0xDF, 0xDF}, {0x3C2, 0x3C2}, {0x6FD, 0x6FE}, {0xF0B, 0xF0B}, {0x3007, 0x3007}};
constexpr Range viramas[] = {{0x94D, 0x94D}, {0x9CD, 0x9CD}, {0xA4D, 0xA4D}, {0xACD, 0xACD}, {0xB4D, 0xB4D}, {0xBCD, 0xBCD}, {0xC4D, 0xC4D}, {0xCCD, 0xCCD},
                             {0xD4D, 0xD4D}, {0xDCA, 0xDCA}, {0xE3A, 0xE3A}, {0xF84, 0xF84}, {0x1039, 0x103A}, {0x1714, 0x1714}, {0x17D2, 0x17D2}};

// RFC 5892, appendix A. Everything else passes: the category decides.
enum class Context { none, fits, breaks };
Context context_of(const Points& label, std::size_t at) {
  const char32_t before = at > 0 ? label[at - 1] : 0, after = at + 1 < label.size() ? label[at + 1] : 0;
  auto needs = [](bool good) { return good ? Context::fits : Context::breaks; };
  auto any = [&](char32_t first, char32_t last) { return std::any_of(label.begin(), label.end(), [=](char32_t c) { return c >= first && c <= last; }); };
  const Classes& known = classes();
  switch (label[at]) {
    case 0x200C: return needs(before && (within(before, viramas) || (after && is_a(before, *known.joining) && is_a(after, *known.joining))));
    case 0x200D: return needs(before && within(before, viramas));
    case 0xB7: return needs(before == 'l' && after == 'l');
    case 0x375: return needs(after && is_a(after, *known.greek));
    case 0x5F3:
    case 0x5F4: return needs(before && is_a(before, *known.hebrew));
    case 0x30FB: return needs(std::any_of(label.begin(), label.end(), [&](char32_t c) { return c != 0x30FB && is_a(c, *known.japanese); }));
    default: break;
  }
  if (label[at] >= 0x660 && label[at] <= 0x669) return needs(!any(0x6F0, 0x6F9));
  if (label[at] >= 0x6F0 && label[at] <= 0x6F9) return needs(!any(0x660, 0x669));
  return Context::none;
}

// How long the label is as "xn--...": RFC 3492, section 6.3, without writing it.
std::size_t encoded_length(const Points& label) {
  std::uint32_t n = 128, delta = 0, bias = 72;
  auto basic = static_cast<std::uint32_t>(std::count_if(label.begin(), label.end(), [](char32_t c) { return c < 128; }));
  std::uint32_t handled = basic;
  std::size_t length = 4 + basic + (basic > 0 ? 1 : 0);
  while (handled < label.size()) {
    std::uint32_t next = 0x10FFFF;
    for (char32_t c : label)
      if (c >= n) next = std::min(next, static_cast<std::uint32_t>(c));
    delta += (next - n) * (handled + 1);
    n = next;
    for (char32_t c : label) {
      if (c < n) ++delta;
      if (c != n) continue;
      std::uint32_t rest = delta;
      for (std::uint32_t k = 36;; k += 36) {
        const std::uint32_t least = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        ++length;
        if (rest < least) break;
        rest = (rest - least) / (36 - least);
      }
      delta = handled == basic ? delta / 700 : delta / 2;
      delta += delta / (handled + 1);
      bias = 0;
      for (; delta > 455; bias += 36) delta /= 35;
      bias += 36 * delta / (delta + 38);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return length;
}

// The length on the wire; 0: it is no label.
std::size_t label_length(const Points& label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return 0;
  const bool ascii = std::all_of(label.begin(), label.end(), [](char32_t c) { return c < 128; });
  const bool prefixed = label.size() > 3 && label[2] == '-' && label[3] == '-';
  if (prefixed && !(ascii && (label[0] | 32) == 'x' && (label[1] | 32) == 'n' && label.size() > 4)) return 0;
  if (is_a(label.front(), *classes().mark)) return 0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const char32_t c = label[i];
    if (c < 128) {
      const bool good = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-';
      if (!good) return 0;
      continue;
    }
    const Context context = context_of(label, i);
    if (context == Context::breaks) return 0;
    if (context == Context::fits || within(c, exceptions)) continue;
    if (within(c, disallowed) || !is_a(c, *classes().letter)) return 0;
  }
  const std::size_t length = ascii ? label.size() : encoded_length(label);
  return length > 63 ? 0 : length;
}

}  // namespace

bool is_idn_hostname(std::string_view text) {
  if (text.size() > 1'024 || !valid_utf8(text)) return false;
  const Points points = points_of(text);
  std::size_t total = 0;
  for (auto at = points.begin();;) {
    // RFC 3490, 3.1: these too are dots.
    auto end = std::find_if(at, points.end(), [](char32_t c) { return c == '.' || c == 0x3002 || c == 0xFF0E || c == 0xFF61; });
    const std::size_t length = label_length(Points(at, end));
    if (length == 0) return false;
    total += length + (end == points.end() ? 0 : 1);
    if (end == points.end()) return total <= 253;
    at = end + 1;
  }
}

}  // namespace arint::schema
