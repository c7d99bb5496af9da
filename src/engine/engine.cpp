// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.hpp"

#include <sched.h>

#include <filesystem>
#include <future>

#include "format/catalog.hpp"
#include "log/metrics/process.hpp"
#include "runtime/runtime.hpp"

namespace arint::engine {
namespace {

// The processors this process may run on, which `taskset` and containers limit.
unsigned usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

std::filesystem::path data_folder(const Configuration& configuration, const declare::Project& project) {
  std::filesystem::path data = configuration.node.data;
  return data.is_absolute() ? data : std::filesystem::path(project.folder()) / data;
}

log::Options log_options(const Configuration& configuration, const declare::Project& project) {
  log::Options out;
  out.folder = data_folder(configuration, project);
  out.node = configuration.node.name;
  out.about = "arint " + std::string(version);
  out.when_full = configuration.log.when_full;
  out.rotate_size = configuration.log.rotate_size;
  out.rotate_age = configuration.log.rotate_age;
  out.keep_files = static_cast<std::uint32_t>(configuration.log.keep_files);
  out.redact = configuration.log.redact;
  return out;
}

}  // namespace

void check(const Configuration& configuration, declare::Reading& reading) {
  log::Registry registry(1);
  log::Generation numbers = registry.next();
  Unit unit(configuration, reading, message::Core{}, numbers, make_shared_state());
  std::vector<std::string> formats;
  for (const format::Format* format : format::all()) formats.emplace_back(format->name());
  std::vector<std::string> or_array = formats;
  or_array.emplace_back("array");
  for (const auto& [name, options] : configuration.formats) or_array.push_back(name);
  declare::check_references(reading, {{"format", formats}, {"format or array", or_array}});
}

// One further core: its thread, its loop, and how the main loop talks to it.
struct Engine::Core {
  unsigned index = 0;
  std::thread thread{};
  runtime::Loop* loop = nullptr;            // set by the thread before it says how opening went
  runtime::Event* stop = nullptr;           // on the thread's loop
  std::promise<Result<void>> opened{};
  bool running = false;                     // opened well; it lives until `stop`

  static runtime::Task<> live(Core* self, Unit* unit) {
    runtime::Event stop;
    self->stop = &stop;
    Result<void> opened = co_await unit->open();
    const bool well = opened.ok();
    self->opened.set_value(std::move(opened));
    if (well) static_cast<void>(co_await stop.wait());
    co_await unit->close();
  }
  void run(Unit* unit, std::shared_ptr<log::Durations> lag) {
    runtime::Loop own(runtime::Loop::Backend::automatic, index);
    loop = &own;
    own.spawn(watch_lag(std::move(lag), index));
    own.run(live(this, unit));
  }
};

// Once a second: how long a job posted now waits until the loop comes to it. A timer would show its tick of 16 ms instead.
runtime::Task<> Engine::watch_lag(std::shared_ptr<log::Durations> lag, unsigned core) {
  for (;;) {
    const runtime::IoResult slept = co_await runtime::sleep(std::chrono::seconds(1));
    if (!slept.ok()) co_return;  // the loop stops
    const std::int64_t posted = runtime::Loop::now_ns();
    runtime::Loop::current().post([lag, core, posted] { lag->on(core).observe(runtime::Loop::now_ns() - posted); });
  }
}

Engine::Engine(const Configuration&, std::unique_ptr<log::ActionLog> log, unsigned cores) : log_(std::move(log)), registry_(cores) {
  for (unsigned i = 0; i < cores; ++i) writers_.push_back(&log_->writer());
}

Engine::~Engine() {
  for (auto& core : cores_)
    if (core->thread.joinable()) core->thread.join();
  static_cast<void>(log_->close());
}

Result<std::unique_ptr<Engine>> Engine::make(const Configuration& configuration, declare::Project& project) {
  const log::Options options = log_options(configuration, project);
  std::error_code problem;
  std::filesystem::create_directories(options.folder, problem);
  if (problem) return Error{Fault::refused, "cannot make the folder " + options.folder.string() + ": " + problem.message() + "; see node.data"};
  Result<std::unique_ptr<log::ActionLog>> log = log::ActionLog::open(options);
  if (!log) return log.error();
  const unsigned cores = configuration.node.cores ? static_cast<unsigned>(configuration.node.cores) : usable_cores();
  std::unique_ptr<Engine> out(new Engine(configuration, std::move(*log), cores));
  Result<void> built = out->build(configuration, project);
  if (!built) return built.error();
  return out;
}

Result<void> Engine::build(const Configuration& configuration, declare::Project& project) {
  log::declare_process(registry_.fixed(), std::string(version));
  log::declare_log(registry_.fixed(), *log_);
  lag_ = log::declare_loop_lag(registry_.fixed());
  log::Generation numbers = registry_.next();
  const auto shared = make_shared_state();
  for (unsigned i = 0; i < registry_.cores(); ++i) {
    Problems problems;
    declare::Reading reading(problems, project);
    message::Core core;
    core.index = i;
    core.count = registry_.cores();
    core.log = writers_[i];
    core.actions = log_.get();
    units_.push_back(std::make_unique<Unit>(configuration, reading, std::move(core), numbers, shared));
    if (problems.faulty()) return Error{Fault::rejected, problems.text()};
  }
  registry_.use(std::move(numbers));
  return {};
}

runtime::Task<Result<void>> Engine::open() {
  runtime::Loop::current().spawn(watch_lag(lag_, 0));
  Result<void> first = co_await units_[0]->open();
  for (unsigned i = 1; first && i < units_.size(); ++i) {
    auto core = std::make_unique<Core>();
    core->index = i;
    std::future<Result<void>> opened = core->opened.get_future();
    Core* raw = core.get();
    Unit* unit = units_[i].get();
    core->thread = std::thread([raw, unit, lag = lag_] { raw->run(unit, lag); });
    cores_.push_back(std::move(core));
    auto wait = [&] { opened.wait(); };
    static_cast<void>(co_await runtime::offload(wait));
    first = opened.get();
    cores_.back()->running = first.ok();
  }
  if (first) ready_ = true;
  co_return first;
}

runtime::Task<void> Engine::close() {
  ready_ = false;
  for (auto& core : cores_) {
    if (!core->running) continue;  // it has ended by itself
    runtime::Event* stop = core->stop;
    core->loop->post([stop] { stop->set(); });
  }
  co_await units_[0]->close();
  for (auto& core : cores_) {
    auto join = [&] { core->thread.join(); };
    static_cast<void>(co_await runtime::offload(join));
  }
  cores_.clear();
}

}  // namespace arint::engine
