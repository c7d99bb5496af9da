// SPDX-License-Identifier: GPL-3.0-or-later
// Compiler: from schema documents to the graph of nodes. Only what can be reached from the root is compiled.
//
// Nodes are made when somebody first points at them and filled from a queue, so that neither long chains of references nor recursive
// schemas need a deep stack here. Internal to schema/.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "schema/compile/problems.hpp"
#include "schema/compile/registry.hpp"
#include "schema/program/node.hpp"

namespace arint::schema {

class Compiler {
 public:
  Compiler(Program& program, const CompileOptions& options)
      : program_(program), options_(options), registry_(program.arena, options, problems_) {}

  Result<void> run(const document::Value& root);

 private:
  // The schema a node is filled from, and where problems with it are told.
  struct Source {
    const document::Value& schema;
    const Place& place;
    const Dialect& dialect;
    Node& node;
  };
  struct Waiting {
    const document::Value* schema;
    Node* node;
  };
  struct Dynamic {
    DynamicReference* reference;
    std::string anchor;
  };

  const Node* node_for(const document::Value& schema);
  void fill(const document::Value& schema, Node& node);
  void keyword(const Source& in, std::string_view name, const document::Value& value);
  // Each returns false when the keyword is none of its own.
  bool logic_keyword(const Source& in, std::string_view name, const document::Value& value);
  bool object_keyword(const Source& in, std::string_view name, const document::Value& value);
  bool array_keyword(const Source& in, std::string_view name, const document::Value& value);
  bool value_keyword(const Source& in, std::string_view name, const document::Value& value);
  bool number_keyword(const Source& in, std::string_view name, const document::Value& value);
  bool text_keyword(const Source& in, std::string_view name, const document::Value& value);

  void types(const Source& in, const document::Value& value);
  void allowed_values(const Source& in, const document::Value& value);
  void properties(const Source& in, const document::Value& value);
  void pattern_properties(const Source& in, const document::Value& value);
  void required(const Source& in, const document::Value& value);
  void dependencies(const Source& in, std::string_view name, const document::Value& value);
  void items(const Source& in, std::string_view name, const document::Value& value);
  void reference(const Source& in, std::string_view name, const document::Value& value);
  void condition(const Source& in);
  void finish(const Source& in);

  // What a keyword must hold; a problem and nothing otherwise.
  std::size_t count(const Source& in, std::string_view name, const document::Value& value);
  bool names(const Source& in, std::string_view name, const document::Value& value, std::vector<std::string>& out);
  bool list(const Source& in, std::string_view name, const document::Value& value, std::vector<const Node*>& out);
  std::shared_ptr<const regex::Regex> pattern(const Source& in, const std::string& where, std::string_view text);
  void problem(const Source& in, std::string_view name, const std::string& sentence);
  void wrong(const Source& in, std::string_view name, const document::Value& value, std::string_view expected);

  void resolve_dynamic();
  bool fill_queue();
  void refuse_loops();
  void shorten();

  // The rules of a node, made when the first keyword needs them.
  NumberRules& number_rules(Node& node);
  TextRules& text_rules(Node& node);
  ArrayRules& array_rules(Node& node);
  ObjectRules& object_rules(Node& node);
  ValueRules& value_rules(Node& node);
  LogicRules& logic_rules(Node& node);

  Program& program_;
  const CompileOptions& options_;
  SchemaProblems problems_;
  Registry registry_;
  std::unordered_map<const document::Value*, Node*> by_schema_;
  std::deque<Waiting> queue_;
  std::deque<Dynamic> dynamic_;
};

}  // namespace arint::schema
