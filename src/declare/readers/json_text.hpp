// SPDX-License-Identifier: GPL-3.0-or-later
// Writes indented JSON, key by key. Small and slow; for what people and editors read. Formats stand above this folder.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "declare/yaml/node.hpp"

namespace arint::declare {

class JsonText {
 public:
  void open_map() { open('{'); }
  void open_list() { open('['); }
  void close();
  void key(std::string_view name);
  void text(std::string_view value);
  void raw(std::string_view json);  // a number, true, false, null, or whole JSON on one line
  void member(std::string_view name, std::string_view value) { key(name), text(value); }
  void member_raw(std::string_view name, std::string_view json) { key(name), raw(json); }
  void texts(std::string_view name, const std::vector<std::string>& values);  // a list on one line

  std::string take() && { return std::move(out_) + "\n"; }

 private:
  void open(char bracket);
  void before_value();
  void new_line() { out_ += "\n" + std::string(levels_.size() * 2, ' '); }

  struct Level {
    char closing;
    bool empty = true;
  };
  std::string out_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

std::string json_quoted(std::string_view text);
// On one line; plain scalars become what the core schema says they are.
std::string json_of(const Node& node);

}  // namespace arint::declare
