// SPDX-License-Identifier: GPL-3.0-or-later
// How many messages of 1 KiB a second the store accepts, beside a bare preallocated append with fdatasync and the same group commit.
#include "crash.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>

#include "../../bench/support/drivers/bare_log.hpp"
#include "store/sqlite/testing/harness.hpp"

namespace arint::crash {
namespace {

using namespace std::chrono_literals;
using bench::BareLog;
using store::testing::Letter;

struct Load {
  store::Store* store = nullptr;
  BareLog* bare = nullptr;
  Digest version{};
  bool whole_life = false;  // the message is run and ends, too
  std::chrono::steady_clock::time_point until{};
  std::uint64_t done = 0;
};

runtime::Task<> connection(Load& load) {
  Letter letter(std::string(1024, 'x'));
  while (std::chrono::steady_clock::now() < load.until) {
    letter.message.id = Id::random();
    if (load.bare) {
      BareLog::Waiting waiting(*load.bare, letter.body);
      co_await waiting;
    } else {
      store::Accept accept;
      accept.message = &letter.message;
      accept.body = letter.body;
      accept.version = load.version;
      store::Write write;
      write.add(std::move(accept));
      const Result<store::Outcome> outcome = co_await load.store->commit(write);
      if (!outcome) throw Bug{outcome.error().sentence};
      if (load.whole_life) {
        store::Write end;
        end.add(store::Record{*outcome->claim, "1/send", store::RecordKind::result, "erp", 1, "{\"status\":200}"});
        store::Leave leave;
        leave.claim = *outcome->claim;
        end.add(leave);
        const Result<store::Outcome> ended = co_await load.store->commit(end);
        if (!ended) throw Bug{ended.error().sentence};
      }
    }
    ++load.done;
  }
}

runtime::Task<> all(Load& load, unsigned connections) {
  runtime::TaskGroup group;
  for (unsigned i = 0; i < connections; ++i) group.spawn(connection(load));
  const std::exception_ptr failed = co_await group.join();
  if (failed) std::rethrow_exception(failed);
}

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Figures {
  double per_second = 0, cpu_us = 0;  // CPU of all threads for each message
};

Figures measure(Load load, unsigned connections, std::chrono::milliseconds time) {
  load.until = std::chrono::steady_clock::now() + time;
  const double before = cpu_seconds();
  runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
  loop.run(all(load, connections));
  const auto done = static_cast<double>(load.done);
  return {done * 1000 / static_cast<double>(time.count()), (cpu_seconds() - before) * 1e6 / done};
}

}  // namespace

int rate(const std::string& folder, unsigned rounds) {
  store::Options options;
  options.folder = folder;
  auto opened = store::open_sqlite(options);
  if (!opened) return std::fprintf(stderr, "%s\n", opened.error().sentence.c_str()), 1;
  store::Store& store = **opened;
  BareLog bare(folder + "/bare.log");
  Load load{&store};
  load.version = sha256("a flow");
  store::Write keep;
  keep.add(store::KeepVersion{load.version, "accept-order", {}});
  if (!store.commit_blocking(keep)) return 1;
  Load bare_load{nullptr, &bare}, whole = load;
  whole.whole_life = true;
  for (unsigned connections : {1u, 16u, 64u, 256u})
    for (unsigned round = 0; round < rounds; ++round) {
      const Figures peer = measure(bare_load, connections, 2s), ours = measure(load, connections, 2s), ended = measure(whole, connections, 2s);
      const store::Status status = store.status();
      std::printf("%3u connections: bare %6.0f/s %3.0f us  accept %6.0f/s %3.0f us = %.2f  accept, record, done %6.0f/s %3.0f us  wal at most %lu MiB\n",
                  connections, peer.per_second, peer.cpu_us, ours.per_second, ours.cpu_us, ours.per_second / peer.per_second, ended.per_second,
                  ended.cpu_us, status.wal_most_bytes >> 20);
      std::fflush(stdout);
    }
  return 0;
}

}  // namespace arint::crash
