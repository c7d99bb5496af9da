// SPDX-License-Identifier: GPL-3.0-or-later
// Registry: every schema document that takes part, and what can be referred to in it: resources ($id), anchors, and places by pointer.
//
// Documents are copied into the program's arena, so that each place of a document has an address of its own; that address is its
// identity from then on. Documents are loaded when a reference first needs them. Internal to schema/.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "document/value.hpp"
#include "schema/compile/dialect.hpp"
#include "schema/compile/problems.hpp"
#include "schema/schema.hpp"

namespace arint::schema {

// A schema with a URI of its own: a document, or an embedded schema with $id.
struct Resource {
  std::string uri{};       // without fragment
  std::string file{};      // name of the document it stands in, as it was retrieved
  const document::Value* root = nullptr;
  Dialect dialect{};
  std::map<std::string, const document::Value*, std::less<>> anchors{};
  std::map<std::string, const document::Value*, std::less<>> dynamic_anchors{};  // also in `anchors`
};

// Where a subschema stands.
struct Place {
  std::uint32_t resource = 0;
  std::string location{};  // "order.json#/properties/id"
};

class Registry {
 public:
  static constexpr std::size_t deepest = 500;  // nesting of a schema document

  Registry(document::Arena& arena, const CompileOptions& options, SchemaProblems& problems)
      : arena_(arena), options_(options), problems_(problems) {}

  // nullptr: there is a problem.
  const document::Value* add_root(const document::Value& root);

  struct Target {
    const document::Value* schema = nullptr;
    std::uint32_t resource = 0;
    std::string dynamic_anchor{};  // the fragment, when it is a $dynamicAnchor
  };
  // What `reference` means where `from` stands; a null target after a problem.
  Target find(std::string_view reference, const Place& from, const std::string& keyword_location);

  // Of a schema that was given out by find(), or that a keyword holds.
  const Place& place(const document::Value* schema) const { return places_.at(schema); }
  const Resource& resource(std::uint32_t index) const { return *resources_[index]; }
  std::size_t resource_count() const { return resources_.size(); }
  const std::vector<std::string>& loaded() const { return loaded_; }

 private:
  const document::Value* add_document(const document::Value& root, const std::string& name, const Dialect& fallback);
  std::uint32_t add_resource(Resource resource);
  bool find_dialect(const document::Value& root, const std::string& location, Dialect& out);
  bool read_vocabulary(const std::string& meta_schema, const std::string& location, Dialect& out);
  void scan(const document::Value& schema, std::uint32_t resource, std::string location);
  void scan_children(const document::Value& schema, std::uint32_t resource, const std::string& location);
  std::uint32_t enter_resource(const document::Value& schema, std::uint32_t outer, const std::string& location);
  void add_anchors(const document::Value& schema, std::uint32_t resource, const std::string& location);
  bool resource_named(const std::string& uri, std::string_view reference, const Place& from, const std::string& location, std::uint32_t& out);
  bool load(const std::string& name, std::string& why, const Dialect& fallback);
  Target by_pointer(const std::string& pointer, std::uint32_t resource, std::string_view reference, const std::string& location);

  document::Arena& arena_;
  const CompileOptions& options_;
  SchemaProblems& problems_;
  std::vector<std::unique_ptr<Resource>> resources_;
  std::map<std::string, std::uint32_t, std::less<>> by_uri_;
  std::unordered_map<const document::Value*, Place> places_;
  std::vector<std::string> loaded_;
  std::vector<std::string> open_dialects_;  // meta-schemas being read, so that one that names itself ends
};

}  // namespace arint::schema
