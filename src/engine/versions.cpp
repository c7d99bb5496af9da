// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/versions.hpp"

#include <chrono>

#include "engine/pinned_text.hpp"
#include "log/actions/chain/node_key.hpp"

namespace arint::engine {
namespace {

// Not a path: which env/NAME.yaml was merged.
constexpr const char* environment_file = "--env";

// arint.yaml, conf.d/*.yaml, env/*.yaml: what Project reads as such.
bool is_configuration(std::string_view path) {
  return path == "arint.yaml" || ((path.starts_with("conf.d/") || path.starts_with("env/")) && path.ends_with(".yaml"));
}

void add(std::string& to, std::string_view text) {
  to += std::to_string(text.size());
  to += ':';
  to += text;
}

}  // namespace

Versions::Versions(const Configuration& configuration, const declare::Project& project) {
  std::string all;
  for (const auto& [name, channel] : configuration.channels)
    if (channel.durable && channel.service) by_service_[channel.service->text] = {};
  if (by_service_.empty()) return;
  for (const declare::Project::Read& file : project.own_files())
    files_.push_back({file.path, is_configuration(file.path) ? pinned_text(file.path, *file.text) : *file.text});
  if (!project.environment_name().empty()) files_.push_back({environment_file, project.environment_name()});
  for (const store::SourceFile& file : files_) {
    add(all, file.path);
    add(all, file.content);
  }
  for (auto& [service, digest] : by_service_) {
    std::string with = all;
    add(with, service);
    digest = sha256(with);
    by_version_[digest] = service;
  }
}

Digest Versions::of(const std::string& service) const {
  auto found = by_service_.find(service);
  return found == by_service_.end() ? Digest{} : found->second;
}

const std::string* Versions::service(const Digest& version) const {
  auto found = by_version_.find(version);
  return found == by_version_.end() ? nullptr : &found->second;
}

Result<void> Versions::keep(store::Store& store) const {
  store::Write write;
  std::vector<Digest> used;
  for (const auto& [service, digest] : by_service_) {
    write.add(store::KeepVersion{digest, service, files_});
    used.push_back(digest);
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  write.add(store::UseVersions{used, std::chrono::duration_cast<std::chrono::milliseconds>(now).count()});
  Result<store::Outcome> done = store.commit_blocking(write);
  if (!done) return done.error();
  return {};
}

declare::Project Versions::project_of(const store::VersionRead& version, const std::string& folder, Problems& problems) {
  std::vector<std::pair<std::string, std::string>> files;
  std::string environment;
  for (const store::SourceFile& file : version.files) {
    if (file.path == environment_file) environment = file.content;
    else files.emplace_back(file.path, file.content);
  }
  return declare::Project::from_files(std::move(files), environment, problems, folder);
}

}  // namespace arint::engine
