// SPDX-License-Identifier: GPL-3.0-or-later
// conformance SUITE DIR: runs a public test suite from a folder, prints each failing case and a last line "N passed, N failed".
// Exit code 0: all passed; 1: some failed; 2: no such suite, or nothing to run in that folder.
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "conformance.hpp"

namespace {

struct Suite {
  std::string_view name;
  int (*run)(const std::string& folder);
};

constexpr Suite suites[] = {
    {"csv", arint::conformance::run_csv},
    {"http-smuggling", arint::conformance::run_http_smuggling},
    {"jose", arint::conformance::run_jose},
    {"json", arint::conformance::run_json},
    {"json-schema", arint::conformance::run_json_schema},
    {"jsonata", arint::conformance::run_jsonata},
    {"rfc9421", arint::conformance::run_rfc9421},
    {"structured-fields", arint::conformance::run_structured_fields},
    {"wycheproof", arint::conformance::run_wycheproof},
};

int usage() {
  std::fputs("usage: conformance SUITE DIR\nsuites:", stderr);
  for (const Suite& suite : suites) std::fprintf(stderr, " %.*s", static_cast<int>(suite.name.size()), suite.name.data());
  std::fputc('\n', stderr);
  return 2;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return usage();
  try {
    for (const Suite& suite : suites)
      if (suite.name == arguments[1]) return suite.run(arguments[2]);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "conformance %s %s: %s\n", arguments[1], arguments[2], problem.what());
    return 2;
  }
  return usage();
}
