// SPDX-License-Identifier: GPL-3.0-or-later
// Build: what compiling a flow needs, and the catalogue of verbs it is compiled with. Everything that is wrong is reported at
// its place in the file; nothing is opened.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "declare/reading.hpp"
#include "declare/shape.hpp"
#include "flow/lists.hpp"
#include "flow/step.hpp"
#include "flow/traits.hpp"
#include "outgoing/outgoing.hpp"

namespace arint::flow {

class Service;

struct Build {
  declare::Reading& reading;
  message::Core& core;
  const std::map<std::string, std::unique_ptr<outgoing::Outgoing>>& outgoings;
  const std::map<std::string, std::unique_ptr<Service>>& services;  // all of them, some not yet compiled: for `call`
  const std::map<std::string, bool>& forwards;                      // outgoings of kinds that can be forwarded to

  Traits* traits = nullptr;                                         // of the service; null: nobody asks

  // What is known at this step to be a list: locations of the body, by the schema it was checked against, and variables.
  Lists lists{};

  Sequence steps(const declare::Steps& steps);
  Sequence steps(std::string_view option, const declare::Steps& steps);  // of a step's option: problems name it
  std::unique_ptr<Sequence> undoing(const declare::Choice& step);        // its `compensate`; null: it has none
  // The name of the variable that a step writes, empty when it writes none. One that a function has could never be read: a fault.
  std::string into(const std::optional<std::string>& name, const declare::Choice& step);
  // Where the step being made stands in the file: what a durable run records under.
  std::string path() const { return reading.path(); }
  // The step works only where nobody waits for the answer, or only where somebody does.
  void needs(Traits::Needs what, std::string_view verb, const Position& at);
  outgoing::Outgoing* outgoing(const declare::Name& name) const;    // null when unknown; the reference check reports it
};

// One verb: its declaration and how it becomes a step. Null when problems were reported.
struct Verb {
  declare::Shape shape;
  std::unique_ptr<Step> (*make)(const declare::Choice& options, Build& build);
};

// Every verb of the product; catalog.cpp lists them, one line each.
const std::vector<Verb>& verbs();
const std::vector<declare::Shape>& verb_shapes();

}  // namespace arint::flow
