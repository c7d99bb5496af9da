// SPDX-License-Identifier: GPL-3.0-or-later
// Engine: a node that runs a checked project: one unit and one thread per core, the action log, the metrics.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/configuration.hpp"
#include "engine/unit.hpp"
#include "log/actions/action_log.hpp"
#include "log/metrics/registry.hpp"

namespace arint::engine {

inline constexpr std::string_view version = "0.1.0";

// Builds one unit and throws it away: everything that can be wrong with a project is in the reading's problems afterwards.
void check(const Configuration& configuration, declare::Reading& reading);

class Engine {
 public:
  // Opens the action log and builds every core's unit. The configuration was checked. Faults: those of the log.
  static Result<std::unique_ptr<Engine>> make(const Configuration& configuration, declare::Project& project);
  ~Engine();

  // On the main loop, which is core 0: starts the other cores, opens all units. A fault of any stops all.
  runtime::Task<Result<void>> open();
  // Takes nothing more in, ends what is in progress within node.drain_timeout, joins the threads, closes the log.
  runtime::Task<void> close();

  bool ready() const noexcept { return ready_.load(std::memory_order_relaxed) && log_->accepting(); }
  std::string metrics() const { return registry_.text(); }
  log::Writer& writer() noexcept { return *writers_[0]; }
  unsigned cores() const noexcept { return registry_.cores(); }

 private:
  struct Core;
  static runtime::Task<> watch_lag(std::shared_ptr<log::Durations> lag, unsigned core);
  Engine(const Configuration& configuration, std::unique_ptr<log::ActionLog> log, unsigned cores);
  Result<void> build(const Configuration& configuration, declare::Project& project);

  std::unique_ptr<log::ActionLog> log_;
  log::Registry registry_;
  std::vector<log::Writer*> writers_;
  std::shared_ptr<log::Durations> lag_;
  std::vector<std::unique_ptr<Unit>> units_;
  std::vector<std::unique_ptr<Core>> cores_;  // all but the first
  std::atomic<bool> ready_{false};
};

}  // namespace arint::engine
