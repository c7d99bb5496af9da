// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pinned_text.hpp"

#include <algorithm>

#include "declare/yaml/yaml.hpp"

namespace arint::engine {
namespace {

// The byte at a place of the text; its end when there is none.
std::size_t byte_at(std::string_view text, const Position& at) {
  std::size_t begin = 0;
  for (int line = 1; line < at.line; ++line) {
    const std::size_t end = text.find('\n', begin);
    if (end == text.npos) return text.size();
    begin = end + 1;
  }
  return std::min(begin + static_cast<std::size_t>(std::max(at.column, 1) - 1), text.size());
}

}  // namespace

bool pinned_section(std::string_view name) noexcept { return name == "formats" || name == "services" || name == "tables" || name == "config"; }

std::string pinned_text(const std::string& path, const std::string& yaml) {
  Problems problems;
  const declare::Node root = declare::parse_yaml(path, yaml, problems);
  if (problems.faulty() || root.kind != declare::Kind::map) return yaml;
  std::string out = yaml;
  // In braces the last section ends before the closing one; else with the text.
  const std::size_t start = byte_at(yaml, root.at);
  const std::size_t brace = start < yaml.size() && yaml[start] == '{' ? yaml.rfind('}') : yaml.npos;
  for (std::size_t i = 0; i < root.members.size(); ++i) {
    if (pinned_section(root.members[i].name)) continue;
    const std::size_t from = byte_at(yaml, root.members[i].at);
    const std::size_t to = i + 1 < root.members.size() ? byte_at(yaml, root.members[i + 1].at) : std::min(brace, yaml.size());
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(from), out.begin() + static_cast<std::ptrdiff_t>(std::max(from, to)), [](char c) { return c != '\n'; }, ' ');
  }
  Problems after;
  declare::parse_yaml(path, out, after);
  return after.faulty() ? yaml : out;
}

}  // namespace arint::engine
