// SPDX-License-Identifier: GPL-3.0-or-later
#include "regex/runs.hpp"

#include <bitset>
#include <cstring>
#include <limits>

namespace arint::regex {

namespace {

constexpr std::uint32_t no_end = std::numeric_limits<std::uint32_t>::max();
using Class = std::bitset<256>;

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

// Bytes from 0x80 on belong to characters outside of ASCII, all of which a negated class takes.
bool takes_high(const Class& bytes) noexcept { return bytes[0x80]; }

}  // namespace

// ECMA-262, section 22.2.1, as far as it is simple: ^ { (character | \escape | [class]) [* | + | ? | {n} | {n,} | {n,m}] } [$]
class RunsReader {
 public:
  explicit RunsReader(std::string_view pattern) : in_(pattern) {}

  bool read(Runs& out) {
    if (!take('^')) return false;
    while (at_ < in_.size()) {
      if (in_.substr(at_) == "$") {
        out.to_end_ = true;
        break;
      }
      Class bytes;
      Runs::Run run{1, 1};
      if (out.runs_.size() == Runs::most_runs || !atom(bytes) || !quantifier(run)) return false;
      // A character outside of ASCII is several bytes: they can be taken one by one only where all that come are taken.
      if (takes_high(bytes) && (run.least > 1 || run.most != no_end)) return false;
      classes_.push_back(bytes);
      out.runs_.push_back(run);
    }
    if (!greedy_is_right(out)) return false;
    for (std::size_t i = 0; i < classes_.size(); ++i)
      for (std::size_t byte = 0; byte < 256; ++byte)
        if (classes_[i][byte]) out.runs_of_[byte] = static_cast<std::uint16_t>(out.runs_of_[byte] | 1u << i);
    return true;
  }

 private:
  bool take(char c) {
    if (at_ == in_.size() || in_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool atom(Class& bytes) {
    char c = in_[at_++];
    if (c == '\\') return escape(bytes);
    if (c == '[') return character_class(bytes);
    if (!ascii(c) || std::strchr("^$.*+?()]{}|", c)) return false;
    bytes.set(static_cast<unsigned char>(c));
    return true;
  }

  // \d \w \D \W, line breaks and tabs, and signs that stand for themselves.
  bool escape(Class& bytes) {
    if (at_ == in_.size()) return false;
    char c = in_[at_++];
    if (std::strchr("dwDW", c) && c) {
      for (int i = 0; i < 128; ++i) {
        char one = static_cast<char>(i);
        if (digit(one) || ((c == 'w' || c == 'W') && (letter(one) || one == '_'))) bytes.set(static_cast<std::size_t>(i));
      }
      if (c == 'D' || c == 'W') bytes.flip();
      return true;
    }
    if (letter(c)) {
      if (c != 'n' && c != 'r' && c != 't') return false;
      c = c == 'n' ? '\n' : c == 'r' ? '\r' : '\t';
    } else if (!ascii(c) || digit(c) || c == '_') {
      return false;
    }
    bytes.set(static_cast<unsigned char>(c));
    return true;
  }

  bool character_class(Class& bytes) {
    bool negated = take('^');
    bool any = false;
    while (at_ < in_.size() && in_[at_] != ']') {
      Class one;
      if (!class_atom(one)) return false;
      if (at_ + 1 < in_.size() && in_[at_] == '-' && in_[at_ + 1] != ']') {
        ++at_;
        Class last;
        if (!class_atom(last) || one.count() != 1 || last.count() != 1) return false;
        std::size_t from = one._Find_first(), to = last._Find_first();
        if (from > to) return false;
        for (; from <= to; ++from) one.set(from);
      }
      bytes |= one;
      any = true;
    }
    if (!take(']') || !any) return false;
    if (negated) bytes.flip();
    return true;
  }

  bool class_atom(Class& bytes) {
    if (at_ == in_.size()) return false;
    char c = in_[at_++];
    if (c == '\\') return escape(bytes);
    if (!ascii(c)) return false;
    bytes.set(static_cast<unsigned char>(c));
    return true;
  }

  bool number(std::uint32_t& out) {
    std::size_t from = at_;
    out = 0;
    for (; at_ < in_.size() && digit(in_[at_]) && at_ - from < 5; ++at_) out = out * 10 + static_cast<std::uint32_t>(in_[at_] - '0');
    return at_ > from;
  }

  bool quantifier(Runs::Run& run) {
    if (take('*')) {
      run = {0, no_end};
    } else if (take('+')) {
      run = {1, no_end};
    } else if (take('?')) {
      run = {0, 1};
    } else if (take('{')) {
      if (!number(run.least)) return false;
      run.most = run.least;
      if (take(',') && !number(run.most)) run.most = no_end;
      if (!take('}') || run.most < run.least) return false;
    } else {
      return true;
    }
    return at_ == in_.size() || !std::strchr("*+?{", in_[at_]);  // lazy, or wrong
  }

  // After a run of no fixed length must come what it cannot take: else it might have to give something back.
  bool greedy_is_right(const Runs& runs) const {
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      if (runs.runs_[i].least == runs.runs_[i].most) continue;
      for (std::size_t next = i + 1; next < classes_.size(); ++next) {
        if ((classes_[i] & classes_[next]).any()) return false;
        if (runs.runs_[next].least > 0) break;
      }
    }
    return true;
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::vector<Class> classes_;
};

std::optional<Runs> Runs::of(std::string_view pattern) {
  Runs out;
  if (!RunsReader(pattern).read(out)) return std::nullopt;
  return out;
}

bool Runs::match(std::string_view text) const noexcept {
  const char* p = text.data();
  const char* const end = p + text.size();
  unsigned bit = 1;
  for (const Run& run : runs_) {
    std::uint32_t count = 0;
    while (count < run.most && p != end && (runs_of_[static_cast<unsigned char>(*p)] & bit)) ++p, ++count;
    if (count < run.least) return false;
    bit <<= 1;
  }
  return !to_end_ || p == end;
}

}  // namespace arint::regex
