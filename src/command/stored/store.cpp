// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <filesystem>

#include "base/text.hpp"
#include "command/ask.hpp"
#include "command/project.hpp"
#include "store/sqlite/sqlite.hpp"

namespace arint::command {
namespace {

std::string absolute(const std::string& path) { return std::filesystem::absolute(path).lexically_normal().string(); }

// Without a node: the files as they are. Opening them would need them whole.
int check_stopped(const Place& place) {
  const std::filesystem::path folder = data_folder(place);
  Result<std::vector<std::string>> wrong = store::check_files(folder);
  if (!wrong) return print(wrong.error());
  for (const std::string& each : *wrong) std::fprintf(stderr, "%s\n", each.c_str());
  if (wrong->empty()) std::printf("nothing is wrong\n");
  else std::fprintf(stderr, "%zu faults; the way out: docs/store.md, \"When it is damaged\"\n", wrong->size());
  return wrong->empty() ? 0 : 1;
}

}  // namespace

int store_status(const Place& place) {
  Asker ask(place);
  return print(ask("GET", "/store"));
}

int store_check(const Place& place) {
  const Result<std::string> said = ask_running(place, "POST", "/store/check");
  if (!said && said.error().fault == Fault::unreachable) return check_stopped(place);
  print(said);
  return said ? 0 : 1;
}

int store_compact(const Place& place) {
  Asker ask(place);
  return print(ask("POST", "/store/compact"));
}

int store_backup(const Place& place, const std::string& folder) {
  Asker ask(place);
  return print(ask("POST", "/store/backup?to=" + percent_encode(absolute(folder))));
}

int store_restore(const Place& place, const std::string& folder) {
  const std::filesystem::path data = data_folder(place);
  const Result<void> done = store::restore_files(absolute(folder), data);
  if (!done) return print(done.error());
  std::printf("restored from %s; what was there is in %s\n", absolute(folder).c_str(), (data / "store.before-restore").string().c_str());
  return 0;
}

}  // namespace arint::command
