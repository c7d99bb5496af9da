// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "command/command.hpp"
#include "command/project.hpp"
#include "log/actions/verify.hpp"

namespace arint::command {
namespace {

void print(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

int failed(const Error& error) {
  std::fprintf(stderr, "%s\n", error.sentence.c_str());
  return 1;
}

}  // namespace

int tail(const Place& place, const log::Filter& filter, std::size_t lines, bool follow) {
  Result<log::Tail> tail = log::Tail::open(data_folder(place), filter);
  if (!tail) return failed(tail.error());
  Result<std::vector<std::string>> newest = tail->last(lines);
  if (!newest) return failed(newest.error());
  print(*newest);
  while (follow && !std::ferror(stdout)) {
    Result<std::vector<std::string>> more = tail->more();
    if (!more) return failed(more.error());
    print(*more);
    if (more->empty()) std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return 0;
}

int verify(const std::vector<std::string>& paths, const std::string& key) {
  log::VerifyRequest request;
  for (const std::string& path : paths) request.paths.emplace_back(path);
  request.key = key;
  Result<log::Verdict> verdict = log::verify(request);
  if (!verdict) return failed(verdict.error());
  std::fputs(verdict->text().c_str(), stdout);
  return verdict->ok ? 0 : 1;
}

}  // namespace arint::command
