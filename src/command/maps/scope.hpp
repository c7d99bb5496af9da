// SPDX-License-Identifier: GPL-3.0-or-later
// Scope: what a map sees besides its input: of a project its tables, its formats and $config, and the variables that were given.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "command/maps/maps.hpp"
#include "format/named.hpp"
#include "mapping/tables.hpp"

namespace arint::command::maps {

class Scope {
 public:
  // The project named in `about`, else the nearest one (arint.yaml) at `near` or in a folder above it, which may be none. Of one
  // that nobody named nothing is read unless `source` needs it. Null: what is wrong was printed.
  static std::unique_ptr<Scope> open(const About& about, const std::string& source, const std::string& near);

  // nullptr: no such format.
  const format::Format* format(std::string_view name) const { return formats_.find(name); }
  // The clock and chance of now; good as long as the scope.
  mapping::Environment environment() const;
  // $config and what was given by --var.
  const std::vector<mapping::Variable>& variables() const noexcept { return variables_; }
  const mapping::Tables& tables() const noexcept { return tables_; }

 private:
  bool read_project(const std::string& folder, const std::string& environment);
  bool add_variable(const std::string& written);

  document::Arena arena_{};
  format::Named formats_{};
  mapping::Tables tables_{};
  std::vector<mapping::Variable> variables_{};
};

}  // namespace arint::command::maps
