// SPDX-License-Identifier: GPL-3.0-or-later
// Schema: a JSON Schema compiled once, and asked about any number of documents from any thread.
//
// Drafts: 2020-12 and 7, told by $schema. All keywords of both. References ($ref, $dynamicRef) inside the schema, to the meta-schemas
// of both drafts (built in), and to other documents through a loader; there is no network here. Patterns run in linear time, so
// look-around and backreferences in them are compile errors. Numbers are compared as they are written, digit by digit: 200 digits
// and 1e999999 included. Text counts in code points. Documents may hold what JSON cannot (bytes, absent): those are of no JSON type.
// Formats are notes unless asserted: date-time date time duration email idn-email hostname idn-hostname ipv4 ipv6 uri uri-reference iri
// iri-reference uri-template uuid json-pointer relative-json-pointer regex. Any other is never asserted.
// Source: JSON Schema Core and Validation, 2020-12 (draft-bhutton-json-schema-01) and draft-handrews-json-schema-01.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "document/value.hpp"

namespace arint::schema {

enum class Draft { draft7, draft2020_12 };

// One fault of a document.
struct Violation {
  std::string instance{};  // JSON Pointer (RFC 6901) to the faulty value; "" is the document itself
  std::string schema{};    // the keyword it breaks: "order.json#/properties/id/type"
  std::string sentence{};  // what was found, and what is allowed; a value is cut at 60 bytes
};

// A schema document that was read for a reference. `owner` keeps the memory of `root`; it is needed until compile returns.
struct Loaded {
  document::Value root{};
  std::shared_ptr<const void> owner{};
};

// `name` is the reference without its fragment, resolved against where it stands: "schemas/customer.json" when the schema was compiled
// with the base "schemas/order.json" and says "customer.json"; the whole URI when it is one.
using Loader = std::function<Result<Loaded>(const std::string& name)>;

struct CompileOptions {
  std::string base{};                       // name or URI of the schema document: what its relative references start from
  Loader loader{};                          // without one, a reference to another document is an error
  bool assert_formats = false;
  Draft default_draft = Draft::draft2020_12;  // where there is no $schema
  std::size_t most_nodes = 100'000;         // subschemas, over all documents
  std::size_t most_depth = 2'000;           // nesting of a document (and of references) that is checked; deeper is a violation
};

struct Program;

class Schema {
 public:
  static constexpr std::size_t default_most = 100;

  // Everything needed of `root` is copied. Fault::malformed: the sentence lists what is wrong (the first ten places), each with its
  // position in the schema; faults of the loader are passed on with the reference that needed it.
  static Result<std::shared_ptr<const Schema>> compile(const document::Value& root, const CompileOptions& options = {});

  ~Schema();
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  // The fast answer: stops at the first fault, allocates nothing (but for uniqueItems of long arrays), throws nothing.
  bool valid(const document::Value& value) const noexcept;

  // All faults, at most `most`, in the order of the document; empty when it is valid.
  std::vector<Violation> check(const document::Value& value, std::size_t most = default_most) const;

  // Names the schema knows at the top of a document, through references and alternatives; sorted.
  std::vector<std::string> known_properties() const;

  // Whether what stands under these names, from the top of a document, is certain to be a list; lists on the way are looked into.
  bool is_list(std::span<const std::string> names) const;

  // Documents the loader was asked for, in order: what a reload must watch.
  const std::vector<std::string>& loaded() const noexcept;

 private:
  explicit Schema(std::unique_ptr<const Program> program);
  std::unique_ptr<const Program> program_;
};

}  // namespace arint::schema
