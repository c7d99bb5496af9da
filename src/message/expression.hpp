// SPDX-License-Identifier: GPL-3.0-or-later
// Expression and Template: the two ways a configuration computes. Both are compiled once, know their place in the user's
// file, and are evaluated against a Run.
//
//   when: total >= 10000                      an expression
//   path: "/people/{$path.id}"                a template: text, with expressions in braces ("{{" is a brace)
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "declare/reading.hpp"
#include "declare/types.hpp"
#include "document/value.hpp"
#include "mapping/expression.hpp"

namespace arint::message {

class Run;

class Expression {
 public:
  Expression() = default;
  // Reports what is wrong at its place in the file; the result is then not given(). An empty source is not given either.
  static Expression compile(const declare::Expression& written, declare::Reading& reading);
  // Of a whole file of the project (`map: { file: ... }`).
  static Expression compile_file(const declare::File& file, declare::Reading& reading);

  bool given() const noexcept { return compiled_ != nullptr; }
  const mapping::Expression& compiled() const noexcept { return *compiled_; }
  // Does it read the body?
  bool uses_body() const noexcept { return compiled_ && compiled_->uses_context(); }
  // "name" when it is just `$name`: the variable's format then goes with its value.
  std::string_view bare_variable() const noexcept { return bare_; }
  // "arint.yaml:12:23" of a byte of the source.
  std::string place(std::size_t offset) const;
  Position position(std::size_t offset) const;

 private:
  std::shared_ptr<const mapping::Expression> compiled_{};
  declare::Expression written_{};
  std::shared_ptr<const std::string> file_{};  // the expression is this whole file
  std::string bare_{};
};

// What is done to the value of an expression in a template.
enum class Escape { none, path_segment, query_value };

class Template {
 public:
  Template() = default;
  static Template compile(const declare::Expression& written, declare::Reading& reading);
  bool given() const noexcept { return !parts_.empty(); }
  bool constant() const noexcept { return parts_.size() == 1 && !parts_[0].expression.given(); }
  bool uses_body() const noexcept;
  // Text and numbers as they are, booleans as true and false, absent as nothing; anything else is a fault (malformed).
  // Appends to `out`.
  Result<void> render(Run& run, Escape escape, std::string& out) const;

 private:
  struct Part {
    std::string text{};
    Expression expression{};
  };
  std::vector<Part> parts_{};
};

}  // namespace arint::message
