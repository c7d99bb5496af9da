// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/core/loop.hpp"

#include <pthread.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "base/result.hpp"
#include "runtime/core/engine.hpp"
#include "runtime/core/roots.hpp"
#include "runtime/io/buffer.hpp"
#include "runtime/offload/offload.hpp"

namespace arint::runtime {
namespace {
thread_local Loop* current_loop = nullptr;

constexpr unsigned offload_threads = 4, offload_queue = 256;
}  // namespace

struct Loop::Body {
  struct LoopRoots : Roots {
    explicit LoopRoots(Engine& the_engine) : engine(the_engine) {}
    void ended(std::exception_ptr exception) noexcept override {
      if (exception) engine.report_escaped(exception);
    }
    Engine& engine;
  };

  Body(Backend backend, Time time, unsigned number) : engine(backend, time), roots(engine), core(number) {}

  Engine engine;
  LoopRoots roots;
  BufferPool buffers;
  std::unique_ptr<OffloadPool> offload;
  unsigned core;
  bool stopping = false, running = false, ended = false;
  Loop* outer_loop = current_loop;
  Engine* outer_engine = current_engine;
};

Loop::Loop(Backend backend, unsigned core, Time time) : body_(std::make_unique<Body>(backend, time, core)) {
  std::signal(SIGPIPE, SIG_IGN);  // a peer that has gone is an error of the call, never a reason to die
  if (core) {
    char name[16];
    std::snprintf(name, sizeof name, "arint-core-%u", core % 1000);
    ::pthread_setname_np(::pthread_self(), name);
  }
  current_loop = this;
  current_engine = &body_->engine;
}

Loop::~Loop() {
  if (!body_->ended) {
    stop();
    run();
  }
  body_->offload.reset();
  current_loop = body_->outer_loop;
  current_engine = body_->outer_engine;
}

Loop& Loop::current() noexcept { return *current_loop; }

void Loop::run() {
  Body& body = *body_;
  invariant(!body.running && !body.ended, "a loop runs once, and not inside itself");
  body.running = true;
  Engine& engine = body.engine;
  for (;;) {
    engine.run_queues();
    if (body.stopping && !body.roots.count() && !engine.outstanding && !engine.runnable()) break;
    engine.poll();
  }
  body.running = false;
  body.ended = true;
}

namespace {
Task<> run_and_stop(Loop& loop, Task<> main, std::exception_ptr& failure) {
  try {
    co_await main;
  } catch (...) {
    failure = std::current_exception();
  }
  loop.stop();
}
}  // namespace

void Loop::run(Task<> main) {
  std::exception_ptr failure;
  spawn(run_and_stop(*this, std::move(main), failure));
  run();
  if (failure) std::rethrow_exception(failure);
}

void Loop::stop() noexcept {
  if (std::exchange(body_->stopping, true)) return;
  body_->roots.cancel_all(ECANCELED);
}

bool Loop::stopping() const noexcept { return body_->stopping; }

void Loop::spawn(Task<> root) {
  body_->roots.start(std::move(root), body_->stopping ? ECANCELED : 0, Context::no_limit);
}

void Loop::post(std::function<void()> job) { body_->engine.post(std::move(job)); }

void Loop::on_escaped(std::function<void(std::exception_ptr)> hook) {
  invariant(!body_->engine.escaped_hook, "the hook for escaped exceptions is set once");
  body_->engine.escaped_hook = std::move(hook);
}

const Clock& Loop::clock() const noexcept { return body_->engine.clock; }
Clock& Loop::clock() noexcept { return body_->engine.clock; }
std::uint64_t Loop::coarse_now_ns() const noexcept { return static_cast<std::uint64_t>(body_->engine.round_ns); }
unsigned Loop::core() const noexcept { return body_->core; }
Backend Loop::backend() const noexcept { return body_->engine.poller.backend(); }
const std::string& Loop::refusal() const noexcept { return body_->engine.poller.refusal(); }
BufferPool& Loop::buffers() noexcept { return body_->buffers; }

OffloadPool& Loop::offload_pool() noexcept {
  if (!body_->offload) body_->offload = std::make_unique<OffloadPool>("offload", offload_threads, offload_queue);
  return *body_->offload;
}

Loop::Counters Loop::counters() const noexcept {
  const Engine& engine = body_->engine;
  return {engine.rounds, engine.escaped, body_->roots.count(), engine.poller.sockets(), engine.outstanding};
}

TimeHold::TimeHold() noexcept { ++current_engine->holds; }
TimeHold::~TimeHold() { --current_engine->holds; }

}  // namespace arint::runtime
