// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/trial/trial.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "command/maps/maps.hpp"
#include "command/trial/play.hpp"
#include "engine/engine.hpp"

namespace arint::command::trial {
namespace {

namespace files = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::string_view ending = ".test.yaml";
constexpr std::chrono::milliseconds pause{200};

bool is_project(const files::path& folder) { return files::exists(folder / "arint.yaml"); }

// The project a file belongs to: the nearest folder above it with an arint.yaml.
files::path project_of(const files::path& file) {
  for (files::path folder = file.parent_path();; folder = folder.parent_path()) {
    if (is_project(folder.empty() ? files::path(".") : folder)) return folder.empty() ? files::path(".") : folder;
    if (folder.empty() || folder == folder.parent_path()) return {};
  }
}

bool is_test_of_a_map(const std::string& path) { return files::exists(path.substr(0, path.size() - ending.size()) + ".jsonata"); }

// Files of tests by their project; nullopt: a folder is not there, which was printed.
std::optional<std::map<std::string, std::vector<std::string>>> found(const Words& words) {
  const std::optional<std::vector<std::string>> all = maps::files_under(words.folders.empty() ? std::vector<std::string>{"."} : words.folders, std::string(ending));
  if (!all) return std::nullopt;
  std::map<std::string, std::vector<std::string>> out;
  for (const std::string& path : *all) {
    if (!path.ends_with(ending) || is_test_of_a_map(path)) continue;
    const files::path project = project_of(path);
    if (!project.empty()) out[project.string()].push_back(path);
  }
  return out;
}

std::string indented(const std::string& text) {
  std::string out = "    ";
  for (char c : text) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

struct Runner {
  const Words& words;
  std::vector<Outcome> outcomes{};
  bool wrong = false;

  void refuse(const std::string& text) {
    std::fputs(text.c_str(), stderr);
    wrong = true;
  }

  bool wanted(const File& file, const Test& test) const {
    return words.filter.empty() || test.name.find(words.filter) != std::string::npos || file.path.find(words.filter) != std::string::npos;
  }

  void run_file(const std::string& folder, const std::string& path) {
    Result<std::string> text = maps::read_file(path);
    if (!text) return refuse(text.error().sentence + "\n");
    Problems problems;
    declare::Project nothing = declare::Project::from_text("", problems);
    declare::Reading reading(problems, nothing);
    const File file = read_tests(path, *text, reading);
    if (problems.faulty()) return refuse(problems.text());
    if (std::none_of(file.tests.begin(), file.tests.end(), [&](const Test& one) { return wanted(file, one); })) return;

    // The project as these tests want it: what they are given of the environment, and nothing else.
    Problems faults;
    const auto environment = [&file](const std::string& name) {
      auto given = file.env.find(name);
      return given == file.env.end() ? std::nullopt : std::optional(given->second);
    };
    declare::Project project = declare::Project::open(folder, file.environment, faults, environment);
    declare::Reading whole(faults, project);
    const engine::Configuration configuration = engine::read(project, whole);
    engine::check(configuration, whole);
    if (faults.faulty()) return refuse(faults.text());
    std::vector<std::string> channels, outgoings;
    for (const auto& [name, one] : configuration.channels) channels.push_back(name);
    for (const auto& [name, one] : configuration.outgoing) outgoings.push_back(name);
    declare::check_references(reading, {{"channel", channels}, {"outgoing", outgoings}});
    if (problems.faulty()) return refuse(problems.text());
    for (const Test& test : file.tests)
      if (wanted(file, test)) run_test(test, file, configuration, project);
  }

  void run_test(const Test& test, const File& file, const engine::Configuration& configuration, declare::Project& project) {
    const Clock::time_point began = Clock::now();
    Outcome outcome{file.path, test.name, test.at};
    outcome.failures = play(test, file, configuration, project);
    outcome.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    for (const std::string& why : outcome.failures) std::printf("FAILED %s\n%s\n", test.name.c_str(), indented(why).c_str());
    outcomes.push_back(std::move(outcome));
  }
};

int run(const Words& words) {
  const Clock::time_point began = Clock::now();
  const auto all = found(words);
  if (!all) return 2;
  Runner runner{words};
  for (const auto& [project, paths] : *all)
    for (const std::string& path : paths) runner.run_file(project, path);
  const auto failed = std::count_if(runner.outcomes.begin(), runner.outcomes.end(), [](const Outcome& one) { return !one.failures.empty(); });
  if (!words.junit.empty()) {
    std::ofstream file(words.junit);
    file << junit_of(runner.outcomes);
    file.flush();
    if (!file) runner.refuse("cannot write " + words.junit + "\n");
  }
  const long passed = static_cast<long>(runner.outcomes.size()) - failed;
  std::printf("%ld passed, %ld failed in %.2f s\n", passed, static_cast<long>(failed), std::chrono::duration<double>(Clock::now() - began).count());
  if (runner.outcomes.empty() && !runner.wrong) std::fprintf(stderr, "no test was found; write them in files called NAME%s of a project\n", std::string(ending).c_str());
  std::fflush(stdout);
  if (runner.wrong || runner.outcomes.empty()) return 2;
  return failed ? 1 : 0;
}

// Every file of the projects that a test could depend on, with its time.
std::map<std::string, files::file_time_type> look(const Words& words) {
  std::map<std::string, files::file_time_type> out;
  for (const std::string& folder : words.folders.empty() ? std::vector<std::string>{"."} : words.folders) {
    std::error_code none;
    for (files::recursive_directory_iterator at(folder, files::directory_options::skip_permission_denied, none), end; at != end; at.increment(none)) {
      const std::string name = at->path().filename().string();
      if (at->is_directory(none) && (name == "data" || name.starts_with('.'))) at.disable_recursion_pending();
      else if (at->is_regular_file(none)) out[at->path().string()] = at->last_write_time(none);
    }
  }
  return out;
}

}  // namespace

int test(const Words& words) { return run(words); }

int watch(const Words& words) {
  std::map<std::string, files::file_time_type> shown;
  for (;; std::this_thread::sleep_for(pause)) {
    std::map<std::string, files::file_time_type> now = look(words);
    if (now == shown) continue;
    shown = std::move(now);
    static_cast<void>(run(words));
  }
}

}  // namespace arint::command::trial
