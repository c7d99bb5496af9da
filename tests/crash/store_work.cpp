// SPDX-License-Identifier: GPL-3.0-or-later
// The child that is killed, and the one that looks at what it left.
//
// What it says, one line each, after the commit that made it so:
//   accepted ID | recorded ID STEP | done ID | claimed ID
#include <unistd.h>

#include <cstdio>
#include <string>

#include "crash.hpp"
#include "store/sqlite/testing/harness.hpp"

namespace arint::crash {
namespace {

using store::testing::Letter;

constexpr int steps = 3;

// One write(2) a line: a pipe keeps it whole, and it is out when this returns.
void say(const std::string& line) {
  const std::string whole = line + "\n";
  if (::write(STDOUT_FILENO, whole.data(), whole.size()) < 0) ::_exit(3);
}

Result<std::unique_ptr<store::Store>> open(const std::string& folder, unsigned kill_at = 0) {
  store::Options options;
  if (kill_at) options.disk = crash::kill_at(kill_at);
  options.folder = folder;
  options.inline_limit = Size{2048};  // some bodies are files
  options.wal_reset = Size{256 << 10};
  options.journal = Size{64 << 10};
  return store::open_sqlite(options);
}

std::int64_t now_ms() { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

// One step a commit, as a run does it; the last with the end.
runtime::Task<bool> run(store::Store& store, store::Claim claim, Id id) {
  auto loaded = co_await store.load(claim.number, claim.run);
  if (!loaded) throw Bug{loaded.error().sentence};
  for (int step = static_cast<int>((*loaded)->records.size()); step < steps; ++step) {
    const std::string name = std::to_string(step);
    store::Write write;
    write.add(store::Record{claim, name, store::RecordKind::result, "erp", now_ms(), "{\"status\":200}"});
    if (step + 1 == steps) {
      store::Leave leave;
      leave.claim = claim;
      leave.at_ms = now_ms();
      write.add(leave);
    }
    const Result<store::Outcome> outcome = co_await store.commit(write);
    if (!outcome) throw Bug{outcome.error().sentence};
    say("recorded " + id.hex() + " " + name);
  }
  say("done " + id.hex());
  co_return true;
}

runtime::Task<> connection(store::Store& store, Digest version, unsigned which) {
  for (unsigned serial = 0;; ++serial) {
    Letter letter(std::string(serial % 8 ? 200 : 5000, static_cast<char>('a' + serial % 26)));
    letter.message.received_ms = now_ms();
    const std::string key = "line-" + std::to_string(which / 2);
    store::Accept accept;
    accept.message = &letter.message;
    accept.body = letter.body;
    accept.version = version;
    if (which % 4 < 2) accept.order = key;
    store::Write write;
    write.add(std::move(accept));
    const Result<store::Outcome> outcome = co_await store.commit(write);
    if (!outcome) throw Bug{outcome.error().sentence};
    say("accepted " + letter.message.id.hex());
    if (outcome->claim && serial % 5) (void)co_await run(store, *outcome->claim, letter.message.id);
    store::Write take;
    take.add(store::Take{now_ms(), 2});
    const Result<store::Outcome> taken = co_await store.commit(take);
    if (!taken) throw Bug{taken.error().sentence};
    for (const store::Claimed& each : taken->claimed) (void)co_await run(store, each.claim, each.id);
  }
}

runtime::Task<> work_on(store::Store& store, Digest version, unsigned connections) {
  runtime::TaskGroup group;
  for (unsigned i = 0; i < connections; ++i) group.spawn(connection(store, version, i));
  const std::exception_ptr failed = co_await group.join();
  if (failed) std::rethrow_exception(failed);
}

runtime::Task<> tell_all(store::Store& store) {
  store::Query query;
  for (;;) {
    const Result<store::Page> page = co_await store.list(query);
    if (!page) throw Bug{page.error().sentence};
    for (const store::Summary& each : page->messages) {
      const Result<store::Details> details = co_await store.show(each.number);
      if (!details) throw Bug{details.error().sentence};
      const auto loaded = co_await store.load(each.number, each.run);
      if (!loaded) throw Bug{loaded.error().sentence};
      say("accepted " + each.id.hex());
      for (const store::Recorded& record : details->records) say("recorded " + each.id.hex() + " " + record.step);
      if (each.state == store::State::done) say("done " + each.id.hex());
    }
    if (!page->next) co_return;
    query.before = page->next;
  }
}

}  // namespace

int work(const std::string& folder, unsigned connections, unsigned kill_at) {
  auto opened = open(folder, kill_at);
  if (!opened) throw Bug{opened.error().sentence};
  const Digest version = sha256("a flow");
  store::Write keep;
  keep.add(store::KeepVersion{version, "accept-order", {}});
  if (auto kept = (*opened)->commit_blocking(keep); !kept) throw Bug{kept.error().sentence};
  say("ready");
  runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
  loop.run(work_on(**opened, version, connections));
  return 0;
}

int tell(const std::string& folder) {
  auto opened = open(folder);
  if (!opened) throw Bug{opened.error().sentence};
  {
    runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
    loop.run(tell_all(**opened));
  }
  opened->reset();
  const auto wrong = store::check_files(folder);
  if (!wrong) throw Bug{wrong.error().sentence};
  for (const std::string& each : *wrong) say("wrong " + each);
  say("end");
  return 0;
}

}  // namespace arint::crash
