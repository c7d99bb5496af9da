// SPDX-License-Identifier: GPL-3.0-or-later
// The tree to XML, by the mapping of README.md. What is written is always well-formed, namespaces included; what cannot be is a fault.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "document/value.hpp"
#include "format/format.hpp"
#include "format/xml/xml.hpp"

namespace arint::format::xml {

inline constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// Options::root is there and is a name without prefix.
Result<void> check_root(const Options& xml);

class Writer {
 public:
  // Appends to `out`; after a fault `out` is as before.
  Writer(const Options& xml, const WriteOptions& options, std::string& out);

  Result<void> document(const document::Value& value);
  Result<void> item(const document::Value& value);  // one element, within a root that is written already

 private:
  struct Child {
    std::string_view name;
    const document::Value* value;
  };
  // An element whose content is being written.
  struct Frame {
    std::string_view name;
    std::size_t index = SIZE_MAX;  // within its array, for the path
    const document::Value* object = nullptr;
    std::size_t member = 0;        // the one to come
    std::size_t item = 0;          // within it, when it is an array
    std::size_t in_force = 0;      // namespace declarations before this element's own
    bool mixed = false;            // has text: no indents
    bool parts = false;            // a child was written
    // Only where #order is given: which name comes next, and where each member stands.
    std::span<const document::Value> order{};
    std::size_t next_in_order = 0;
    std::unordered_map<std::string_view, std::pair<std::size_t, std::size_t>> used{};  // member, items taken
  };
  struct Declared {
    std::string_view prefix, uri;
  };

  Result<void> run(const document::Value& value, bool whole);
  bool root(const document::Value& value, bool whole);
  bool step();
  bool child(Frame& frame, Child& out);
  bool child_in_order(Frame& frame, Child& out);
  bool child_of_member(Frame& frame, Child& out);
  bool pick(const document::Member& member, std::size_t& item, Child& out);
  void close();

  bool element(std::string_view name, const document::Value& value);
  bool open_tag(std::string_view name, const document::Value& value);
  bool declarations(const document::Value& object);
  bool attributes(const document::Value& object);
  bool attribute(std::string_view name, const document::Value& value);
  bool no_two_alike(const document::Value& object);
  bool nil(std::string_view name);
  bool content(std::string_view name, const document::Value& object, std::size_t in_force);
  const Declared* declaration_of(std::string_view prefix) const;
  bool known_prefix(std::string_view name);

  bool is_attribute(std::string_view name) const {
    return !xml_.attribute_prefix.empty() && name.starts_with(xml_.attribute_prefix) && name.size() > xml_.attribute_prefix.size();
  }
  bool is_content(const document::Member& member) const;
  bool escaped(std::string_view text, bool in_attribute);
  void line_break(std::size_t levels);
  bool fail(std::string sentence);
  std::string path() const;

  const Options& xml_;
  const WriteOptions& options_;
  std::string& out_;
  const std::size_t before_;
  std::vector<Frame> frames_{};
  std::vector<Declared> declared_{};
  std::size_t around_ = 0;  // levels of indent around the value
  std::string buffer_{};
  std::string sentence_{};
  std::string_view at_name_{};     // the child being written, for the path
  std::size_t at_item_ = SIZE_MAX;
  std::string_view at_attribute_{};
};

}  // namespace arint::format::xml
