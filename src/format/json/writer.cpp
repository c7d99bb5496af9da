// SPDX-License-Identifier: GPL-3.0-or-later
#include "format/json/writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/text.hpp"
#include "base/units.hpp"
#include "format/json/canonical.hpp"
#include "format/place.hpp"

namespace arint::format::json {

using document::Kind;
using document::Member;
using document::Value;

Writer::Writer(std::string& out, const WriteOptions& options, const Options& json)
    : out_(out), before_(out.size()), options_(options), json_(json), canonical_(json.canonical), pretty_(json.pretty && !json.canonical) {}

Result<void> Writer::value(const Value& value, std::size_t indent) {
  indent_ = indent;
  to_ = limit_ = out_.data() + before_;
  frames_.reserve(16);
  grow(512);
  bool fine = put(value);
  while (fine && !frames_.empty()) {
    fine = step();
    if (fine && too_long()) fine = fail_too_long();
  }
  if (!fine) {
    std::string where = path();
    out_.resize(before_);
    return unwritable("JSON", where, sentence_);
  }
  out_.resize(static_cast<std::size_t>(to_ - out_.data()));
  return {};
}

bool Writer::step() {
  Frame& frame = frames_.back();
  const Value& container = *frame.container;
  const bool object = container.is_object();
  while (frame.next < container.size() && !too_long()) {
    const Value* value = object ? member(frame) : item(frame);
    if (!value) {
      if (!sentence_.empty()) return false;
      continue;
    }
    if (!put(*value)) return false;
    if (value->is_array() || value->is_object()) return true;  // it goes on inside; `frame` may have moved
  }
  if (frame.next == container.size()) close();
  return true;
}

// The next value of an array, up to where it is to be written; nullptr when that has been done.
inline const Value* Writer::item(Frame& frame) {
  separator(frame);
  const Value& item = frame.container->items()[frame.next++];
  if (!item.is_absent()) return &item;
  raw("null");  // an array has no holes
  return nullptr;
}

// The next value of an object, its name written; nullptr when there is none, or after a fault.
inline const Value* Writer::member(Frame& frame) {
  const Member* member = canonical_ ? sorted_[frame.sorted + frame.next] : &frame.container->members()[frame.next];
  ++frame.next;
  if (member->value.is_absent()) return nullptr;
  separator(frame);
  if (!string(member->name)) return nullptr;
  room(2);
  *to_++ = ':';
  if (pretty_) *to_++ = ' ';
  return &member->value;
}

void Writer::separator(Frame& frame) {
  room(1);
  if (!frame.empty) *to_++ = ',';
  frame.empty = false;
  if (pretty_) line_break(frames_.size());
}

void Writer::line_break(std::size_t levels) {
  std::size_t blanks = 2 * (levels + indent_);
  room(blanks + 1);
  *to_++ = '\n';
  std::memset(to_, ' ', blanks);
  to_ += blanks;
}

bool Writer::put(const Value& value) {
  switch (value.kind()) {
    case Kind::text: return string(value.as_text());
    case Kind::number: return number(value);
    case Kind::array:
    case Kind::object:
      if (frames_.size() >= options_.depth) return fail("nested deeper than the " + std::to_string(options_.depth) + " levels allowed");
      open(value);
      return true;
    case Kind::boolean: raw(value.as_boolean() ? "true" : "false"); return true;
    case Kind::null: raw("null"); return true;
    case Kind::bytes: return string(base64(value.as_text()));
    case Kind::absent: return fail("there is no value");
    case Kind::opaque: return fail("a function has no place in a document");
  }
  return false;
}

void Writer::open(const Value& value) {
  room(1);
  *to_++ = value.is_object() ? '{' : '[';
  frames_.push_back({&value, 0, true, static_cast<std::uint32_t>(sorted_.size())});
  if (canonical_ && value.is_object()) sort_members(value);
}

void Writer::close() {
  Frame frame = frames_.back();
  frames_.pop_back();
  if (pretty_ && !frame.empty) line_break(frames_.size());
  room(1);
  *to_++ = frame.container->is_object() ? '}' : ']';
  sorted_.resize(frame.sorted);
}

void Writer::sort_members(const Value& object) {
  std::size_t from = sorted_.size();
  for (const Member& member : object.members()) sorted_.push_back(&member);
  std::stable_sort(sorted_.begin() + static_cast<std::ptrdiff_t>(from), sorted_.end(),
                   [](const Member* a, const Member* b) { return utf16_less(a->name, b->name); });
}

bool Writer::number(const Value& value) {
  if (value.holds_integer() && !canonical_) {
    room(24);
    to_ = std::to_chars(to_, limit_, value.as_integer()).ptr;
    return true;
  }
  if (canonical_) {
    // RFC 8785, section 3.2.2.3: numbers are doubles.
    double worth = value.as_double();
    if (!std::isfinite(worth)) return fail("the number " + document::described(value) + " is too large for canonical JSON");
    number_.clear();
    Value::real(worth).append_number(number_);
    raw(number_);
    return true;
  }
  if (value.holds_written()) {
    raw(value.as_text());
    return true;
  }
  number_.clear();
  value.append_number(number_);
  raw(number_);
  return true;
}

void Writer::raw(std::string_view text) {
  if (text.empty()) return;
  room(text.size());
  std::memcpy(to_, text.data(), text.size());
  to_ += text.size();
}

void Writer::grow(std::size_t bytes) {
  std::size_t used = static_cast<std::size_t>(to_ - out_.data());
  // Twice what this call has written: a caller's long buffer is not filled anew for a short answer.
  out_.resize(used + std::max(bytes, used - before_));
  to_ = out_.data() + used;
  limit_ = out_.data() + out_.size();
}

bool Writer::fail_too_long() { return fail("the document becomes longer than the " + to_text(Size{options_.limit_bytes}) + " allowed"); }

bool Writer::fail(std::string sentence) {
  sentence_ = std::move(sentence);
  return false;
}

std::string Writer::path() const {
  std::string out;
  for (const Frame& frame : frames_) {
    if (frame.next == 0) break;
    if (frame.container->is_object())
      append_name(out, canonical_ ? sorted_[frame.sorted + frame.next - 1]->name : frame.container->members()[frame.next - 1].name);
    else
      append_index(out, frame.next - 1);
  }
  return out;
}

}  // namespace arint::format::json
