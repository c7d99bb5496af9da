// SPDX-License-Identifier: GPL-3.0-or-later
// Node: a running project that can be read again: on SIGHUP, for `arint reload`, and with `run --watch` when a file changes.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "admin/admin.hpp"
#include "command/project.hpp"
#include "command/service_manager.hpp"
#include "engine/engine.hpp"
#include "runtime/runtime.hpp"

namespace arint::command {

class Node : public admin::Control {
 public:
  Node(Place place, std::unique_ptr<Checked> checked, engine::Engine& engine, ServiceManager manager);

  const engine::Configuration& configuration() const noexcept { return checked_->configuration; }
  std::string data_folder() const;
  const ServiceManager& service_manager() const noexcept { return manager_; }

  // One at a time. A wrong project leaves what runs in place; its faults are the error and, like the result, in the action log
  // and on standard error.
  runtime::Task<Result<std::string>> reload() override;
  // Reloads 300 ms after the last change of a file of the project, until it is cancelled.
  runtime::Task<> watch();

 private:
  // A file as the file system sees it: a change of any of these is a change.
  struct Seen {
    std::string path;
    std::int64_t inode = 0, size = -1, changed_ns = 0;
    bool operator==(const Seen&) const = default;
  };
  std::vector<Seen> look() const;
  runtime::Task<Result<std::string>> change_over(Checked& fresh);

  Place place_;
  std::unique_ptr<Checked> checked_;  // what is served
  std::vector<Seen> served_;          // the files as they were when they were last read
  std::vector<std::string> watched_;  // the files of the last reading, right or wrong
  engine::Engine& engine_;
  const ServiceManager manager_;
  runtime::Gate turn_{1, 64};
};

}  // namespace arint::command
