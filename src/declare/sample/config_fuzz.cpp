// SPDX-License-Identifier: GPL-3.0-or-later
// Any text as arint.yaml: parsed, read against the sample, shown, and every place asked for. No files, no environment.
#include <cstddef>
#include <cstdint>
#include <string>

#include "declare/readers/show.hpp"
#include "declare/sample/sample.hpp"

namespace {

using namespace arint;
using namespace arint::declare;

// Each byte of each scalar is somewhere in the text, and never before the scalar's first line.
void places(const Node& node) {
  if (node.written.source) {
    std::size_t step = node.text.size() / 8 + 1;
    for (std::size_t offset = 0; offset <= node.text.size(); offset += step)
      invariant(position_in(node.written, node.text, offset).line >= node.at.line, "a byte is found behind the scalar's beginning");
  }
  for (const Node& item : node.items) places(item);
  for (const Member& member : node.members) places(member.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Settings<sample::Root> settings = sample::root_settings();
  static const std::vector<Shape> verbs = sample::verbs();
  Problems problems;
  Project project = Project::from_text(std::string(reinterpret_cast<const char*>(data), size), problems, sample::variables());
  Reading reading(problems, project);
  sample::Root root;
  read(settings, project.root(), root, reading);
  for (const auto& [name, steps] : root.services) read_steps(steps, verbs, reading);
  check_references(reading);
  if (size < 4096) places(project.root());
  std::string shown = effective(settings, project, verbs);
  if (problems.faulty()) return 0;
  // What is shown of a good configuration is a good configuration, except that secrets are gone.
  Problems again;
  Project::from_text(shown, again);
  invariant(!again.faulty(), "config show writes YAML");
  return 0;
}
