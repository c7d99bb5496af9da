// SPDX-License-Identifier: GPL-3.0-or-later
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdio>

#include "admin/admin.hpp"
#include "command/node.hpp"
#include "engine/engine.hpp"
#include "runtime/runtime.hpp"

namespace arint::command {
namespace {

runtime::Task<> reload(Node* node) { static_cast<void>(co_await node->reload()); }

// Waits for what ends a node, and says how it went.
runtime::Task<> live(engine::Engine* engine, Node* node, Watch watch, runtime::Signals* signals, int* code) {
  const runtime::Loop& loop = runtime::Loop::current();
  admin::Admin admin(*engine);
  const engine::Configuration* configuration = &node->configuration();
  Result<void> opened = admin.open(configuration->node.admin);
  if (opened) opened = co_await engine->open();
  if (opened) {
    if (Result<void> socket = admin.open_socket(node->data_folder() + "/arint.sock", *node); !socket)
      std::fprintf(stderr, "no command can reach this node: %s\n", socket.error().sentence.c_str());
    std::printf("arint %s serves %zu %s on %s, health and metrics on %s, with %u %s on %s\n", std::string(engine::version).c_str(),
                configuration->channels.size(), configuration->channels.size() == 1 ? "channel" : "channels",
                configuration->node.listen.c_str(), configuration->node.admin.c_str(), engine->cores(),
                engine->cores() == 1 ? "core" : "cores", std::string(name_of(loop.backend())).c_str());
    if (!loop.refusal().empty()) std::printf("event loop: epoll, since %s\n", loop.refusal().c_str());
    std::fflush(stdout);
    node->service_manager().ready();
    runtime::TaskGroup beside;
    if (watch == Watch::yes) beside.spawn(node->watch());
    for (;;) {
      const runtime::IoResult signal = co_await signals->next();
      if (signal.n != SIGHUP) break;
      beside.spawn(reload(node));
    }
    beside.cancel(ECANCELED);
    static_cast<void>(co_await beside.join());
    *code = 0;
  } else {
    std::fprintf(stderr, "cannot start: %s\n", opened.error().sentence.c_str());
    *code = 1;
  }
  node->service_manager().stopping();
  co_await engine->close();
  co_await admin.close();
}

// Every connection is a descriptor. The soft limit, 1024 nearly everywhere, is for programs that use select(); the hard one is
// what the operator allows.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

}  // namespace

int serve(const Place& place, Watch watch) {
  ServiceManager manager;
  // Read and check everything before opening anything: a wrong file must not half-start a node.
  std::unique_ptr<Checked> checked = open_checked(place);
  if (checked->problems.faulty()) return 2;

  // Large documents come and go: without this each would be mapped from and given back to the kernel.
  ::mallopt(M_MMAP_THRESHOLD, 64 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  ::mallopt(M_ARENA_MAX, 4);

  raise_descriptor_limit();
  // A file at the limit of its size is an error of the write, never a reason to die.
  ::signal(SIGXFSZ, SIG_IGN);

  // Signals are blocked before the first thread starts, so that only the main loop sees them.
  runtime::Signals signals({SIGTERM, SIGINT, SIGHUP});
  Result<std::unique_ptr<engine::Engine>> engine = engine::Engine::make(checked->configuration, *checked->project);
  if (!engine) {
    std::fprintf(stderr, "cannot start: %s\n", engine.error().sentence.c_str());
    return 1;
  }
  Node node(place, std::move(checked), **engine, std::move(manager));
  int code = 1;
  {
    runtime::Loop loop(node.configuration().node.io, 0);
    loop.run(live(engine->get(), &node, watch, &signals, &code));
  }
  return code;
}

}  // namespace arint::command
