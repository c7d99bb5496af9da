// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.hpp"

#include <malloc.h>
#include <sched.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <utility>

#include "format/catalog.hpp"
#include "log/metrics/process.hpp"
#include "runtime/runtime.hpp"
#include "store/metrics.hpp"
#include "store/sqlite/sqlite.hpp"

namespace arint::engine {
namespace {

// The processors this process may run on, which `taskset` and containers limit.
unsigned usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

OpenStore open_store_now = [](store::Options options) { return store::open_sqlite(options); };

}  // namespace

void open_stores_with(OpenStore open) noexcept { open_store_now = open; }

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

store::Options store_options(const Configuration& configuration, const declare::Project& project) {
  store::Options options;
  options.folder = data_folder(configuration, project);
  options.inline_limit = configuration.store.inline_limit;
  options.min_free = configuration.store.min_free;
  return options;
}

std::filesystem::path data_folder(const Configuration& configuration, const declare::Project& project) {
  std::filesystem::path data = configuration.node.data;
  if (data.empty()) data = "data";  // of a project that could not be read
  return data.is_absolute() ? data : std::filesystem::path(project.folder()) / data;
}

void check(const Configuration& configuration, declare::Reading& reading) {
  log::Registry registry(1);
  log::Generation numbers = registry.next();
  Unit unit(configuration, reading, message::Core{}, numbers, {make_shared_state()});
  std::vector<std::string> formats;
  for (const format::Format* format : format::all()) formats.emplace_back(format->name());
  std::vector<std::string> or_array = formats;
  or_array.emplace_back("array");
  for (const auto& [name, options] : configuration.formats) or_array.push_back(name);
  declare::check_references(reading, {{"format", formats}, {"format or array", or_array}});
}

// One core: its thread (the first has the caller's), its loop, what serves on it, and how the main loop talks to it.
struct Engine::Core {
  // What lives on the core's loop.
  struct Life {
    runtime::Event stop{};
    runtime::TaskGroup retiring{runtime::Siblings::go_on};  // units that were replaced, until their work has ended
  };

  unsigned index = 0;
  std::unique_ptr<Unit> unit{};             // serves
  std::unique_ptr<Unit> next{};             // at a reload, opened beside it
  std::unique_ptr<Life> own{};              // of the first core, whose loop is not ours
  Life* life = nullptr;
  runtime::Backend backend{};               // as on the main loop
  std::thread thread{};
  runtime::Loop* loop = nullptr;            // set by the thread before it says how opening went
  std::promise<Result<void>> opened{};
  bool running = false;                     // opened well; it lives until `stop`

  static runtime::Task<Result<void>> open_next(Core* self) {
    Result<void> opened = co_await self->next->open(self->unit.get());
    co_return opened;
  }
  static runtime::Task<Result<void>> drop_next(Core* self) {
    if (self->next) co_await self->next->close();
    self->next.reset();
    co_return Result<void>();
  }
  static runtime::Task<Result<void>> take_over(Core* self) {
    self->next->take_over(*self->unit);
    self->life->retiring.spawn(retire(std::exchange(self->unit, std::move(self->next))));
    co_return Result<void>();
  }
  static runtime::Task<> retire(std::unique_ptr<Unit> unit) { co_await unit->close(); }

  static runtime::Task<> live(Core* self) {
    Life life;
    self->life = &life;
    Result<void> opened = co_await self->unit->open(nullptr);
    const bool well = opened.ok();
    self->opened.set_value(std::move(opened));
    if (well) static_cast<void>(co_await life.stop.wait());
    co_await end(self);
  }
  // Those that were replaced began to end earlier.
  static runtime::Task<> end(Core* self) {
    co_await self->unit->close();
    static_cast<void>(co_await self->life->retiring.join());
  }
  void run(std::shared_ptr<log::Durations> lag) {
    runtime::Loop own(backend, index);
    loop = &own;
    own.spawn(watch_lag(std::move(lag), index));
    own.run(live(this));
  }

  static runtime::Task<> perform(Core* self, runtime::Task<Result<void>> (*work)(Core*), std::shared_ptr<std::promise<Result<void>>> told) {
    Result<void> done = co_await work(self);
    told->set_value(std::move(done));
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

// Ten times a second. What was freed is given back to the system before it counts: else a burst would be held against us for ever.
runtime::Task<> Engine::watch_memory() {
  using message::Pressure;
  for (int trims_after = 0;;) {
    const runtime::IoResult slept = co_await runtime::sleep(Millis(100));
    if (!slept.ok()) co_return;  // the loop stops
    const auto stage = [this] {
      const std::uint64_t held = log::resident_bytes();
      return held >= memory_ / 100 * 95 ? Pressure::full : held >= memory_ / 100 * 85 ? Pressure::high : Pressure::none;
    };
    Pressure now = stage();
    if (now != Pressure::none && --trims_after <= 0) {
      ::malloc_trim(0);
      trims_after = 10;
      now = stage();
    }
    pressure_.store(now, std::memory_order_relaxed);
  }
}

Engine::Engine(const Configuration& configuration, std::unique_ptr<log::ActionLog> log, unsigned cores)
    : log_(std::move(log)), registry_(cores), shared_{make_shared_state()}, memory_(configuration.node.memory.bytes) {
  for (unsigned i = 0; i < cores; ++i) writers_.push_back(&log_->writer());
}

Engine::~Engine() {
  for (auto& core : cores_)
    if (core->thread.joinable()) core->thread.join();
  static_cast<void>(log_->close());
}

Result<std::unique_ptr<Engine>> Engine::make(const Configuration& configuration, declare::Project& project, const Stage* stage) {
  const log::Options options = log_options(configuration, project);
  std::error_code problem;
  std::filesystem::create_directories(options.folder, problem);
  if (problem) return Error{Fault::refused, "cannot make the folder " + options.folder.string() + ": " + problem.message() + "; see node.data"};
  // Both wait for the disk most of the time: beside each other.
  std::future<Result<std::unique_ptr<store::Store>>> opening;
  const store::Options kept = store_options(configuration, project);
  // Messages that were accepted are delivered, also when no channel takes in more of them.
  if (needs_store(configuration) || std::filesystem::exists(kept.folder / "store.db", problem))
    opening = std::async(std::launch::async, open_store_now, kept);
  Result<std::unique_ptr<log::ActionLog>> log = log::ActionLog::open(options);
  Result<std::unique_ptr<store::Store>> opened = opening.valid() ? opening.get() : std::unique_ptr<store::Store>();
  if (!log) return log.error();
  if (!opened) return opened.error();
  const unsigned cores = configuration.node.cores ? static_cast<unsigned>(configuration.node.cores) : usable_cores();
  std::unique_ptr<Engine> out(new Engine(configuration, std::move(*log), cores));
  out->shared_.stage = stage;
  log::declare_process(out->registry_.fixed(), std::string(version));
  log::declare_memory_pressure(out->registry_.fixed(), [engine = out.get()] { return static_cast<double>(engine->pressure_.load(std::memory_order_relaxed)); });
  log::declare_log(out->registry_.fixed(), *out->log_);
  out->lag_ = log::declare_loop_lag(out->registry_.fixed());
  if (*opened) out->use_store(std::move(*opened));
  log::Generation numbers = out->registry_.next();
  Units units;
  Result<void> built = out->build(configuration, project, numbers, units);
  if (!built) return built.error();
  out->registry_.use(std::move(numbers));
  for (unsigned i = 0; i < cores; ++i) {
    out->cores_.push_back(std::make_unique<Core>());
    out->cores_.back()->index = i;
    out->cores_.back()->unit = std::move(units[i]);
  }
  Core& first = *out->cores_[0];
  first.own = std::make_unique<Core::Life>();
  first.life = first.own.get();
  return out;
}

void Engine::use_store(std::unique_ptr<store::Store> store) {
  store_ = std::move(store);
  delivery_ = std::make_unique<delivery::Delivery>(*store_, registry_.cores());
  shared_.delivery = delivery_.get();
  store::show_metrics(registry_.fixed(), *store_);
}

Result<void> Engine::build(const Configuration& configuration, declare::Project& project, log::Generation& numbers, Units& into) {
  Versions versions;
  if (store_) {
    versions = Versions(configuration, project);
    if (Result<void> kept = versions.keep(*store_); !kept) return kept;
  }
  for (unsigned i = 0; i < registry_.cores(); ++i) {
    Problems problems;
    declare::Reading reading(problems, project);
    message::Core core;
    core.index = i;
    core.count = registry_.cores();
    core.log = writers_[i];
    core.actions = log_.get();
    core.pressure = &pressure_;
    into.push_back(std::make_unique<Unit>(configuration, reading, std::move(core), numbers, shared_, versions));
    if (problems.faulty()) return Error{Fault::rejected, problems.text()};
  }
  return {};
}

runtime::Task<Result<void>> Engine::open() {
  if (!shared_.stage) runtime::Loop::current().spawn(watch_lag(lag_, 0));
  if (memory_ && !shared_.stage) runtime::Loop::current().spawn(watch_memory());
  Result<void> first = co_await cores_[0]->unit->open(nullptr);
  for (unsigned i = 1; first && i < cores_.size(); ++i) {
    Core* core = cores_[i].get();
    core->backend = runtime::Loop::current().backend();
    std::future<Result<void>> opened = core->opened.get_future();
    core->thread = std::thread([core, lag = lag_] { core->run(lag); });
    auto wait = [&] { opened.wait(); };
    static_cast<void>(co_await runtime::offload(wait));
    first = opened.get();
    core->running = first.ok();
  }
  if (first) ready_ = true;
  co_return first;
}

runtime::Task<Result<void>> Engine::on(Core& core, runtime::Task<Result<void>> (*work)(Core*)) {
  if (core.index == 0) {
    Result<void> here = co_await work(&core);
    co_return here;
  }
  auto told = std::make_shared<std::promise<Result<void>>>();
  std::future<Result<void>> done = told->get_future();
  core.loop->post([core = &core, work, told] { runtime::Loop::current().spawn(Core::perform(core, work, told)); });
  auto wait = [&] { done.wait(); };
  static_cast<void>(co_await runtime::offload(wait));
  co_return done.get();
}

runtime::Task<Result<void>> Engine::reload(const Configuration& configuration, declare::Project& project) {
  if (!store_ && needs_store(configuration))
    co_return Error{Fault::rejected, "the first channel that is durable or has `keys` needs a restart: the store is opened when a node starts"};
  log::Generation numbers = registry_.next();
  Units units;
  Result<void> done;
  // Off the loop: reading schemas and compiling maps takes a while, and callers are served meanwhile.
  auto work = [&] { done = build(configuration, project, numbers, units); };
  const runtime::IoResult worked = co_await runtime::offload(work);
  if (!worked.ok()) co_return Error{Fault::cancelled, "the node is stopping"};
  if (!done) co_return done;
  for (std::size_t i = 0; i < units.size(); ++i) cores_[i]->next = std::move(units[i]);
  for (auto& core : cores_)
    if (done) done = co_await on(*core, Core::open_next);
  if (!done) {
    for (auto& core : cores_) static_cast<void>(co_await on(*core, Core::drop_next));
    co_return done;
  }
  registry_.use(std::move(numbers));
  for (auto& core : cores_) static_cast<void>(co_await on(*core, Core::take_over));
  co_return done;
}

runtime::Task<Result<channel::Told>> Engine::submit(std::string channel, const channel::Submitted& message) {
  Result<channel::Told> told = co_await cores_[0]->unit->submit(std::move(channel), message);
  co_return told;
}

const format::Format* Engine::format_of(const std::string& channel) const { return cores_[0]->unit->format_of(channel); }

runtime::Task<void> Engine::close() {
  ready_ = false;
  for (auto& core : cores_) {
    if (!core->running) continue;  // the first, or it has ended by itself
    core->loop->post([core = core.get()] { core->life->stop.set(); });
  }
  co_await Core::end(cores_[0].get());
  for (auto& core : cores_) {
    if (!core->thread.joinable()) continue;
    auto join = [&] { core->thread.join(); };
    static_cast<void>(co_await runtime::offload(join));
  }
  // Units end before the log they write to.
  cores_.clear();
}

}  // namespace arint::engine
