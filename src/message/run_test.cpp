// SPDX-License-Identifier: GPL-3.0-or-later
// What a run gives its expressions: a series of randomness that belongs to the message.
#include "message/run.hpp"

#include <gtest/gtest.h>

#include <set>

#include "declare/project.hpp"

namespace arint::message {
namespace {

// The first UUIDs of a message: two of the run, one of each of two branches, one more of the run.
std::vector<std::string> identities(const Message& message) {
  Problems problems;
  declare::Project project = declare::Project::from_text("", problems);
  declare::Reading reading(problems, project);
  const Expression uuid = Expression::compile(declare::Expression{"$uuid()", {}, {}}, reading);
  Core core;
  document::Arena arena;
  Run run(core, message, arena);
  std::vector<std::string> out;
  auto draw = [&](Run& from) { out.emplace_back(from.evaluate(uuid)->as_text()); };
  draw(run);
  draw(run);
  std::unique_ptr<Run> first = run.branch(arena), second = run.branch(arena);
  draw(*second);
  draw(*first);
  std::unique_ptr<Run> inner = first->branch(arena);
  draw(*inner);
  draw(*first);
  draw(run);
  return out;
}

TEST(Run, identities_are_the_messages_own_and_the_same_when_it_is_computed_again) {
  Message message, other;
  message.id = {5, 6};
  other.id = {5, 7};
  const std::vector<std::string> once = identities(message), again = identities(message), others = identities(other);
  EXPECT_EQ(once, again);
  std::set<std::string> all(once.begin(), once.end());
  all.insert(others.begin(), others.end());
  EXPECT_EQ(all.size(), 14u) << "no two are alike";
}

}  // namespace
}  // namespace arint::message
