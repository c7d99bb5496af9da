// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/build.hpp"

namespace arint::flow {

Sequence Build::steps(std::string_view option, const declare::Steps& written) {
  declare::Reading::Inside inside(reading, std::string(option));
  return steps(written);
}

Sequence Build::steps(const declare::Steps& written) {
  Sequence out;
  const Lists before = lists;
  for (const declare::Choice& step : declare::read_steps(written, verb_shapes(), reading)) {
    declare::Reading::Inside item(reading, step.index);
    for (const Verb& verb : verbs()) {
      if (verb.shape.name != step.kind || !step.options) continue;
      std::unique_ptr<Step> made;
      {
        declare::Reading::Inside verb_of(reading, step.kind);
        made = verb.make(step, *this);
      }
      std::unique_ptr<Sequence> undo = undoing(step);
      if (made) out.add(verb.shape.name, step.at, std::move(made), std::move(undo));
    }
  }
  // Steps inside a step may not have run, or ran on a copy.
  lists.leave(before);
  return out;
}

std::unique_ptr<Sequence> Build::undoing(const declare::Choice& step) {
  if (step.compensate.kind != declare::Kind::list) return nullptr;
  needs(Traits::Needs::nobody_waits, declare::compensate_name, step.compensate.at);
  return std::make_unique<Sequence>(steps(declare::compensate_name, declare::Steps{step.compensate, step.compensate.at}));
}

void Build::needs(Traits::Needs what, std::string_view verb, const Position& at) {
  if (traits) traits->uses.push_back({what, std::string(verb), at, reading.path()});
}

std::string Build::into(const std::optional<std::string>& name, const declare::Choice& step) {
  if (!name) return "";
  lists.forget(*name);
  if (mapping::is_function(*name)) {
    const declare::Node* written = step.node.find("into");
    declare::Reading::Inside inside(reading, "into");
    reading.fault(written ? written->at : step.at, "$" + *name + " is a function, so that no expression could read this variable; choose another name");
  }
  return *name;
}

outgoing::Outgoing* Build::outgoing(const declare::Name& name) const {
  auto found = outgoings.find(name.text);
  return found == outgoings.end() ? nullptr : found->second.get();
}

const std::vector<declare::Shape>& verb_shapes() {
  static const std::vector<declare::Shape> shapes = [] {
    std::vector<declare::Shape> out;
    for (const Verb& verb : verbs()) out.push_back(verb.shape);
    return out;
  }();
  return shapes;
}

}  // namespace arint::flow
