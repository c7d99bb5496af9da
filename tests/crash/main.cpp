// SPDX-License-Identifier: GPL-3.0-or-later
// crash work DIR CONNECTIONS [KILL_AT] | tell DIR | rate DIR [ROUNDS]
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "crash.hpp"

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  const auto number = [&](std::size_t at, unsigned otherwise) { return words.size() > at ? static_cast<unsigned>(std::atoi(words[at].c_str())) : otherwise; };
  try {
    if (words.size() >= 2 && words[0] == "work") return arint::crash::work(words[1], number(2, 8), number(3, 0));
    if (words.size() >= 2 && words[0] == "tell") return arint::crash::tell(words[1]);
    if (words.size() >= 2 && words[0] == "rate") return arint::crash::rate(words[1], number(2, 3));
  } catch (const arint::Bug& bug) {
    std::fprintf(stderr, "crash: %s\n", bug.sentence.c_str());
    return 1;
  }
  std::fprintf(stderr, "usage: crash work DIR CONNECTIONS [KILL_AT] | tell DIR | rate DIR [ROUNDS]\n");
  return 2;
}
