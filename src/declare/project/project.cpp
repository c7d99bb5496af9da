// SPDX-License-Identifier: GPL-3.0-or-later
#include "declare/project.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/text.hpp"
#include "declare/project/merge.hpp"
#include "declare/yaml/yaml.hpp"

namespace arint::declare {
namespace {

namespace fs = std::filesystem;

Position whole_file(const std::string& name) { return {std::make_shared<const std::string>(name)}; }

bool is_yaml(const fs::path& path) { return path.extension() == ".yaml" && !path.filename().string().starts_with('.'); }

// Names of the YAML files of a folder, in byte order; empty when there is no such folder.
std::vector<std::string> yaml_files(const fs::path& folder, const std::string& prefix, Problems& problems) {
  std::vector<std::string> out;
  std::error_code problem;
  if (!fs::exists(folder, problem)) return out;
  for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end; entry.increment(problem)) {
    std::string name = entry->path().filename().string();
    if (is_yaml(entry->path())) out.push_back(prefix + "/" + name);
    else if (entry->path().extension() == ".yml") problems.warning(whole_file(prefix + "/" + name), "is not read; only files that end in .yaml are");
  }
  if (problem) problems.fault(whole_file(prefix), "cannot be read: " + problem.message());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Project::Environment Project::process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (!value) return std::nullopt;
    return std::string(value);
  };
}

Project Project::open(std::string folder, const std::string& environment_name, Problems& problems, Environment environment) {
  Project out;
  std::error_code problem;
  fs::path canonical = fs::canonical(folder, problem);
  out.folder_ = problem ? std::move(folder) : canonical.string();
  out.environment_ = std::move(environment);
  out.root_ = map_node(whole_file("arint.yaml"));
  if (problem || !fs::is_directory(canonical, problem)) {
    const bool file = !problem && fs::exists(canonical, problem);
    problems.fault(whole_file("arint.yaml"), "the project folder " + arint::quoted(out.folder_) +
                                                 (file ? " is a file; name the folder that holds arint.yaml" : " is not there"));
    return out;
  }
  unite(out.root_, out.read_yaml("arint.yaml", problems), problems);
  out.read_conf_d(problems);
  out.environment_name_ = environment_name;
  if (!environment_name.empty()) out.read_environment(environment_name, problems);
  return out;
}

Project Project::from_files(std::vector<std::pair<std::string, std::string>> files, const std::string& environment_name, Problems& problems,
                            std::string folder, Environment environment) {
  Project out;
  out.folder_ = std::move(folder);
  out.environment_ = std::move(environment);
  out.environment_name_ = environment_name;
  out.root_ = map_node(whole_file("arint.yaml"));
  for (auto& [path, text] : files) out.files_.emplace(path, std::make_shared<const std::string>(std::move(text)));
  // A map is in byte order already.
  for (const auto& [path, text] : std::map(out.files_))
    if (path == "arint.yaml" || (path.starts_with("conf.d/") && path.ends_with(".yaml"))) unite(out.root_, out.read_yaml(path, problems), problems);
  if (!environment_name.empty()) overlay(out.root_, out.read_yaml("env/" + environment_name + ".yaml", problems));
  return out;
}

Project Project::from_text(std::string yaml, Problems& problems, Environment environment, std::string folder) {
  Project out;
  out.folder_ = std::move(folder);
  out.environment_ = std::move(environment);
  out.root_ = parse_yaml("arint.yaml", std::move(yaml), problems);
  if (out.root_.kind == Kind::map) return out;
  if (out.root_.kind != Kind::null) problems.fault(out.root_.at, "a configuration is a map of sections (channels, services, outgoing, ...)");
  out.root_ = map_node(out.root_.at);
  return out;
}

Node Project::read_yaml(const std::string& path, Problems& problems) {
  Result<std::shared_ptr<const std::string>> text = load(path, yaml_most_bytes);
  if (!text) {
    problems.fault(whole_file(path), text.error().sentence + (path == "arint.yaml" ? "; a project is a folder that holds arint.yaml" : ""));
    return map_node(whole_file(path));
  }
  Node out = parse_yaml(path, **text, problems);
  if (out.kind == Kind::map) return out;
  if (out.kind != Kind::null) problems.fault(out.at, "a configuration is a map of sections (channels, services, outgoing, ...)");
  return map_node(out.at);
}

void Project::read_conf_d(Problems& problems) {
  for (const std::string& path : yaml_files(fs::path(folder_) / "conf.d", "conf.d", problems)) unite(root_, read_yaml(path, problems), problems);
}

void Project::read_environment(const std::string& name, Problems& problems) {
  std::string path = "env/" + name + ".yaml";
  std::vector<std::string> known;
  Problems ignored;
  for (const std::string& file : yaml_files(fs::path(folder_) / "env", "env", ignored)) known.push_back(file.substr(4, file.size() - 9));
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    std::string near = nearest(name, known);
    problems.fault(whole_file(path), "there is no environment " + arint::quoted(name) + (near.empty() ? "" : "; did you mean " + arint::quoted(near) + "?") +
                                         (known.empty() ? "; the folder env holds none" : " Known: " + join(known, ", ")));
    return;
  }
  overlay(root_, read_yaml(path, problems));
}

std::optional<std::string> Project::variable(const std::string& name) const {
  return environment_ ? environment_(name) : std::nullopt;
}

std::vector<Project::Read> Project::own_files() const {
  std::vector<Read> out;
  for (const auto& [path, text] : files_) out.push_back({path, text});
  return out;
}

std::vector<Project::Read> Project::files() const {
  std::vector<Read> out = own_files();
  for (const auto& [path, text] : outside_)
    if (!files_.contains(path)) out.push_back({path, text});
  std::sort(out.begin(), out.end(), [](const Read& a, const Read& b) { return a.path < b.path; });
  return out;
}

}  // namespace arint::declare
