// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema/compile/registry.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/pointer.hpp"
#include "format/json/json.hpp"
#include "schema/compile/uri.hpp"

namespace arint::schema {

using document::Member;
using document::Value;

namespace {

bool plain_anchor(std::string_view name) noexcept {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  if (name.empty() || letters.find(name[0]) == std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return letters.find(c) != std::string_view::npos || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

// Without an empty fragment at its end, which says nothing.
std::string_view without_empty_fragment(std::string_view uri) noexcept { return uri.ends_with('#') ? uri.substr(0, uri.size() - 1) : uri; }

}  // namespace

const Value* Registry::add_root(const Value& root) {
  Dialect dialect;
  dialect.draft = options_.default_draft;
  return add_document(root, std::string(split_fragment(options_.base).document), dialect);
}

std::uint32_t Registry::add_resource(Resource resource) {
  std::uint32_t index = static_cast<std::uint32_t>(resources_.size());
  by_uri_.emplace(resource.uri, index);
  resources_.push_back(std::make_unique<Resource>(std::move(resource)));
  return index;
}

const Value* Registry::add_document(const Value& root, const std::string& name, const Dialect& fallback) {
  if (document::depth(root, deepest + 2) > deepest) {
    problems_.add(name + "#", "the schema is nested deeper than " + std::to_string(deepest));
    return nullptr;
  }
  const Value* copy = arena_.make<Value>(document::copy_into(arena_, root));
  Dialect dialect = fallback;
  if (!find_dialect(*copy, name + "#", dialect)) return nullptr;
  Resource resource;
  resource.uri = name;
  resource.file = name;
  resource.root = copy;
  resource.dialect = dialect;
  scan(*copy, add_resource(std::move(resource)), name + "#");
  return copy;
}

// $schema at the root of a resource; without one the fallback stays.
bool Registry::find_dialect(const Value& root, const std::string& location, Dialect& out) {
  const Value given = root.get("$schema");
  if (!given.is_text()) return true;
  std::string_view uri = given.as_text();
  if (std::optional<Draft> draft = draft_of(uri)) {
    out = Dialect{};
    out.draft = *draft;
    return true;
  }
  if (std::string_view old = unsupported_draft(uri); !old.empty()) {
    problems_.add(location + "/$schema", "draft " + std::string(old) + " is not supported, write 2020-12 or 7");
    return false;
  }
  return read_vocabulary(std::string(without_empty_fragment(uri)), location + "/$schema", out);
}

// A meta-schema of one's own: its $schema tells the draft, its $vocabulary what of it is spoken.
bool Registry::read_vocabulary(const std::string& meta_schema, const std::string& location, Dialect& out) {
  if (std::find(open_dialects_.begin(), open_dialects_.end(), meta_schema) != open_dialects_.end()) {
    problems_.add(location, "the meta-schema " + quoted(meta_schema) + " is described by itself");
    return false;
  }
  open_dialects_.push_back(meta_schema);
  std::string why;
  bool known = by_uri_.contains(meta_schema) || load(meta_schema, why, out);
  open_dialects_.pop_back();
  auto found = by_uri_.find(meta_schema);
  if (!known || found == by_uri_.end()) {
    problems_.add(location, "the meta-schema " + quoted(meta_schema) + " is neither draft 2020-12 nor 7" + (why.empty() ? "" : ", and " + why));
    return false;
  }
  const Resource& meta = resource(found->second);
  out = Dialect{};
  out.draft = meta.dialect.draft;
  const Value vocabularies = meta.root->get("$vocabulary");
  if (!vocabularies.is_object()) return true;
  constexpr std::string_view prefix = "https://json-schema.org/draft/2020-12/vocab/";
  constexpr std::string_view ignorable[] = {"core", "meta-data", "format-annotation", "content"};
  out.applicator = out.unevaluated = out.validation = false;
  for (const Member& member : vocabularies.members()) {
    std::string_view name = member.name.starts_with(prefix) ? member.name.substr(prefix.size()) : std::string_view();
    if (name == "applicator") out.applicator = true;
    else if (name == "unevaluated") out.unevaluated = true;
    else if (name == "validation") out.validation = true;
    else if (name == "format-assertion") out.format_assertion = true;
    else if (std::find(std::begin(ignorable), std::end(ignorable), name) == std::end(ignorable) && member.value.is_boolean() && member.value.as_boolean()) {
      problems_.add(location, "the meta-schema " + quoted(meta_schema) + " needs the vocabulary " + quoted(member.name) + ", which is not supported");
      return false;
    }
  }
  return true;
}

void Registry::scan(const Value& schema, std::uint32_t index, std::string location) {
  if (places_.contains(&schema)) return;
  if (schema.is_object()) index = enter_resource(schema, index, location);
  places_[&schema] = Place{index, location};
  if (!schema.is_object()) return;
  add_anchors(schema, index, location);
  scan_children(schema, index, location);
}

// An $id makes the schema a resource of its own.
std::uint32_t Registry::enter_resource(const Value& schema, std::uint32_t outer, const std::string& location) {
  const Value id = schema.get("$id");
  if (!id.is_text()) return outer;
  const Resource& around = resource(outer);
  bool old = around.dialect.draft == Draft::draft7;
  if (old && schema.find("$ref")) return outer;                        // siblings of $ref mean nothing there
  if (old && id.as_text().starts_with('#')) return outer;              // an anchor, see add_anchors
  std::string uri = resolved(around.uri, without_empty_fragment(id.as_text()));
  if (!split_fragment(uri).fragment.empty()) {
    if (!old) problems_.add(location + "/$id", quoted(id.as_text()) + " may not have a fragment; use $anchor");
    uri = split_fragment(uri).document;
  }
  if (around.root == &schema) {
    // The document is known by its own name too.
    by_uri_.emplace(uri, outer);
    resources_[outer]->uri = uri;
    return outer;
  }
  Resource inner;
  inner.uri = uri;
  inner.file = around.file;
  inner.root = &schema;
  inner.dialect = around.dialect;
  if (!find_dialect(schema, location, inner.dialect)) return outer;
  return add_resource(std::move(inner));
}

void Registry::add_anchors(const Value& schema, std::uint32_t index, const std::string& location) {
  Resource& here = *resources_[index];
  auto add = [&](std::string_view name, const char* keyword) {
    bool is_new = here.anchors.emplace(std::string(name), &schema).second;
    if (!is_new && here.anchors.find(name)->second != &schema)
      problems_.add(location + "/" + keyword, "the anchor " + quoted(name) + " is there twice");
  };
  if (here.dialect.draft == Draft::draft7) {
    const Value id = schema.get("$id");
    if (id.is_text() && id.as_text().size() > 1 && id.as_text().starts_with('#') && !schema.find("$ref")) add(id.as_text().substr(1), "$id");
    return;
  }
  for (const char* keyword : {"$anchor", "$dynamicAnchor"}) {
    const Value anchor = schema.get(keyword);
    if (!anchor.is_text()) continue;
    if (!plain_anchor(anchor.as_text())) {
      problems_.add(location + "/" + keyword, quoted(anchor.as_text()) + " is no anchor: it is made of letters, digits, _ - and ., and begins with a letter or _");
      continue;
    }
    add(anchor.as_text(), keyword);
    if (keyword[1] == 'd') here.dynamic_anchors.emplace(std::string(anchor.as_text()), &schema);
  }
}

void Registry::scan_children(const Value& schema, std::uint32_t index, const std::string& location) {
  Draft draft = resource(index).dialect.draft;
  for (const Member& member : schema.members()) {
    Holds kind = holds(member.name, draft);
    if (kind == Holds::nothing) continue;
    const Value& value = member.value;
    std::string here = location + "/" + document::escaped_token(member.name);
    bool list = kind == Holds::list || (kind == Holds::schema_or_list && value.is_array());
    if (list && value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) scan(value.items()[i], index, here + "/" + std::to_string(i));
    } else if ((kind == Holds::map || kind == Holds::map_or_lists) && value.is_object()) {
      for (const Member& inner : value.members())
        if (kind == Holds::map || !inner.value.is_array()) scan(inner.value, index, here + "/" + document::escaped_token(inner.name));
    } else if (kind == Holds::schema || kind == Holds::schema_or_list) {
      scan(value, index, here);
    }
  }
}

bool Registry::load(const std::string& name, std::string& why, const Dialect& fallback) {
  if (std::string_view text = meta_schema_text(name); !text.empty()) {
    document::Arena scratch;
    Result<Value> read = format::json::read(text, scratch);
    invariant(read.ok(), "our own meta-schemas are JSON");
    return add_document(*read, std::string(without_empty_fragment(name)), fallback) != nullptr;
  }
  if (!options_.loader) {
    why = "nothing is there to load it";
    return false;
  }
  Result<Loaded> document = options_.loader(name);
  if (!document) {
    why = document.error().sentence;
    return false;
  }
  loaded_.push_back(name);
  const Value* added = add_document(document->root, name, fallback);
  if (!added) why = "it has faults";
  return added != nullptr;
}

bool Registry::resource_named(const std::string& uri, std::string_view reference, const Place& from, const std::string& location,
                              std::uint32_t& out) {
  auto known = by_uri_.find(uri);
  if (known != by_uri_.end()) {
    out = known->second;
    return true;
  }
  const Resource here = resource(from.resource);
  // A file whose $id is a URI still means the file beside it: tried when the URI itself can not be had.
  std::string beside = std::string(split_fragment(resolved(here.file, reference)).document);
  if (beside != uri && by_uri_.contains(beside)) {
    out = by_uri_.find(beside)->second;
    return true;
  }
  std::string why;
  std::string name = uri;
  if (!load(name, why, here.dialect)) {
    std::string second;
    if (problems_.any() || beside == uri || !load(beside, second, here.dialect)) {
      problems_.add(location, quoted(reference) + " cannot be resolved: " + quoted(uri, 200) + ": " + why);
      return false;
    }
    name = beside;
  }
  out = by_uri_.find(name)->second;
  return true;
}

Registry::Target Registry::find(std::string_view reference, const Place& from, const std::string& location) {
  std::string uri = resolved(resource(from.resource).uri, reference);
  Split parts = split_fragment(uri);
  std::uint32_t index = 0;
  if (!resource_named(std::string(parts.document), reference, from, location, index)) return {};
  std::string fragment;
  if (!percent_decode(parts.fragment, fragment)) {
    problems_.add(location, quoted(reference) + " has a broken escape");
    return {};
  }
  if (fragment.empty()) return {resource(index).root, index, ""};
  if (fragment[0] == '/') return by_pointer(fragment, index, reference, location);
  const Resource& there = resource(index);
  auto anchor = there.anchors.find(fragment);
  if (anchor == there.anchors.end()) {
    std::vector<std::string> known;
    for (const auto& [name, schema] : there.anchors) known.push_back(name);
    std::string near = nearest(fragment, known);
    problems_.add(location, quoted(reference) + " names an anchor that is not there" + (near.empty() ? "" : ", the nearest is " + quoted(near)));
    return {};
  }
  return {anchor->second, place(anchor->second).resource, there.dynamic_anchors.contains(fragment) ? fragment : ""};
}

Registry::Target Registry::by_pointer(const std::string& pointer, std::uint32_t index, std::string_view reference, const std::string& location) {
  const Value* at = resource(index).root;
  std::uint32_t inside = index;
  std::string walked = places_.at(at).location;
  std::string_view rest = std::string_view(pointer).substr(1);
  for (bool more = true; more;) {
    std::size_t slash = rest.find('/');
    std::string token = document::unescaped_token(rest.substr(0, slash));
    more = slash != std::string_view::npos;
    if (more) rest.remove_prefix(slash + 1);
    const Value* next = document::child(*at, token);
    if (!next) {
      problems_.add(location, quoted(reference) + " points to nothing: there is no " + quoted(token) + " in " + walked);
      return {};
    }
    at = next;
    walked += "/" + document::escaped_token(token);
    if (auto known = places_.find(at); known != places_.end()) inside = known->second.resource;
  }
  // A place no keyword made a schema of: it is one now.
  scan(*at, inside, walked);
  return {at, place(at).resource, ""};
}

}  // namespace arint::schema
