// SPDX-License-Identifier: GPL-3.0-or-later
// Builder: the events of an XML parser to values of the tree, by the mapping of README.md. Knows nothing of libxml2.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "document/arena.hpp"
#include "document/value.hpp"
#include "format/xml/xml.hpp"

namespace arint::format::xml {

// What a name stands for: two names that are written alike in the tree must not mean different things.
enum class Role : unsigned char { element, attribute, text };

// Names of elements and attributes are interned: equal names are the same pointer.
struct Attribute {
  std::string_view name{};   // with its prefixes: "@xsi:nil"
  std::string_view value{};  // lives as long as the call
  bool nil = false;          // xsi:nil with a true value
  bool declares_nil = false; // the declaration of its namespace
};

class Builder {
 public:
  explicit Builder(const Options& options) : options_(options) {}

  // Where values go from now on; only while nothing is open.
  void use(document::Arena& arena) {
    arena_ = &arena;
    beside_.emplace(arena);
    text_name_ = arena.copy(options_.text_name);  // the tree outlives the options
    order_name_ = arena.copy(options_.order_name);
  }

  // All throw ArenaFull. A sentence when the element cannot be mapped, else empty.
  void start(std::string_view name, std::span<const Attribute> attributes, bool preserve_blanks);
  void text(std::string_view text);
  std::string end();

  std::size_t depth() const { return open_.size(); }
  // Of the outermost element, once end() has closed it.
  std::string_view name() const { return name_; }
  const document::Value& value() const { return value_; }

 private:
  struct Child {
    std::string_view name;
    document::Value value;
    Role role;
  };
  struct Open {
    std::string_view name;
    std::size_t first;  // of its children, attributes among them
    bool elements = false, written_text = false;  // text other than blanks
    bool preserve = false, nil = false;
  };

  void flush_text();
  void count();  // what is not in the arena yet; throws ArenaFull
  document::Value close(const Open& open, std::string& problem);
  document::Value text_only(std::span<const Child> children);
  document::Value grouped(std::span<const Child> children, std::string& problem);
  std::size_t group_of(const Child& child, std::string& problem);

  const Options& options_;
  std::string_view text_name_{}, order_name_{};
  document::Arena* arena_ = nullptr;
  std::optional<document::Arena::Beside> beside_{};
  std::vector<Open> open_{};
  std::vector<Child> children_{};
  std::string text_{};  // of the innermost element, since its last child
  std::string_view name_{};
  document::Value value_{};

  // Scratch of grouped().
  struct Group {
    std::string_view name;
    Role role;
    std::size_t count = 0, filled = 0;
    document::Value* values = nullptr;
  };
  std::vector<Group> groups_{};
  std::vector<std::size_t> group_of_child_{};
  std::unordered_map<const char*, std::size_t> index_{};  // by name, when there are many
};

}  // namespace arint::format::xml
