// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/position.hpp"

#include <algorithm>
#include <tuple>

namespace arint {

std::string Position::text() const {
  std::string out = file ? *file : "arint.yaml";
  if (line > 0) out += ":" + std::to_string(line) + ":" + std::to_string(column);
  return out;
}

bool Problems::faulty() const {
  return std::any_of(list_.begin(), list_.end(), [](const Problem& p) { return !p.warning; });
}

std::string Problems::text() const {
  auto sorted = list_;
  auto place = [](const Problem& p) { return std::tuple(p.at.file ? *p.at.file : std::string(), p.at.line, p.at.column); };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Problem& a, const Problem& b) { return place(a) < place(b); });
  std::string out;
  for (const Problem& p : sorted) out += p.at.text() + (p.warning ? ": warning: " : ": ") + p.sentence + "\n";
  return out;
}

}  // namespace arint
