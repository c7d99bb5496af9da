// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/parse/parser.hpp"

#include <algorithm>
#include <string>

#include "base/stack.hpp"
#include "base/text.hpp"
#include "mapping/functions/signature.hpp"
#include "mapping/parse/tokens.hpp"

namespace arint::mapping {
namespace {

// How strongly each operator holds what stands left of it; 0: it ends an expression.
int binding_power(const Token& token) noexcept {
  if (token.kind != TokenKind::op) return 0;
  struct Power {
    std::string_view op;
    int power;
  };
  static constexpr Power powers[] = {{".", 75},  {"[", 80},  {"{", 70},  {"(", 80},  {"@", 80},   {"#", 80},  {"?", 20},
                                     {"+", 50},  {"-", 50},  {"*", 60},  {"/", 60},  {"%", 60},   {"=", 40},  {"<", 40},
                                     {">", 40},  {"^", 40},  {":=", 10}, {"!=", 40}, {"<=", 40},  {">=", 40}, {"~>", 40},
                                     {"?:", 40}, {"??", 40}, {"&", 50},  {"and", 30}, {"or", 25}, {"in", 40}};
  for (const Power& known : powers)
    if (known.op == token.text) return known.power;
  return 0;
}

class Parser {
 public:
  Parser(std::string_view source, document::Arena& arena, SyntaxPool& pool, std::size_t most_nesting, std::vector<Seen>* seen)
      : tokens_(source, arena), arena_(arena), pool_(pool), most_nesting_(most_nesting), seen_(seen) {}

  Syntax* whole() {
    advance(true);
    Syntax* root = expression(0);
    if (token_.kind != TokenKind::end) refuse("S0201", token_.offset, "here the expression should end, found " + found());
    return root;
  }

 private:
  std::string found() const { return token_.kind == TokenKind::end ? "the end" : quoted(token_.text); }
  bool at(std::string_view op) const noexcept { return token_.kind == TokenKind::op && token_.text == op; }
  void advance(bool value_may_follow) {
    token_ = tokens_.next(value_may_follow);
    if (seen_ && token_.kind != TokenKind::end) seen_->push_back({token_.offset, tokens_.end(), token_.kind, Role::separates});
  }
  // Of the token at hand.
  void note(Role role) {
    if (seen_ && token_.kind != TokenKind::end) seen_->back().role = role;
  }
  void expect(std::string_view op, bool value_may_follow = true) {
    if (!at(op))
      refuse(token_.kind == TokenKind::end ? "S0203" : "S0202", token_.offset, "expected " + quoted(op) + ", found " + found());
    advance(value_may_follow);
  }

  // Limits how deep the tree gets, so that no later pass can run out of stack.
  Syntax* adopt(Syntax* node) {
    for (const Syntax* part : node->parts) node->depth = std::max(node->depth, part->depth + 1);
    // A chain a + b + c + ... leans to the left and is as deep as it is long: allowed much longer than brackets.
    if (node->depth > most_nesting_ * 8) too_deep();
    return node;
  }
  Syntax* make(Form form, const Token& token, std::vector<Syntax*> parts = {}) {
    Syntax* node = pool_.make(form, token.offset);
    node->text = token.text;
    node->parts = std::move(parts);
    return adopt(node);
  }
  [[noreturn]] void too_deep() const {
    refuse("U1002", token_.offset, "the expression is nested deeper than " + (nesting_ > most_nesting_ || !out_of_stack() ? "the limit of " + std::to_string(most_nesting_) : "the stack of this thread allows"));
  }

  Syntax* expression(int strength) {
    if (++nesting_ > most_nesting_ || out_of_stack()) too_deep();
    Token token = token_;
    note(Role::begins);
    // Behind what begins an expression, an opening bracket too, the language takes / for the operator.
    if (token.kind != TokenKind::end) advance(false);
    Syntax* left = prefix(token);
    while (strength < binding_power(token_)) {
      token = token_;
      note(Role::joins);
      advance(true);
      left = infix(token, left);
    }
    --nesting_;
    return left;
  }

  // What begins an expression.
  Syntax* prefix(const Token& token) {
    switch (token.kind) {
      case TokenKind::end: return make(Form::end, token);
      case TokenKind::name: return make(Form::name, token);
      case TokenKind::variable: return make(Form::variable, token);
      case TokenKind::text: return make(Form::text, token);
      case TokenKind::literal: return make(Form::literal, token);
      case TokenKind::number: {
        Syntax* node = make(Form::number, token);
        node->number = token.number;
        return node;
      }
      case TokenKind::regex: {
        Syntax* node = make(Form::regex, token);
        node->extra = token.flags;
        return node;
      }
      case TokenKind::op: break;
    }
    if (token.text == "and" || token.text == "or" || token.text == "in") return make(Form::op, token);
    if (token.text == "*") return make(Form::wildcard, token);
    if (token.text == "**") return make(Form::descendant, token);
    if (token.text == "%") return make(Form::parent, token);
    if (token.text == "-") return make(Form::negate, token, {expression(70)});
    if (token.text == "(") return block(token);
    if (token.text == "[") return array(token);
    if (token.text == "{") return object(token, nullptr);
    if (token.text == "|") return transform(token);
    const bool slash = token.text == "/";
    refuse("S0211", token.offset, quoted(token.text) + " cannot begin an expression" +
                                      (slash ? "; a regular expression stands behind an operator, as an argument, or in a filter" : ""));
  }

  // What goes on with an expression.
  Syntax* infix(const Token& token, Syntax* left) {
    std::string_view op = token.text;
    if (op == "(") return call(token, left);
    if (op == "[") return filter(token, left);
    if (op == "{") return object(token, left);
    if (op == "^") return order(token, left);
    if (op == "?") return condition(token, left);
    if (op == "?:") return make(Form::otherwise, token, {left, expression(0)});
    if (op == "??") return make(Form::fallback, token, {left, expression(0)});
    if (op == ":=") {
      if (left->form != Form::variable)
        refuse("S0212", left->offset, "left of := stands a variable name, beginning with $; found " + quoted(left->text));
      Syntax* node = make(Form::bind, token, {expression(9)});
      node->text = left->text;
      return node;
    }
    if (op == "@" || op == "#") {
      Syntax* variable = expression(80);
      if (variable->form != Form::variable)
        refuse("S0214", variable->offset, "right of " + std::string(op) + " stands a variable name, beginning with $");
      return make(op == "@" ? Form::focus : Form::index, token, {left, variable});
    }
    Syntax* right = expression(binding_power(token));
    return make(op == "." ? Form::dot : op == "~>" ? Form::apply : Form::binary, token, {left, right});
  }

  Syntax* block(const Token& token) {
    std::vector<Syntax*> parts;
    while (!at(")")) {
      parts.push_back(expression(0));
      if (!at(";")) break;
      advance(true);
    }
    expect(")", false);
    return make(Form::block, token, std::move(parts));
  }

  Syntax* array(const Token& token) {
    std::vector<Syntax*> items;
    if (!at("]")) {
      for (;;) {
        Syntax* item = expression(0);
        if (at("..")) {
          Token range = token_;
          note(Role::joins);
          advance(true);
          item = make(Form::binary, range, {item, expression(0)});
        }
        items.push_back(item);
        if (!at(",")) break;
        advance(true);
      }
    }
    expect("]", false);
    return make(Form::array, token, std::move(items));
  }

  // {key: value, ...}: an object by itself, a grouping after something.
  Syntax* object(const Token& token, Syntax* left) {
    std::vector<Syntax*> parts;
    if (left) parts.push_back(left);
    if (!at("}")) {
      for (;;) {
        parts.push_back(expression(0));
        expect(":");
        parts.push_back(expression(0));
        if (!at(",")) break;
        advance(true);
      }
    }
    expect("}", false);
    return make(left ? Form::group : Form::object, token, std::move(parts));
  }

  Syntax* filter(const Token& token, Syntax* left) {
    if (at("]")) {
      // An empty filter: one item stays an array. It is a property of the step that is filtered.
      Syntax* step = left;
      while (step->form == Form::filter) step = step->parts[0];
      step->keep_array = true;
      expect("]", false);
      return left;
    }
    Syntax* predicate = expression(0);
    expect("]", false);
    return make(Form::filter, token, {left, predicate});
  }

  Syntax* order(const Token& token, Syntax* left) {
    expect("(");
    std::vector<Syntax*> parts{left};
    std::vector<bool> descending;
    for (;;) {
      bool down = at(">");
      if (down || at("<")) {
        note(Role::begins);
        advance(true);
      }
      descending.push_back(down);
      parts.push_back(expression(0));
      if (!at(",")) break;
      advance(true);
    }
    expect(")", false);
    Syntax* node = make(Form::order, token, std::move(parts));
    node->descending = std::move(descending);
    return node;
  }

  Syntax* condition(const Token& token, Syntax* left) {
    std::vector<Syntax*> parts{left, expression(0)};
    if (at(":")) {
      note(Role::joins);
      advance(true);
      parts.push_back(expression(0));
    }
    return make(Form::condition, token, std::move(parts));
  }

  // | pattern | update, delete |
  Syntax* transform(const Token& token) {
    std::vector<Syntax*> parts{expression(0)};
    expect("|");
    parts.push_back(expression(0));
    if (at(",")) {
      advance(true);
      parts.push_back(expression(0));
    }
    expect("|", false);
    return make(Form::transform, token, std::move(parts));
  }

  Syntax* call(const Token& token, Syntax* left) {
    std::vector<Syntax*> parts{left};
    bool partial = false;
    if (!at(")")) {
      for (;;) {
        if (at("?")) {
          partial = true;
          note(Role::begins);
          parts.push_back(make(Form::placeholder, token_));
          advance(false);
        } else {
          parts.push_back(expression(0));
        }
        if (!at(",")) break;
        advance(true);
      }
    }
    expect(")", false);
    bool defines = left->form == Form::name && (left->text == "function" || left->text == "\u03BB");
    if (defines) return lambda(std::move(parts));
    return make(partial ? Form::partial : Form::call, token, std::move(parts));
  }

  Syntax* lambda(std::vector<Syntax*> parts) {
    for (std::size_t i = 1; i < parts.size(); ++i)
      if (parts[i]->form != Form::variable)
        refuse("S0208", parts[i]->offset, "parameter " + std::to_string(i) + " of a function is a variable name, beginning with $");
    Token first = token_;
    const Signature* signature = nullptr;
    if (at("<")) {
      // The signature is taken as it is written, up to the bracket that closes it.
      int depth = 1;
      std::size_t start = token_.offset, end = start;
      const std::size_t before = seen_ ? seen_->size() : 0;
      advance(false);
      while (depth > 0 && !at("{") && token_.kind != TokenKind::end) {
        if (at(">")) --depth;
        if (at("<")) ++depth;
        end = token_.offset + token_.text.size();
        if (depth > 0) advance(false);
      }
      expect(">");
      if (seen_) {
        // What follows was seen already.
        seen_->erase(seen_->begin() + static_cast<std::ptrdiff_t>(before), seen_->end() - 1);
        (*seen_)[before - 1].end = end;
      }
      try {
        signature = parse_signature(tokens_.source().substr(start, end - start), arena_);
      } catch (SyntaxFault& fault) {
        fault.offset += start;
        throw;
      }
    }
    expect("{");
    Syntax* body = expression(0);
    expect("}", false);
    parts[0] = body;
    first.text = {};
    Syntax* node = make(Form::lambda, first, std::move(parts));
    node->signature = signature;
    return node;
  }

  Tokenizer tokens_;
  document::Arena& arena_;
  SyntaxPool& pool_;
  std::size_t most_nesting_;
  std::vector<Seen>* seen_;
  std::size_t nesting_ = 0;
  Token token_{};
};

}  // namespace

Syntax* parse(std::string_view source, document::Arena& arena, SyntaxPool& pool, std::size_t most_nesting, std::vector<Seen>* seen) {
  return Parser(source, arena, pool, most_nesting, seen).whole();
}

}  // namespace arint::mapping
