// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/text.hpp"
#include "http/coding/coding.hpp"

namespace arint::http {
namespace {

// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), in thousandths; -1: it is none. RFC 9110, 12.4.2.
int quality_of(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') || (text.size() > 1 && text[1] != '.')) return -1;
  int out = (text[0] - '0') * 1000, worth = 100;
  for (char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return -1;
    out += (c - '0') * worth;
    worth /= 10;
  }
  return out <= 1000 ? out : -1;
}

struct Wish {
  int quality = -1;  // -1: not named
};

}  // namespace

std::string_view word(Coding coding) noexcept {
  switch (coding) {
    case Coding::identity: return "identity";
    case Coding::gzip: return "gzip";
    case Coding::zstd: return "zstd";
    case Coding::br: return "br";
  }
  return "";
}

bool coding_named(std::string_view name, Coding& out) noexcept {
  for (Coding one : {Coding::identity, Coding::gzip, Coding::zstd, Coding::br})
    if (equals_ignoring_case(name, word(one))) return out = one, true;
  if (equals_ignoring_case(name, "x-gzip")) return out = Coding::gzip, true;
  return false;
}

Coding negotiate(bool given, std::string_view accept_encoding, std::span<const Coding> offered) noexcept {
  if (!given) return Coding::identity;
  Wish named[4], any;
  for (std::size_t at = 0; at <= accept_encoding.size();) {
    const std::size_t end = std::min(accept_encoding.find(',', at), accept_encoding.size());
    const std::string_view item = accept_encoding.substr(at, end - at);
    at = end + 1;
    const std::size_t mark = std::min(item.find(';'), item.size());
    const std::string_view name = trim(item.substr(0, mark));
    int quality = 1000;
    if (mark < item.size()) {
      const std::string_view parameter = trim(item.substr(mark + 1));
      if (parameter.size() < 3 || (parameter[0] | 0x20) != 'q' || parameter[1] != '=') continue;
      quality = quality_of(parameter.substr(2));
      if (quality < 0) continue;
    }
    Coding coding{};
    if (name == "*") any.quality = std::max(any.quality, quality);
    else if (coding_named(name, coding)) named[static_cast<std::size_t>(coding)].quality = std::max(named[static_cast<std::size_t>(coding)].quality, quality);
  }
  auto liked = [&](Coding coding) {
    const int own = named[static_cast<std::size_t>(coding)].quality;
    return own >= 0 ? own : any.quality;
  };
  Coding best = Coding::identity;
  // identity is taken unless it is refused, but only an explicit wish for it stands above a coding.
  int most = std::max(0, named[0].quality);
  if (named[0].quality >= 0 && named[0].quality == 1000) most = 999;
  for (Coding coding : offered)
    if (liked(coding) > most) most = liked(coding), best = coding;
  return best;
}

}  // namespace arint::http
