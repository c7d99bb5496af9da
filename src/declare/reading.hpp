// SPDX-License-Identifier: GPL-3.0-or-later
// Reading: one pass over a project's configuration. It collects every problem, stops at none, and notes which names
// are defined and which are referred to.
#pragma once
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "declare/shape.hpp"

namespace arint::declare {

class Project;

struct Reference {
  std::string kind;  // "outgoing"
  Name name;
  std::string path;  // "channels.orders.service"
};

class Reading {
 public:
  // Both must outlive the reading. The project gives variables and files; problems of its own opening are already there.
  Reading(Problems& problems, Project& project) : problems_(problems), project_(project) {}
  Reading(const Reading&) = delete;

  // The sentence is put behind the path of the setting being read; the same sentence at the same place is kept once.
  void fault(const Position& at, const std::string& sentence);
  void warning(const Position& at, const std::string& sentence);
  void refer(const std::string& kind, const Name& name);
  void define(const std::string& kind, const std::string& name, const Position& at);

  Problems& problems() { return problems_; }
  Project& project() { return project_; }
  const std::vector<Reference>& references() const { return references_; }
  // kind -> name -> where
  const std::map<std::string, std::map<std::string, Position>>& definitions() const { return definitions_; }
  std::string path() const;

  // Names the part of the configuration that is read while it lives: Inside step(reading, "orders").
  class Inside {
   public:
    Inside(Reading& reading, std::string name);
    Inside(Reading& reading, std::size_t index);
    ~Inside() { reading_.path_.pop_back(); }
    Inside(const Inside&) = delete;

   private:
    Reading& reading_;
  };

 private:
  bool first_time(const Position& at, const std::string& sentence);
  Problems& problems_;
  Project& project_;
  std::vector<std::string> path_;
  std::vector<Reference> references_;
  std::map<std::string, std::map<std::string, Position>> definitions_;
  std::set<std::tuple<std::string, int, int, std::string>> said_;
};

// Reads a map (or null, or the shorthand) into a struct of the shape's type. Reports everything that is wrong; true when
// nothing was. Settings that are absent get their fallback.
bool read_shape(const Shape& shape, const Node& node, void* into, std::type_index type, Reading& reading);

template <class S>
bool read(const Shape& shape, const Node& node, S& into, Reading& reading) {
  return read_shape(shape, node, &into, typeid(S), reading);
}

// Reads without keeping the result.
bool check(const Shape& shape, const Node& node, Reading& reading);

// Each step read against its verb's shape, in order; an unknown verb is a fault with the nearest known one and is left out.
std::vector<Choice> read_steps(const Steps& steps, const std::vector<Shape>& verbs, Reading& reading);

// Faults for each reference to a name that was neither defined in this reading nor is in `known` (kind -> names).
void check_references(Reading& reading, const std::map<std::string, std::vector<std::string>>& known = {});

}  // namespace arint::declare
