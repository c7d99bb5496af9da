// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/project/merge.hpp"

#include <unordered_map>

#include "base/text.hpp"

namespace arint::declare {
namespace {

// Positions by name, so that large files merge in linear time.
std::unordered_map<std::string, std::size_t> places(const Node& map) {
  std::unordered_map<std::string, std::size_t> out;
  for (std::size_t i = 0; i < map.members.size(); ++i) out.emplace(map.members[i].name, i);
  return out;
}

void mark_added(Node& node) {
  for (Member& member : node.members) {
    member.added = true;
    mark_added(member.value);
  }
}

void unite_section(Member& into, const Member& more, Problems& problems) {
  if (into.value.kind == Kind::null) {
    into = more;
    return;
  }
  if (more.value.kind == Kind::null) return;
  if (into.value.kind != Kind::map || more.value.kind != Kind::map) {
    problems.fault(more.at, quoted(more.name) + " is already given at " + into.at.text());
    return;
  }
  auto known = places(into.value);
  for (const Member& member : more.value.members) {
    auto found = known.find(member.name);
    if (found == known.end()) into.value.members.push_back(member);
    else
      problems.fault(member.at, more.name + "." + member.name + " is defined twice; the other is at " +
                                    into.value.members[found->second].at.text() + ". A name is defined in one file");
  }
}

}  // namespace

void unite(Node& into, const Node& more, Problems& problems) {
  auto known = places(into);
  for (const Member& section : more.members) {
    auto found = known.find(section.name);
    if (found == known.end()) into.members.push_back(section);
    else unite_section(into.members[found->second], section, problems);
  }
}

void overlay(Node& into, const Node& over) {
  // A key with nothing below it (all commented out, say) is no wish to remove the map; `~` is.
  if (into.kind == Kind::map && over.kind == Kind::null && over.text.empty()) return;
  if (into.kind != Kind::map || over.kind != Kind::map) {
    into = over;
    return;
  }
  auto known = places(into);
  for (const Member& member : over.members) {
    auto found = known.find(member.name);
    if (found != known.end()) {
      Member& there = into.members[found->second];
      overlay(there.value, member.value);
      if (there.value.kind != Kind::map) there.at = member.at;  // what stands there now is the other file's
    } else {
      into.members.push_back(member);
      into.members.back().added = true;
      mark_added(into.members.back().value);
    }
  }
}

}  // namespace arint::declare
