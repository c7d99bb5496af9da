// SPDX-License-Identifier: GPL-3.0-or-later
#include "command/maps/scope.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "declare/project.hpp"
#include "engine/pinned.hpp"
#include "engine/tables.hpp"
#include "flow/values/literal.hpp"

namespace arint::command::maps {
namespace {

namespace files = std::filesystem;

std::string nearest_project(const std::string& near) {
  std::error_code problem;
  for (files::path folder = files::absolute(near, problem).lexically_normal();; folder = folder.parent_path()) {
    if (files::exists(folder / "arint.yaml", problem)) return folder.string();
    if (folder == folder.parent_path()) return "";
  }
}

}  // namespace

std::unique_ptr<Scope> Scope::open(const About& about, const std::string& source, const std::string& near) {
  auto out = std::make_unique<Scope>();
  std::string folder = about.project;
  auto unknown = [&](const std::string& name) { return !name.empty() && !format::find(name); };
  const bool needed = source.find("$table") != std::string::npos || source.find("$config") != std::string::npos || unknown(about.from) || unknown(about.to);
  if (folder.empty() && needed) folder = nearest_project(near);
  if (!folder.empty() && !out->read_project(folder, about.environment)) return nullptr;
  for (const std::string& one : about.variables)
    if (!out->add_variable(one)) return nullptr;
  for (const std::string& name : {about.from, about.to})
    if (!name.empty() && !out->format(name)) {
      std::fprintf(stderr, "no such format: %s\n", name.c_str());
      return nullptr;
    }
  return out;
}

bool Scope::read_project(const std::string& folder, const std::string& environment) {
  Problems problems;
  declare::Project project = declare::Project::open(folder, environment, problems);
  declare::Reading reading(problems, project);
  const engine::Configuration configuration = engine::read_sections(project, {"formats", "tables", "config"}, reading);
  tables_ = engine::make_tables(configuration.tables, reading, arena_);
  engine::make_formats(configuration, reading, formats_);
  variables_.push_back({"config", flow::literal(configuration.config, arena_)});
  if (problems.faulty()) std::fprintf(stderr, "the project %s:\n%s", folder.c_str(), problems.text().c_str());
  return !problems.faulty();
}

bool Scope::add_variable(const std::string& written) {
  std::string_view name = written;
  const std::size_t equals = name.find('=');
  name = name.substr(0, equals);
  if (name.starts_with('$')) name.remove_prefix(1);
  auto refuse = [&](const std::string& why) {
    std::fprintf(stderr, "--var %s: %s\n", written.c_str(), why.c_str());
    return false;
  };
  if (equals == std::string::npos || name.empty()) return refuse("write it NAME=VALUE, the value as JSON");
  if (mapping::is_function(name)) return refuse("$" + std::string(name) + " is a function; choose another name");
  Result<document::Value> value = format::find("json")->read(arena_.copy(std::string_view(written).substr(equals + 1)), {}, arena_);
  if (!value) return refuse("the value is no JSON: " + value.error().sentence);
  variables_.push_back({arena_.copy(name), *value});
  return true;
}

mapping::Environment Scope::environment() const {
  mapping::Environment out;
  out.now_millis = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  out.seed = Id::random();
  out.variables = variables_;
  out.tables = &tables_;
  return out;
}

}  // namespace arint::command::maps
