// SPDX-License-Identifier: GPL-3.0-or-later
// Program: the compiled form of one source, and what is known about it.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/compile/nodes.hpp"
#include "mapping/expression.hpp"
#include "regex/regex.hpp"

namespace arint::mapping {

class Pictures;  // functions/pictures.hpp

class Program {
 public:
  const Node* root = nullptr;
  std::uint16_t slot_count = 1;                 // of the outermost frame; slot 0 is $$, then the names given to compile_program
  std::vector<std::string_view> externals{};    // free variables, by external slot
  std::vector<std::string> variables{};         // the same, sorted
  std::vector<std::string> fields{};
  std::vector<UnknownFunction> unknown_functions{};
  std::vector<TableUse> tables{};
  std::vector<ValuePath> value_paths{};
  bool uses_context = false;
  bool changing = false;                        // clock, random, $eval
  std::vector<std::shared_ptr<const regex::Regex>> regexes{};
  std::shared_ptr<Pictures> pictures{};         // those that stand in the source as they are; null: none
  std::unique_ptr<Arena> memory{};              // of the nodes; null when they lie in somebody else's arena
};

// `source` must live as long as the program. Nodes go to `arena`, or to the program's own memory when it is null.
// `given` are names that the caller's outermost frame holds, in slots 1, 2, ... (for $eval).
// Throws SyntaxFault, document::ArenaFull.
std::unique_ptr<const Program> compile_program(std::string_view source, const CompileOptions& options, Arena* arena = nullptr,
                                               std::span<const std::string_view> given = {});

}  // namespace arint::mapping
