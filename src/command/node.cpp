// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/node.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/text.hpp"
#include "log/actions/writer.hpp"

namespace arint::command {
namespace {

constexpr Millis settled{300};

std::vector<std::string> files_of(const declare::Project& project) {
  std::vector<std::string> out;
  for (const declare::Project::Read& file : project.files()) out.push_back(file.path);
  return out;
}

std::string described(const engine::Configuration& runs, const engine::Configuration& wanted) {
  std::string out = "reloaded: " + std::to_string(wanted.channels.size()) + " channels, " + std::to_string(wanted.services.size()) + " services, " +
                    std::to_string(wanted.outgoing.size()) + " outgoing";
  const std::vector<std::string> restart = engine::needs_restart(runs, wanted);
  if (!restart.empty()) out += "; changed, but needs a restart: " + join(restart, ", ");
  return out + "\n";
}

}  // namespace

Node::Node(Place place, std::unique_ptr<Checked> checked, engine::Engine& engine, ServiceManager manager)
    : place_(std::move(place)), checked_(std::move(checked)), watched_(files_of(*checked_->project)), engine_(engine), manager_(std::move(manager)) {
  served_ = look();
}

std::string Node::data_folder() const { return engine::data_folder(checked_->configuration, *checked_->project).string(); }

runtime::Task<Result<std::string>> Node::reload() {
  runtime::IoResult turn = co_await turn_.acquire();
  if (!turn.ok()) co_return Error{Fault::busy, "too many reloads wait for each other"};
  runtime::Permit permit(turn_);
  manager_.reloading();
  std::unique_ptr<Checked> fresh;
  // Looked at before they are read: what is written in between counts as a change.
  std::vector<Seen> before = look();
  auto read = [&] { fresh = read_checked(place_); };
  const runtime::IoResult worked = co_await runtime::offload(read);
  if (!worked.ok() || !fresh) co_return Error{Fault::cancelled, "the node is stopping"};
  watched_ = files_of(*fresh->project);
  served_ = look();
  for (Seen& now : served_)
    for (const Seen& then : before)
      if (then.path == now.path) now = then;
  Result<std::string> done = co_await change_over(*fresh);
  manager_.ready();
  log::Action line;
  line.kind = log::Kind::configured;
  line.outcome = done ? log::Outcome::ok : log::Outcome::failed;
  const std::string text = done ? *done : done.error().sentence;
  if (!done) line.fault = done.error().fault;
  line.text = trim(text);
  engine_.writer().write(line);
  std::fputs((done ? text : "not reloaded, what runs goes on:\n" + text).c_str(), stderr);
  // What needs a restart is still as it was at the start.
  if (done) {
    fresh->configuration.node = checked_->configuration.node;
    fresh->configuration.log = checked_->configuration.log;
    checked_ = std::move(fresh);
  }
  co_return done;
}

runtime::Task<Result<std::string>> Node::change_over(Checked& fresh) {
  if (fresh.problems.faulty()) co_return Error{Fault::rejected, fresh.problems.text()};
  Result<void> done = co_await engine_.reload(fresh.configuration, *fresh.project);
  if (!done) co_return Error{done.error().fault, done.error().sentence + "\n"};
  co_return described(checked_->configuration, fresh.configuration);
}

std::vector<Node::Seen> Node::look() const {
  const std::filesystem::path folder = checked_->project->folder();
  std::vector<std::string> paths = watched_;
  paths.emplace_back("arint.yaml");
  if (!place_.environment.empty()) paths.push_back("env/" + place_.environment + ".yaml");
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "conf.d", none)) paths.push_back("conf.d/" + entry.path().filename().string());
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  std::vector<Seen> out;
  for (const std::string& path : paths) {
    Seen seen{path};
    struct stat now {};
    if (::stat((folder / path).c_str(), &now) == 0) {
      seen.inode = static_cast<std::int64_t>(now.st_ino);
      seen.size = now.st_size;
      seen.changed_ns = now.st_mtim.tv_sec * 1'000'000'000 + now.st_mtim.tv_nsec;
    }
    out.push_back(std::move(seen));
  }
  return out;
}

runtime::Task<> Node::watch() {
  std::vector<Seen> before = served_;
  for (;;) {
    const runtime::IoResult slept = co_await runtime::sleep(settled);
    if (!slept.ok()) co_return;
    std::vector<Seen> now;
    auto work = [&] { now = look(); };
    const runtime::IoResult looked = co_await runtime::offload(work);
    if (!looked.ok()) co_return;
    const bool changed = now != served_, still = now == before;
    before = now;
    if (changed && still) static_cast<void>(co_await reload());
  }
}

}  // namespace arint::command
