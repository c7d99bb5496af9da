// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/json/reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"
#include "format/json/scan.hpp"

namespace arint::format::json {

using document::Member;
using document::Value;

static_assert(sizeof(Member) == sizeof(std::string_view) + sizeof(Value), "a member is two cells");

Reader::Reader(std::string_view bytes, document::Arena& arena, const Options& options, std::size_t depth)
    : begin_(bytes.data()), end_(bytes.data() + bytes.size()), arena_(arena), scratch_(arena), options_(options), depth_limit_(depth),
      top_(first_cells_), cells_(first_cells_), last_(first_cells_ + std::size(first_cells_)), frames_(first_frames_),
      frame_count_(std::size(first_frames_)) {}

Reader::~Reader() {
  if (cells_ != first_cells_) std::free(cells_);
}

bool Reader::value(std::size_t& at, Value& out) {
  top_ = cells_;
  depth_ = 0;
  frame_ = nullptr;
  const char* p = begin_ + at;
  p = options_.comments ? tree<true>(p) : tree<false>(p);
  if (!p) return false;
  at = static_cast<std::size_t>(p - begin_);
  std::memcpy(static_cast<void*>(&out), cells_, sizeof out);
  return true;
}

bool Reader::only_blanks(std::size_t at) {
  const char* p = options_.comments ? skip<true>(begin_ + at) : skip<false>(begin_ + at);
  if (p == end_) return true;
  fail(p, "the end of the document");
  return false;
}

template <bool comments>
const char* Reader::skip(const char* p) const noexcept {
  if (p != end_ && static_cast<unsigned char>(*p) <= ' ') p = blanks_end(p, end_);
  if constexpr (comments) {
    // What is no whole comment stays, and is then refused as what it is.
    for (const char* after; peek(p) == '/' && (after = comment_end(p)) != p;) p = blanks_end(after, end_);
  }
  return p;
}

// The same where a line end and an indent may stand. Their length is guessed from the last time, so that the next bytes can be
// looked at before it is known.
template <bool comments>
[[gnu::always_inline]] inline const char* Reader::skip_indent(const char* p, Frame* frame) const noexcept {
  if (p == end_ || *p != '\n' || end_ - p < 16) return skip<comments>(p);
  unsigned blank = blanks_in(load(p));
  unsigned guess = frame->indent;
  if ((blank & ((2u << guess) - 1)) == (1u << guess) - 1) return comments ? skip<comments>(p + guess) : p + guess;
  const char* after = blanks_end(p, end_);
  if (after - p < 16) frame->indent = static_cast<std::uint32_t>(after - p);
  return comments ? skip<comments>(after) : after;
}

const char* Reader::comment_end(const char* p) const noexcept {
  std::string_view rest(p, static_cast<std::size_t>(end_ - p));
  std::size_t end = std::string_view::npos;
  if (rest.starts_with("//")) {
    end = std::min(rest.find('\n'), rest.size());
  } else if (rest.starts_with("/*")) {
    end = rest.find("*/", 2);
    if (end != std::string_view::npos) end += 2;
  }
  return end == std::string_view::npos ? p : p + end;
}

// Is it the name that the last object of this depth had here? Then it needs no scan, and no look for repeats.
[[gnu::always_inline]] inline const char* Reader::foreseen_name(const char* p) {
  if (frame_->foreseen != frame_->shape_end) [[likely]] {
    std::string_view name = frame_->foreseen->name;
    // The closing quote stands behind both.
    std::size_t size = name.size() + 1;
    bool same = false;
    if (end_ - p >= 16 && size <= 16) {
      unsigned equal = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(load(p), load(name.data()))));
      same = (~equal & ((1u << size) - 1)) == 0;
    } else if (static_cast<std::size_t>(end_ - p) >= size) {
      same = std::memcmp(p, name.data(), size) == 0;
    }
    if (same) [[likely]] {
      ++frame_->foreseen;
      push_name(name);
      return p + size;
    }
  }
  stop_following();
  return nullptr;
}

inline void Reader::push_name(std::string_view name) {
  if (top_ == last_) [[unlikely]] grow();
  new (top_++) std::string_view(name);
}

template <bool comments>
inline const char* Reader::name(const char* p) {
  if (peek(p) != '"') return fail(p, "a name in double quotes");
  if (frame_->following) {
    const char* after = foreseen_name(p + 1);
    if (after) return after_name<comments>(after);
  }
  std::string_view name;
  p = string(p + 1, name);
  if (!p) return nullptr;
  std::size_t before = (static_cast<std::size_t>(top_ - cells_) - frame_->first) / 2;
  if (before < Frame::signature_count) note_name(name, before);
  push_name(name);
  return after_name<comments>(p);
}

template <bool comments>
inline const char* Reader::after_name(const char* p) {
  p = skip<comments>(p);
  if (peek(p) != ':') return fail(p, "\":\" after the name");
  return skip<comments>(p + 1);
}

inline const char* Reader::open(const char* p) {
  if (depth_ >= depth_limit_) [[unlikely]] {
    too_deep_ = true;
    return fail(p, "less nesting");
  }
  if (depth_ == frame_count_) [[unlikely]] more_frames();
  frame_ = &frames_[depth_++];
  frame_->first = static_cast<std::uint32_t>(top_ - cells_);
  frame_->object = *p == '{';
  frame_->foreseen = frame_->shape;
  frame_->following = frame_->shape != nullptr;
  frame_->repeats = false;
  return p + 1;
}

void Reader::more_frames() {
  scratch_.is((cells_ == first_cells_ ? 0 : static_cast<std::size_t>(last_ - cells_) * sizeof(Cell)) + frame_count_ * 2 * sizeof(Frame));
  std::vector<Frame> more(frames_, frames_ + frame_count_);
  more.resize(frame_count_ * 2);
  more_frames_ = std::move(more);
  frames_ = more_frames_.data();
  frame_count_ = more_frames_.size();
}

inline void Reader::close() {
  Cell* from = cells_ + frame_->first;
  std::size_t cells = static_cast<std::size_t>(top_ - from);
  // A few names were compared as they came, many are compared now.
  if (frame_->object && !frame_->following && (frame_->repeats || cells > 2 * Frame::signature_count)) [[unlikely]]
    cells = 2 * without_repeats(reinterpret_cast<Member*>(from), cells / 2);
  Cell* to = nullptr;
  if (cells) {
    to = static_cast<Cell*>(arena_.allocate(cells * sizeof(Cell), alignof(Member)));
    if (cells <= 32)
      for (std::size_t i = 0; i < cells; ++i) to[i] = from[i];  // cheaper than a call
    else
      std::memcpy(to, from, cells * sizeof(Cell));
  }
  top_ = from;
  if (frame_->object) {
    const Member* members = reinterpret_cast<Member*>(to);
    if (!frame_->following) keep_shape(members, cells / 2);
    push(Value::object({members, cells / 2}));
  } else {
    push(Value::array({reinterpret_cast<Value*>(to), cells}));
  }
  frame_ = --depth_ ? &frames_[depth_ - 1] : nullptr;
}

inline const char* Reader::string(const char* p, std::string_view& out) {
  unsigned high = 0;
  const char* end = run_end(p, end_, high);
  if (end == end_ || *end != '"') [[unlikely]] return string_with_escapes(p, end, high, out);
  out = {p, static_cast<std::size_t>(end - p)};
  if (high && !valid_utf8(out) && !only_lone_surrogates(out)) [[unlikely]] return checked_end(p, end, high);
  return end + 1;
}

[[gnu::always_inline]] inline const char* Reader::scalar(const char* p) {
  char c = peek(p);
  if (c == '"') {
    std::string_view text;
    p = string(p + 1, text);
    if (p) push(Value::text(text));
    return p;
  }
  if (c == '-' || (c >= '0' && c <= '9')) return number(p);
  return literal(p);
}

[[gnu::always_inline]] inline const char* Reader::number(const char* p) {
  const char* start = p;
  bool negative = *p == '-';
  if (negative) ++p;
  const char* digits = p;
  std::uint64_t worth = 0;
  unsigned digit;
  if (end_ - p >= 8) [[likely]] {
    std::uint64_t word = word_at(p);
    unsigned count = leading_digits(word);
    if (count == 0) return fail(p, "a digit");
    worth = digits_worth(word, count);
    p += count;
  }
  while (p != end_ && (digit = static_cast<unsigned char>(*p) - unsigned{'0'}) < 10) {
    worth = worth * 10 + digit;  // wraps beyond 19 digits, where it is not used
    ++p;
  }
  std::ptrdiff_t count = p - digits;
  if (count == 0) return fail(p, "a digit");
  if (*digits == '0' && count > 1) return fail(digits + 1, "no digit after a leading zero");
  if (p != end_ && (*p == '.' || *p == 'e' || *p == 'E')) return fraction(p, start);
  // Minus zero has no integer of its own, and more than 18 digits may not fit: both stay as written.
  if (count > 18 || (negative && worth == 0)) {
    push(Value::written({start, static_cast<std::size_t>(p - start)}));
  } else {
    std::int64_t value = static_cast<std::int64_t>(worth);
    push(Value::integer(negative ? -value : value));
  }
  return p;
}

// [ "." 1*digit ] [ ("e" / "E") ["+" / "-"] 1*digit ]
const char* Reader::fraction(const char* p, const char* start) {
  auto digits = [&] {
    const char* first = p;
    if (end_ - p >= 8) [[likely]] p += leading_digits(word_at(p));
    while (p != end_ && *p >= '0' && *p <= '9') ++p;
    return p != first;
  };
  if (*p == '.') {
    ++p;
    if (!digits()) return fail(p, "a digit after the decimal point");
  }
  if (p != end_ && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p != end_ && (*p == '+' || *p == '-')) ++p;
    if (!digits()) return fail(p, "a digit in the exponent");
  }
  push(Value::written({start, static_cast<std::size_t>(p - start)}));
  return p;
}

const char* Reader::literal(const char* p) {
  std::size_t left = static_cast<std::size_t>(end_ - p);
  if (left >= 4 && std::memcmp(p, "true", 4) == 0) return push(Value::boolean(true)), p + 4;
  if (left >= 4 && std::memcmp(p, "null", 4) == 0) return push(Value::null()), p + 4;
  if (left >= 5 && std::memcmp(p, "false", 5) == 0) return push(Value::boolean(false)), p + 5;
  return fail(p, "a value");
}

// value *( separator value ), with the brackets on a stack of ours.
template <bool comments>
const char* Reader::tree(const char* p) {
  p = skip<comments>(p);
  for (;;) {
    if (frame_ && frame_->object) {
      p = name<comments>(p);
      if (!p) return nullptr;
    }
    char first = peek(p);
    if (first == '{' || first == '[') {
      p = open(p);
      if (!p) return nullptr;
      p = skip_indent<comments>(p, frame_);
      // An empty one falls through to its bracket below.
      if (peek(p) != (first == '{' ? '}' : ']')) continue;
    } else {
      p = scalar(p);
      if (!p) return nullptr;
      p = depth_ > 1 ? skip_indent<comments>(p, frame_ - 1) : skip<comments>(p);
    }
    for (;;) {
      if (!frame_) return p;
      char next = peek(p);
      if (next == ',') {
        p = skip_indent<comments>(p + 1, frame_);
        break;
      }
      if (next != (frame_->object ? '}' : ']')) return fail(p, frame_->object ? "\",\" or \"}\"" : "\",\" or \"]\"");
      failed_at_ = p;  // where a repeated name is reported
      close();
      if (expected_) return nullptr;
      p = depth_ > 1 ? skip_indent<comments>(p + 1, frame_ - 1) : skip<comments>(p + 1);
    }
  }
}

void Reader::grow() {
  std::size_t used = static_cast<std::size_t>(top_ - cells_);
  std::size_t count = 2 * static_cast<std::size_t>(last_ - cells_);
  // Near the limit it grows by less, so that the limit means what it says.
  const std::size_t frames = more_frames_.size() * sizeof(Frame);
  if (scratch_.most() < frames + count * sizeof(Cell)) count = (scratch_.most() - std::min(frames, scratch_.most())) / sizeof(Cell);
  if (count < used + used / 8 || count > UINT32_MAX) throw document::ArenaFull{arena_.limit_bytes()};
  scratch_.is(frames + count * sizeof(Cell));
  void* bigger = cells_ == first_cells_ ? std::malloc(count * sizeof(Cell)) : std::realloc(cells_, count * sizeof(Cell));
  if (!bigger) throw std::bad_alloc();
  if (cells_ == first_cells_) std::memcpy(bigger, cells_, used * sizeof(Cell));
  cells_ = static_cast<Cell*>(bigger);
  top_ = cells_ + used;
  last_ = cells_ + count;
}

const char* Reader::fail(const char* at, const char* expected) noexcept {
  failed_at_ = at;
  expected_ = expected;
  return nullptr;
}

Error Reader::error(Place start) const {
  std::string_view bytes(begin_, static_cast<std::size_t>(end_ - begin_));
  std::size_t at = static_cast<std::size_t>(failed_at_ - begin_);
  std::string sentence;
  if (repeated_.data())
    sentence = "the name " + quoted(repeated_, 60) + " repeats in one object, and repeats are refused here";
  else if (too_deep_)
    sentence = "nested deeper than the " + std::to_string(depth_limit_) + " levels allowed";
  else
    sentence = "found " + (options_.lines && at == bytes.size() ? "the end of the line" : found(bytes, at)) + ", expected " + expected_;
  return malformed("JSON", bytes, at, sentence, start);
}

}  // namespace arint::format::json
