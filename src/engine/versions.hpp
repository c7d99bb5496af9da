// SPDX-License-Identifier: GPL-3.0-or-later
// Versions: a service and the files it is made of, by their hash, as an accepted message is bound to it and the store keeps it.
// All of the project's files are taken: what a flow does also depends on tables, formats and `config:`.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "declare/project.hpp"
#include "engine/configuration.hpp"
#include "store/store.hpp"

namespace arint::engine {

// One of each service that a durable channel invokes.
class Versions {
 public:
  Versions() = default;
  Versions(const Configuration& configuration, const declare::Project& project);

  // Zero when no durable channel invokes it.
  Digest of(const std::string& service) const;
  // The service that this version is of; null: another configuration's.
  const std::string* service(const Digest& version) const;
  bool any() const noexcept { return !by_service_.empty(); }
  // Makes the store keep them. Before any message is bound to one of them.
  Result<void> keep(store::Store& store) const;

  // What was kept as a project again.
  static declare::Project project_of(const store::VersionRead& version, const std::string& folder, Problems& problems);

 private:
  std::map<std::string, Digest> by_service_;
  std::map<Digest, std::string> by_version_;
  std::vector<store::SourceFile> files_;
};

}  // namespace arint::engine
