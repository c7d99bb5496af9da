// SPDX-License-Identifier: GPL-3.0-or-later
// Engine: a node that runs a checked project: one unit and one thread per core, the action log, the metrics.
#pragma once
#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/configuration.hpp"
#include "engine/unit.hpp"
#include "log/actions/action_log.hpp"
#include "log/metrics/registry.hpp"
#include "store/sqlite/options.hpp"

namespace arint::engine {

inline constexpr std::string_view version = "0.1.0";

// Builds one unit and throws it away: everything that can be wrong with a project is in the reading's problems afterwards.
void check(const Configuration& configuration, declare::Reading& reading);

// Where the node keeps what it writes: node.data, under the project's folder when it is relative.
std::filesystem::path data_folder(const Configuration& configuration, const declare::Project& project);
// Of its log and of its store, as the node opens them.
log::Options log_options(const Configuration& configuration, const declare::Project& project);
store::Options store_options(const Configuration& configuration, const declare::Project& project);

// How engines open their store, from then on: for a test whose store fails. Before the first engine is made.
using OpenStore = Result<std::unique_ptr<store::Store>> (*)(store::Options options);
void open_stores_with(OpenStore open) noexcept;

class Engine {
 public:
  // Opens the action log and builds every core's unit. The configuration was checked. `stage`: of a test, outlives the engine.
  // Faults: those of the log.
  static Result<std::unique_ptr<Engine>> make(const Configuration& configuration, declare::Project& project, const Stage* stage = nullptr);
  ~Engine();

  // On the main loop, which is core 0: starts the other cores, opens all units. A fault of any stops all.
  runtime::Task<Result<void>> open();
  // Takes nothing more in, ends what is in progress within node.drain_timeout, joins the threads, closes the log.
  runtime::Task<void> close();

  // On the main loop, one at a time, between open() and close(): the checked configuration is built and opened beside the one
  // that serves, then all cores change over; work in progress ends on the old one, within its node.drain_timeout. Nothing is
  // refused or lost meanwhile. A fault (an address that is taken, a file that is gone since) leaves everything as it was.
  // What only a start can change (see needs_restart) is left as it is.
  runtime::Task<Result<void>> reload(const Configuration& configuration, declare::Project& project);

  // A message by hand, to a channel that serves now; on the main loop. See Front::submit.
  runtime::Task<Result<channel::Told>> submit(std::string channel, const channel::Submitted& message);

  // The first format of a channel that serves now; null: there is no such channel.
  const format::Format* format_of(const std::string& channel) const;

  store::Store* store() noexcept { return store_.get(); }
  bool ready() const noexcept { return ready_.load(std::memory_order_relaxed) && log_->accepting(); }
  std::string metrics() const { return registry_.text(); }
  log::Writer& writer() noexcept { return *writers_[0]; }
  unsigned cores() const noexcept { return registry_.cores(); }

 private:
  struct Core;
  using Units = std::vector<std::unique_ptr<Unit>>;
  static runtime::Task<> watch_lag(std::shared_ptr<log::Durations> lag, unsigned core);
  runtime::Task<> watch_memory();
  Engine(const Configuration& configuration, std::unique_ptr<log::ActionLog> log, unsigned cores);
  Result<void> build(const Configuration& configuration, declare::Project& project, log::Generation& numbers, Units& into);
  // Runs `work` on the core's loop.
  static runtime::Task<Result<void>> on(Core& core, runtime::Task<Result<void>> (*work)(Core*));

  std::unique_ptr<log::ActionLog> log_;
  log::Registry registry_;
  std::vector<log::Writer*> writers_;
  std::shared_ptr<log::Durations> lag_;
  void use_store(std::unique_ptr<store::Store> store);

  std::unique_ptr<store::Store> store_;              // when a channel is durable, or messages were accepted before
  std::unique_ptr<delivery::Delivery> delivery_;
  Shared shared_;                                    // for as long as the node lives
  std::vector<std::unique_ptr<Core>> cores_;
  std::atomic<bool> ready_{false};
  const std::uint64_t memory_;  // bytes; 0 = no budget
  std::atomic<message::Pressure> pressure_{message::Pressure::none};
};

}  // namespace arint::engine
