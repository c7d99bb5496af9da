// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/compile/compiler.hpp"

#include <algorithm>
#include <cmath>

#include "mapping/parse/parser.hpp"
#include "mapping/parse/shape.hpp"

namespace arint::mapping {

const Node* Compiler::node(Syntax* syntax) {
  const Node* inner = bare(syntax);
  // A path sees to its own filters and grouping.
  bool refines = syntax->form != Form::path && (syntax->has_stages() || syntax->is_grouped());
  return refines ? refined(syntax, inner) : inner;
}

const Node* Compiler::bare(Syntax* syntax) {
  switch (syntax->form) {
    case Form::name: {  // only as a step
      FieldNode* out = make<FieldNode>(Op::field, syntax);
      out->name = syntax->text;
      if (sees_input_) fields_.insert(std::string(syntax->text));
      saw_context();
      return out;
    }
    case Form::text: return literal(syntax, Value::text(syntax->text));
    case Form::number: return number(syntax);
    case Form::literal:
      return literal(syntax, syntax->text == "null" ? Value::null() : Value::boolean(syntax->text == "true"));
    case Form::regex: return regex(syntax);
    case Form::variable: return variable(syntax);
    case Form::wildcard: saw_context(); return make<Node>(Op::wildcard, syntax);
    case Form::descendant: saw_context(); return make<Node>(Op::descendant, syntax);
    case Form::parent: return parent(syntax);
    case Form::negate: {
      UnaryNode* out = make<UnaryNode>(Op::negate, syntax);
      out->operand = node(syntax->parts[0]);
      return folded(out);
    }
    case Form::binary: return binary(syntax);
    case Form::array: return array(syntax);
    case Form::object: return object(syntax);
    case Form::block: return block(syntax);
    case Form::call: return call(syntax, nullptr);
    case Form::partial: return partial(syntax);
    case Form::lambda: return lambda(syntax);
    case Form::condition: return condition(syntax);
    case Form::fallback:
    case Form::otherwise: {
      BinaryNode* out = make<BinaryNode>(syntax->form == Form::fallback ? Op::fallback : Op::otherwise, syntax);
      out->left = node(syntax->parts[0]);
      out->right = node(syntax->parts[1]);
      return out;
    }
    case Form::bind: return bind(syntax);
    case Form::apply: return apply(syntax);
    case Form::transform: return transform(syntax);
    case Form::path: return path(syntax);
    case Form::placeholder: refuse("S0211", syntax->offset, "? stands for an argument only directly in a call");
    default: break;
  }
  refuse("S0206", syntax->offset, "this cannot stand here");
}

const Node* Compiler::unsighted(Syntax* syntax) {
  bool before = sees_input_;
  sees_input_ = false;
  const Node* out = node(syntax);
  sees_input_ = before;
  return out;
}

void Compiler::saw_context() {
  if (sees_input_) program_.uses_context = true;
}

const Node* Compiler::literal(const Syntax* syntax, Value value) {
  LiteralNode* out = make<LiteralNode>(Op::literal, syntax);
  out->value = value;
  return out;
}

const Node* Compiler::number(const Syntax* syntax) {
  // Exact integers are held as such: sums and counts stay in integer arithmetic.
  constexpr double exact = 9007199254740992.0;
  double value = syntax->number;
  if (std::trunc(value) == value && std::abs(value) <= exact) return literal(syntax, Value::integer(static_cast<std::int64_t>(value)));
  return literal(syntax, Value::real(value));
}

const Node* Compiler::binary(Syntax* syntax) {
  if (syntax->text == "&") return concatenation(syntax);
  struct Known {
    std::string_view text;
    Op op;
  };
  static constexpr Known known[] = {{"+", Op::add},         {"-", Op::subtract},    {"*", Op::multiply}, {"/", Op::divide},
                                    {"%", Op::remainder},   {"=", Op::equal},       {"!=", Op::unequal}, {"<", Op::less},
                                    {"<=", Op::less_equal}, {">", Op::greater},     {">=", Op::greater_equal},
                                    {"and", Op::both},      {"or", Op::either},     {"in", Op::within},  {"..", Op::range}};
  const Known* found = std::find_if(std::begin(known), std::end(known), [&](const Known& k) { return k.text == syntax->text; });
  if (found == std::end(known)) refuse("S0204", syntax->offset, "there is no operator " + std::string(syntax->text));
  BinaryNode* out = make<BinaryNode>(found->op, syntax);
  out->left = node(syntax->parts[0]);
  out->right = node(syntax->parts[1]);
  return folded(out);
}

const Node* Compiler::concatenation(Syntax* syntax) {
  // a & b & c nests to the left; the parts are gathered from there.
  std::vector<const Node*> parts;
  std::vector<Syntax*> chain;
  Syntax* left = syntax;
  auto chained = [](const Syntax* s) { return s->form == Form::binary && s->text == "&" && !s->has_stages() && !s->is_grouped(); };
  while (chained(left)) {
    chain.push_back(left->parts[1]);
    left = left->parts[0];
  }
  parts.push_back(node(left));
  for (std::size_t i = chain.size(); i-- > 0;) parts.push_back(node(chain[i]));
  ConcatenateNode* out = make<ConcatenateNode>(Op::concatenate, syntax);
  out->parts = kept(parts);
  return folded(out);
}

const Node* Compiler::array(Syntax* syntax) {
  std::vector<ArrayNode::Item> items;
  for (Syntax* part : syntax->parts) items.push_back({node(part), part->form == Form::array});
  ArrayNode* out = make<ArrayNode>(Op::array, syntax);
  out->items = kept(items);
  out->whole = syntax->whole_array;
  return folded(out);
}

const GroupNode* Compiler::group(std::span<Syntax* const> pairs, std::size_t offset) {
  std::vector<GroupNode::Pair> list;
  bool literal_keys = true;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    list.push_back({node(pairs[i]), node(pairs[i + 1])});
    const Node* key = list.back().key;
    literal_keys = literal_keys && is_literal(key) && static_cast<const LiteralNode*>(key)->value.is_text() &&
                   seen.insert(static_cast<const LiteralNode*>(key)->value.as_text()).second;
  }
  GroupNode* out = arena_.make<GroupNode>();
  out->pairs = kept(list);
  out->offset = static_cast<std::uint32_t>(offset);
  out->literal_keys = literal_keys;
  return out;
}

const Node* Compiler::object(Syntax* syntax) {
  ObjectNode* out = make<ObjectNode>(Op::object, syntax);
  out->group = group(syntax->parts, syntax->offset);
  return folded(out);
}

const Node* Compiler::regex(const Syntax* syntax) {
  Result<regex::Flags> flags = regex::parse_flags(syntax->extra);
  if (!flags) refuse("S0303", syntax->offset, flags.error().sentence);
  Result<std::shared_ptr<const regex::Regex>> compiled = regex::Regex::compile(syntax->text, *flags);
  if (!compiled) refuse("S0303", syntax->offset, compiled.error().sentence);
  program_.regexes.push_back(*compiled);
  RegexNode* out = make<RegexNode>(Op::regex, syntax);
  out->regex = compiled->get();
  return out;
}

const Node* Compiler::condition(Syntax* syntax) {
  ConditionNode* out = make<ConditionNode>(Op::condition, syntax);
  out->condition = node(syntax->parts[0]);
  out->then = node(syntax->parts[1]);
  if (syntax->parts.size() > 2) out->otherwise = node(syntax->parts[2]);
  return out;
}

const Node* Compiler::transform(Syntax* syntax) {
  TransformNode* out = make<TransformNode>(Op::transform, syntax);
  out->pattern = unsighted(syntax->parts[0]);
  out->update = unsighted(syntax->parts[1]);
  if (syntax->parts.size() > 2) out->remove = unsighted(syntax->parts[2]);
  return out;
}

std::span<const StageNode> Compiler::stages(const Syntax* syntax, const TupleLayout* layout) {
  std::vector<StageNode> out;
  if (syntax->has_stages()) {
    for (const Stage& stage : syntax->decoration->stages) {
      StageNode made;
      made.offset = static_cast<std::uint32_t>(stage.offset);
      if (stage.filter) {
        made.filter = unsighted(stage.filter);
        if (stage.filter->form == Form::number) {
          made.fixed = true;
          double position = std::floor(stage.filter->number);
          made.position = std::abs(position) < 1e15 ? static_cast<std::int64_t>(position) : INT64_MAX;
        }
      } else {
        made.index_slot = layout ? layout->slot_of(stage.index) : -1;
      }
      out.push_back(made);
    }
  }
  return kept(out);
}

const Node* Compiler::refined(Syntax* syntax, const Node* inner) {
  RefineNode* out = make<RefineNode>(Op::refine, syntax);
  out->inner = inner;
  out->stages = stages(syntax, nullptr);
  if (syntax->is_grouped()) {
    bool before = sees_input_;
    sees_input_ = false;
    out->group = group(syntax->decoration->pairs, syntax->decoration->group_offset);
    sees_input_ = before;
  }
  return out;
}

void Compiler::compile(Syntax* root, std::span<const std::string_view> given) {
  FrameShape frame;
  Scope scope;
  scope.frame = &frame;
  scope.own_frame = true;
  scope.declare("$");
  for (std::string_view name : given) scope.declare(name);
  annotate(root);
  declare_bound(root, scope);
  scope_ = &scope;
  note_value_paths(root, program_.value_paths);
  program_.root = node(root);
  scope_ = nullptr;
  program_.slot_count = static_cast<std::uint16_t>(frame.slots);
  program_.variables.assign(program_.externals.begin(), program_.externals.end());
  std::sort(program_.variables.begin(), program_.variables.end());
  program_.fields.assign(fields_.begin(), fields_.end());
}

std::unique_ptr<const Program> compile_program(std::string_view source, const CompileOptions& options, Arena* arena,
                                               std::span<const std::string_view> given) {
  if (source.size() > options.most_bytes)
    refuse("U1002", 0, "the expression has " + std::to_string(source.size()) + " bytes, more than the limit of " + std::to_string(options.most_bytes));
  auto program = std::make_unique<Program>();
  if (!arena) {
    program->memory = std::make_unique<Arena>();
    arena = program->memory.get();
  }
  SyntaxPool pool;
  Syntax* root = shape(parse(source, *arena, pool, options.most_nesting), pool);
  Compiler(*program, *arena).compile(root, given);
  return program;
}

}  // namespace arint::mapping
