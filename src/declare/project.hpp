// SPDX-License-Identifier: GPL-3.0-or-later
// Project: the user's folder, read once. arint.yaml, then every conf.d/*.yaml, then env/NAME.yaml, merged into one tree in
// which each value still knows its file, line and column.
//
// A Project is a snapshot: a file read twice gives the same bytes, so that what was checked is what is served and pinned.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/position.hpp"
#include "base/result.hpp"
#include "declare/yaml/node.hpp"

namespace arint::declare {

class Project {
 public:
  using Environment = std::function<std::optional<std::string>(const std::string& name)>;
  static Environment process_environment();
  static constexpr std::size_t most_file_bytes = 16u << 20;

  // Reads everything that can be read; whatever is wrong is in `problems` and the project then only serves to find more.
  // `environment_name` empty: none is merged. conf.d is read in byte order of the file names; a name defined twice is a fault
  // naming both places. env/NAME.yaml: maps are merged deeply, anything else replaces.
  static Project open(std::string folder, const std::string& environment_name, Problems& problems,
                      Environment environment = process_environment());
  // For tests, fuzzing and tools: one text instead of arint.yaml. With no folder every file is a fault.
  static Project from_text(std::string yaml, Problems& problems, Environment environment = {}, std::string folder = {});

  // As it was: of own_files() that were kept. Other files are read from `folder` as it is now; `${...}` has its present value.
  static Project from_files(std::vector<std::pair<std::string, std::string>> files, const std::string& environment_name, Problems& problems,
                            std::string folder, Environment environment = process_environment());

  const std::string& folder() const { return folder_; }
  const Node& root() const { return root_; }  // a map of sections, in the order of the files; a map even when all failed
  const Node* section(std::string_view name) const { return root_.find(name); }

  // A file of the project: relative to its folder, symbolic links may not leave it. Faults: rejected (not a file of the
  // project, too large), unreachable (cannot be read). The sentence says why and names the path.
  // `./a` and `b//c` are the files `a` and `b/c`.
  static std::string normal_path(const std::string& path);
  Result<std::string> read_file(const std::string& path, std::size_t most_bytes = most_file_bytes);
  Result<void> has_file(const std::string& path) const;  // the same checks without reading
  // For `${file:P}`: any path, a relative one starts at the project folder; one trailing newline is taken off; at most 64 KiB.
  Result<std::string> read_outside(const std::string& path);
  std::optional<std::string> variable(const std::string& name) const;

  // Every file read so far, configuration included, sorted by path: what is watched, reloaded and pinned.
  struct Read {
    std::string path;  // relative to the folder, or absolute for `${file:/...}`
    std::shared_ptr<const std::string> text;
  };
  std::vector<Read> files() const;
  // Without what `${file:}` names, which may be secret.
  std::vector<Read> own_files() const;
  const std::string& environment_name() const { return environment_name_; }

 private:
  Result<std::shared_ptr<const std::string>> load(const std::string& path, std::size_t most_bytes);
  Result<std::string> inside(const std::string& path) const;  // the full path of a file of the project
  Node read_yaml(const std::string& path, Problems& problems);
  void read_conf_d(Problems& problems);
  void read_environment(const std::string& name, Problems& problems);

  std::string folder_{}, environment_name_{};
  Environment environment_{};
  Node root_{};
  std::map<std::string, std::shared_ptr<const std::string>> files_{};    // of the project, by normal path
  std::map<std::string, std::shared_ptr<const std::string>> outside_{};  // named in `${file:}`, as written
};

}  // namespace arint::declare
