// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/run.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "format/catalog.hpp"
#include "message/intrinsic.hpp"

namespace arint::message {
namespace {

constexpr std::size_t most_variables_in_one_expression = 32;

std::uint64_t mixed(std::uint64_t z) noexcept {
  z = (z ^ (z >> 33)) * 0xFF51AFD7ED558CCDull;
  return z ^ (z >> 33);
}

}  // namespace

Id Run::next_seed() noexcept { return {seeds_.seed.high, seeds_.seed.low + ++seeds_.given * 0x9E3779B97F4A7C15ull}; }

std::unique_ptr<Run> Run::branch(document::Arena& arena) {
  auto out = std::make_unique<Run>(*core_, *message_, arena, origin_);
  // A series of its own: its evaluations are counted anew.
  const Id seed = next_seed();
  out->seeds_.seed = {seed.high ^ mixed(seed.low), seed.low};
  out->body = body;
  out->variables_ = variables_;
  out->call_depth = call_depth;
  out->service = service;
  out->journal = journal;
  out->scope = scope;
  out->beside = beside;
  out->saga = saga;
  out->now_ms = now_ms;
  return out;
}

std::unique_ptr<Run> Run::snapshot(document::Arena& arena) {
  std::unique_ptr<Run> out = branch(arena);
  if (&arena == arena_) return out;
  out->body.document = document::copy_into(arena, body.document);
  for (Variable& variable : out->variables_) variable.value = document::copy_into(arena, variable.value);
  out->scope = arena.copy(scope);
  return out;
}

runtime::Task<Result<void>> Run::fetch_body() {
  if (body.state != Body::State::unread) co_return Result<void>();
  if (!origin_) co_return Result<void>();
  Result<std::string_view> bytes = co_await origin_->read_body();
  if (!bytes) co_return bytes.error();
  body.bytes = *bytes;
  body.state = Body::State::raw;
  co_return Result<void>();
}

Result<const document::Value*> Run::document() {
  if (body.state == Body::State::raw && body.format && !body.bytes.empty()) {
    format::ReadOptions options;
    options.charset = format::charset_of(message_->content_type);
    Result<document::Value> read = body.format->read(body.bytes, options, *arena_);
    if (!read) {
      // The caller's bytes are at fault, whichever step looked at them first.
      Error error = read.error();
      if (!error.status) error.status = 400;
      return error;
    }
    body.document = *read;
    body.state = Body::State::parsed;
  }
  return &body.document;
}

const Variable* Run::variable(std::string_view name) const noexcept {
  for (std::size_t i = variables_.size(); i-- > 0;)
    if (variables_[i].name == name) return &variables_[i];
  return nullptr;
}

void Run::set_variable(std::string_view name, const document::Value& value, const format::Format* format) {
  if (std::find(written_.begin(), written_.end(), name) == written_.end()) written_.push_back(name);
  for (Variable& variable : variables_)
    if (variable.name == name) {
      variable.value = value;
      variable.format = format;
      return;
    }
  variables_.push_back({name, value, format});
}

document::Value Run::written() {
  std::vector<document::Member> members;
  for (std::string_view name : written_) members.push_back({name, variable(name)->value});
  return document::object_of(*arena_, members);
}

Result<document::Value> Run::evaluate(const Expression& expression) {
  document::Value input;
  if (expression.uses_body()) {
    Result<const document::Value*> parsed = document();
    if (!parsed) return parsed.error();
    input = **parsed;
  }
  std::array<mapping::Variable, most_variables_in_one_expression> used;
  std::size_t count = 0;
  for (const std::string& name : expression.compiled().variables_used()) {
    if (count == used.size()) return Error{Fault::bug, expression.place(0) + ": more than 32 variables in one expression"};
    const Variable* known = variable(name);
    document::Value value = known ? known->value : intrinsic_variable(*this, name);
    if (!value.is_absent()) used[count++] = {name, value};
  }
  mapping::Environment environment;
  environment.variables = {used.data(), count};
  environment.now_millis = now_ms;
  environment.seed = next_seed();
  environment.tables = core_->tables;
  environment.budget = core_->budget;
  if (context) environment.budget.time = std::min(environment.budget.time, context->remaining());
  mapping::EvaluationError detail;
  Result<document::Value> value = mapping::evaluate(expression.compiled(), input, environment, *arena_, &detail);
  if (!value) {
    Error error = value.error();
    // Not the budget, but the deadline was short: the caller gets what every late answer is.
    if (detail.code == "U1001" && context && context->remaining().count() == 0) {
      error.fault = Fault::timeout;
      detail.sentence = "the caller's time was over during this expression";
    }
    error.sentence = expression.place(detail.offset) + ": " + detail.sentence + " (" + detail.code + ")";
    return error;
  }
  return value;
}

Result<bool> Run::holds(const Expression& expression) {
  Result<document::Value> value = evaluate(expression);
  if (!value) return value.error();
  return mapping::truth(*value);
}

Result<std::string_view> bytes_of(Run& run, const Body& body, std::string& scratch) {
  (void)run;
  if (body.state == Body::State::raw || body.state == Body::State::parsed || body.state == Body::State::unread) return body.bytes;
  if (body.document.is_absent()) return std::string_view();
  const format::Format* format = body.format ? body.format : format::find("json");
  scratch.clear();
  format::WriteOptions options;
  Result<void> written = format->write(body.document, options, scratch);
  if (!written) return written.error();
  return std::string_view(scratch);
}

std::string content_type_of(const Body& body) {
  return (body.format ? body.format : format::find("json"))->content_type();
}

}  // namespace arint::message
