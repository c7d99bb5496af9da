// SPDX-License-Identifier: GPL-3.0-or-later
// Tags: names, attributes, namespace declarations, xsi:nil.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "format/scalar.hpp"
#include "format/xml/names.hpp"
#include "format/xml/write/writer.hpp"

namespace arint::format::xml {

using document::Kind;
using document::Member;
using document::Value;

bool Writer::element(std::string_view name, const Value& value) {
  at_name_ = name;
  if (value.is_absent() || (value.is_null() && xml_.null == Null::omit)) return true;
  if (!valid_name(name)) return fail(quoted(name, 60) + " is no name of an XML element");
  if (frames_.size() >= options_.depth) return fail("nested deeper than the " + std::to_string(options_.depth) + " levels allowed");
  if (value.is_array()) return fail("an array within an array has no element names");
  const std::size_t in_force = declared_.size();
  if (xml_.pretty && (frames_.empty() ? around_ > 0 : !frames_.back().mixed)) line_break(frames_.size());
  if (value.is_object()) return open_tag(name, value) && content(name, value, in_force);
  if (value.is_null() && xml_.null == Null::nil) return nil(name);
  std::optional<std::string_view> text = scalar_text(value, buffer_);
  if (!text) return fail(buffer_);
  if (!open_tag(name, value)) return false;
  if (text->empty()) {
    out_ += "/>";
    return true;
  }
  out_ += '>';
  if (!escaped(*text, false)) return false;
  out_ += "</";
  out_ += name;
  out_ += '>';
  return true;
}

// "<name" and the attributes. The element's own declarations hold for its own name too.
bool Writer::open_tag(std::string_view name, const Value& value) {
  if (value.is_object() && !declarations(value)) return false;
  if (!known_prefix(name)) return false;
  out_ += '<';
  out_ += name;
  return !value.is_object() || attributes(value);
}

bool Writer::declarations(const Value& object) {
  for (const Member& member : object.members()) {
    if (!is_attribute(member.name) || member.value.is_absent() || member.value.is_null()) continue;
    std::string_view name = member.name.substr(xml_.attribute_prefix.size());
    if (name != "xmlns" && !name.starts_with("xmlns:")) continue;
    std::string_view prefix = name.size() > 6 ? name.substr(6) : std::string_view();
    at_attribute_ = member.name;
    if (!member.value.is_text()) return fail("found " + document::described(member.value) + ", expected a namespace's name");
    // Namespaces in XML 1.0, sections 2.2 and 3.
    std::string_view uri = member.value.as_text();
    if (!prefix.empty() && uri.empty()) return fail("a prefix cannot be given an empty namespace");
    if (prefix == "xml" || prefix == "xmlns" || uri == "http://www.w3.org/XML/1998/namespace" || uri == "http://www.w3.org/2000/xmlns/")
      return fail("this prefix or namespace belongs to XML itself and cannot be declared");
    declared_.push_back({prefix, uri});
  }
  at_attribute_ = {};
  return true;
}

bool Writer::attributes(const Value& object) {
  std::size_t prefixed = 0;
  for (const Member& member : object.members()) {
    if (!is_attribute(member.name) || member.value.is_absent() || member.value.is_null()) continue;
    at_attribute_ = member.name;
    std::string_view name = member.name.substr(xml_.attribute_prefix.size());
    prefixed += !prefix_of(name).empty();
    if (!attribute(name, member.value)) return false;
  }
  at_attribute_ = {};
  return prefixed < 2 || no_two_alike(object);
}

bool Writer::attribute(std::string_view name, const Value& value) {
  if (!valid_name(name)) return fail(quoted(name, 60) + " is no name of an XML attribute");
  if (prefix_of(name) != "xmlns" && !known_prefix(name)) return false;
  std::optional<std::string_view> text = scalar_text(value, buffer_);
  if (!text) return fail(buffer_);
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  if (!escaped(*text, true)) return false;
  out_ += '"';
  return true;
}

// Namespaces in XML 1.0, section 6.3: two prefixes may mean one namespace.
bool Writer::no_two_alike(const Value& object) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Member& member : object.members()) {
    if (!is_attribute(member.name)) continue;
    std::string_view name = member.name.substr(xml_.attribute_prefix.size());
    std::string_view prefix = prefix_of(name);
    if (prefix.empty() || prefix == "xmlns") continue;
    const Declared* declared = declaration_of(prefix);
    std::string_view local = name.substr(prefix.size() + 1);
    if (!seen.emplace(declared ? declared->uri : prefix, local).second)
      return fail("two attributes are both " + quoted(local, 60) + " of the same namespace");
  }
  return true;
}

bool Writer::nil(std::string_view name) {
  if (!known_prefix(name)) return false;
  std::string prefix;
  for (const Declared& declared : declared_)
    if (declared.uri == nil_namespace && !declared.prefix.empty() && declaration_of(declared.prefix)->uri == nil_namespace) prefix = declared.prefix;
  out_ += '<';
  out_ += name;
  if (prefix.empty()) {
    prefix = "xsi";
    out_ += " xmlns:xsi=\"";
    out_ += nil_namespace;
    out_ += '"';
  }
  out_ += " " + prefix + ":nil=\"true\"/>";
  return true;
}

// Behind the attributes: the end of the tag, and a frame when there is anything in the element.
bool Writer::content(std::string_view name, const Value& object, std::size_t in_force) {
  Frame frame{.name = name, .index = at_item_, .object = &object, .in_force = in_force};
  bool any = false;
  for (std::size_t i = 0; i < object.size(); ++i) {
    const Member& member = object.members()[i];
    any |= is_content(member);
    frame.mixed |= member.name == xml_.text_name && !member.value.is_absent();
    if (member.name == xml_.order_name && member.value.is_array()) frame.order = member.value.items();
  }
  if (!any) {
    out_ += "/>";
    declared_.resize(in_force);
    return true;
  }
  if (!frame.order.empty())
    for (std::size_t i = 0; i < object.size(); ++i)
      if (is_content(object.members()[i])) frame.used.emplace(object.members()[i].name, std::pair<std::size_t, std::size_t>(i, 0));
  out_ += '>';
  frames_.push_back(std::move(frame));
  at_name_ = {};
  at_item_ = SIZE_MAX;
  return true;
}

const Writer::Declared* Writer::declaration_of(std::string_view prefix) const {
  auto found = std::find_if(declared_.rbegin(), declared_.rend(), [&](const Declared& declared) { return declared.prefix == prefix; });
  return found == declared_.rend() ? nullptr : &*found;
}

bool Writer::known_prefix(std::string_view name) {
  std::string_view prefix = prefix_of(name);
  if (prefix.empty() || prefix == "xml" || declaration_of(prefix)) return true;
  return fail("the prefix " + quoted(prefix, 40) + " is not declared; add a member \"" + xml_.attribute_prefix + "xmlns:" + std::string(prefix.substr(0, 40)) +
              "\" with the namespace");
}

}  // namespace arint::format::xml
