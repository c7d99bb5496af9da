// SPDX-License-Identifier: GPL-3.0-or-later
// The walk over the tree; what an element's tag looks like is in write_tag.cpp.
#include "format/xml/write/writer.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/units.hpp"
#include "format/place.hpp"
#include "format/scalar.hpp"
#include "format/xml/names.hpp"

namespace arint::format::xml {

using document::Member;
using document::Value;

Result<void> check_root(const Options& xml) {
  if (xml.root.empty()) return unwritable("XML", "", "elements need a root around them: name one with `root`");
  if (valid_name(xml.root) && prefix_of(xml.root).empty()) return {};
  return unwritable("XML", "", "the root's name " + quoted(xml.root, 60) + " is no XML name without prefix");
}

Writer::Writer(const Options& xml, const WriteOptions& options, std::string& out) : xml_(xml), options_(options), out_(out), before_(out.size()) {}

Result<void> Writer::document(const Value& value) { return run(value, true); }
Result<void> Writer::item(const Value& value) { return run(value, false); }

Result<void> Writer::run(const Value& value, bool whole) {
  around_ = whole ? 0 : 1;
  if (whole && xml_.declaration) out_ += declaration;
  bool fine = root(value, whole);
  while (fine && !frames_.empty()) {
    fine = step();
    if (fine && out_.size() - before_ > options_.limit_bytes)
      fine = fail("the document becomes longer than the " + to_text(Size{options_.limit_bytes}) + " allowed");
  }
  if (fine) return {};
  std::string where = path();
  out_.resize(before_);
  return unwritable("XML", where, sentence_);
}

bool Writer::root(const Value& value, bool whole) {
  const Member* only = nullptr;
  std::size_t count = 0;
  if (value.is_object())
    for (const Member& member : value.members())
      if (!member.value.is_absent()) {
        only = &member;
        ++count;
      }
  bool named = count == 1 && !is_attribute(only->name) && only->name != xml_.text_name && only->name != xml_.order_name;
  if (named && only->value.is_array() && only->value.size() == 1) return element(only->name, only->value.items()[0]);
  if (named && !only->value.is_array()) return element(only->name, only->value);
  std::string found = "found " + document::described(value);
  if (!whole) return fail(found + ", expected an object with one member, whose name is the element's");
  if (xml_.root.empty()) return fail(found + ", expected an object with one member to be the root element; else name one with `root`");
  if (value.is_array()) return fail(found + ", whose items have no element names");
  return element(xml_.root, value);
}

// The next child of the innermost element, or its end.
bool Writer::step() {
  Frame& frame = frames_.back();
  Child next{};
  if (!child(frame, next)) {
    close();
    return true;
  }
  at_name_ = next.name;
  if (next.name != xml_.text_name) {
    frame.parts = true;
    return element(next.name, *next.value);
  }
  std::optional<std::string_view> text = scalar_text(*next.value, buffer_);
  if (!text) return fail(buffer_);
  return escaped(*text, false);
}

bool Writer::child(Frame& frame, Child& out) { return child_in_order(frame, out) || child_of_member(frame, out); }

// #order names the children one after the other; each name takes the next of that member.
bool Writer::child_in_order(Frame& frame, Child& out) {
  while (frame.next_in_order < frame.order.size()) {
    const Value& name = frame.order[frame.next_in_order++];
    auto known = name.is_text() ? frame.used.find(name.as_text()) : frame.used.end();
    if (known == frame.used.end()) continue;  // set or deleted since the order was written down
    auto& [member, taken] = known->second;
    if (pick(frame.object->members()[member], taken, out)) return true;
  }
  return false;
}

// Without an order, and for what the order forgot: member by member.
bool Writer::child_of_member(Frame& frame, Child& out) {
  for (; frame.member < frame.object->size(); ++frame.member, frame.item = 0) {
    const Member& member = frame.object->members()[frame.member];
    if (!is_content(member)) continue;
    if (frame.item == 0 && !frame.used.empty()) {
      auto known = frame.used.find(member.name);
      if (known != frame.used.end() && known->second.first == frame.member) frame.item = known->second.second;
    }
    if (pick(member, frame.item, out)) return true;
  }
  return false;
}

bool Writer::pick(const Member& member, std::size_t& item, Child& out) {
  bool several = member.value.is_array();
  if (item >= (several ? member.value.size() : 1)) return false;
  at_item_ = several ? item : SIZE_MAX;
  out = {member.name, several ? &member.value.items()[item] : &member.value};
  ++item;
  return true;
}

void Writer::close() {
  Frame& frame = frames_.back();
  if (xml_.pretty && frame.parts && !frame.mixed) line_break(frames_.size() - 1);
  out_ += "</";
  out_ += frame.name;
  out_ += '>';
  declared_.resize(frame.in_force);
  frames_.pop_back();
}

bool Writer::is_content(const Member& member) const {
  return !member.value.is_absent() && !is_attribute(member.name) && member.name != xml_.order_name &&
         !(member.value.is_array() && member.value.size() == 0);
}

bool Writer::escaped(std::string_view text, bool in_attribute) {
  // Mostly all of it is ASCII that stands for itself.
  const std::size_t plain = plain_run(text);
  out_ += text.substr(0, plain);
  text.remove_prefix(plain);
  if (text.empty()) return true;
  std::size_t illegal = first_illegal(text);
  if (illegal != std::string_view::npos) return fail("found " + quoted(text.substr(illegal, 1)) + " in the text, a character that XML cannot hold");
  auto special = [in_attribute](char c) { return c == '<' || c == '&' || c == '\r' || (in_attribute ? c == '"' || c == '\t' || c == '\n' : c == '>'); };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = static_cast<std::size_t>(std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), special) - text.begin());
    out_ += text.substr(at, end - at);
    if (end == text.size()) break;
    switch (text[end]) {
      case '<': out_ += "&lt;"; break;
      case '>': out_ += "&gt;"; break;
      case '&': out_ += "&amp;"; break;
      case '"': out_ += "&quot;"; break;
      // Written as they are, readers would make blanks or line ends of them (XML 1.0, sections 2.11 and 3.3.3).
      case '\t': out_ += "&#9;"; break;
      case '\n': out_ += "&#10;"; break;
      default: out_ += "&#13;"; break;
    }
    at = end + 1;
  }
  return true;
}

void Writer::line_break(std::size_t levels) {
  out_ += '\n';
  out_.append(2 * (levels + around_), ' ');
}

bool Writer::fail(std::string sentence) {
  sentence_ = std::move(sentence);
  return false;
}

std::string Writer::path() const {
  std::string out;
  auto add = [&](std::string_view name, std::size_t index) {
    append_name(out, name);
    if (index != SIZE_MAX) append_index(out, index);
  };
  for (const Frame& frame : frames_) add(frame.name, frame.index);
  if (!at_name_.empty()) add(at_name_, at_item_);
  if (!at_attribute_.empty()) append_name(out, at_attribute_);
  return out;
}

}  // namespace arint::format::xml
