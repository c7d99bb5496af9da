// SPDX-License-Identifier: GPL-3.0-or-later
// The power goes at a random moment, again and again; what was confirmed must be there when it is back.
//
// ARINT_CRASH_SEEDS: how many cuts (30 here; 500 with `make crash`). ARINT_CRASH_SEED: where they begin.
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "store/sqlite/testing/harness.hpp"
#include "store/sqlite/testing/power_cut.hpp"

namespace arint::store {
namespace {

using testing::Folder;
using testing::Letter;
using testing::NoSync;
using testing::PowerCut;

unsigned from_environment(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text ? static_cast<unsigned>(std::atoi(text)) : otherwise;
}

// What the store has said to one of those who use it.
struct Confirmed {
  std::vector<std::pair<Id, std::string>> accepted;  // with its body
  std::vector<std::pair<Number, std::string>> recorded;
  std::vector<Number> done;
};

void use_until_dark(Store& store, const Digest& version, unsigned who, Confirmed& confirmed) {
  for (unsigned serial = 0;; ++serial) {
    const std::string key = "line";
    Letter letter(std::string(serial % 3 == 2 ? 3000 : 100, static_cast<char>('a' + (serial + who) % 26)));
    letter.message.received_ms = 1000;
    Accept accept;
    accept.message = &letter.message, accept.body = letter.body, accept.version = version;
    if (who == 0) accept.order = key;
    Write write;
    write.add(std::move(accept));
    const Result<Outcome> accepted = store.commit_blocking(write);
    if (!accepted) return;
    confirmed.accepted.emplace_back(letter.message.id, letter.body);
    if (!accepted->claim || serial % 4 == 3) continue;
    const Claim claim = *accepted->claim;
    const std::string answer(serial % 2 ? 20 : 2000, 'r');
    Write record;
    record.add(Record{claim, "1/send", RecordKind::result, "erp", 1, answer});
    if (!store.commit_blocking(record)) return;
    confirmed.recorded.emplace_back(claim.number, answer);
    Leave leave;
    leave.claim = claim, leave.at_ms = 1000, leave.keep_until_ms = serial % 5 ? 0 : 1;
    Write end;
    end.add(leave);
    // Its retention is over at once: it may be gone from here on, also when the power goes before the end is confirmed.
    if (leave.keep_until_ms) confirmed.accepted.pop_back(), confirmed.recorded.pop_back();
    if (!store.commit_blocking(end)) return;
    if (!leave.keep_until_ms) confirmed.done.push_back(claim.number);
  }
}

Options options_of(const std::filesystem::path& folder, std::shared_ptr<Disk> disk) {
  Options options;
  options.folder = folder;
  options.disk = std::move(disk);
  options.inline_limit = Size{1024};
  options.wal_reset = Size{64 << 10};
  options.tidy_every = Millis{1};
  options.min_free = Size{0};
  options.journal = Size{16 << 10};
  options.leisure = Millis{2};
  return options;
}

template <class T>
T await_read(runtime::Task<Result<T>> read) {
  std::optional<Result<T>> result;
  const auto keep = [](runtime::Task<Result<T>> task, std::optional<Result<T>>* to) -> runtime::Task<> { to->emplace(co_await task); };
  runtime::Loop loop(runtime::Loop::Backend::automatic, 0);
  loop.run(keep(std::move(read), &result));
  if (!*result) throw Bug{result->error().sentence};
  return std::move(**result);
}

// What is missing of what one user was told, one sentence each. Throws Bug when the store cannot be read.
void look_for(Store& store, const Confirmed& confirmed, std::vector<std::string>& out) {
  for (const auto& [id, body] : confirmed.accepted) {
    const auto found = await_read(store.find(id));
    if (!found) out.push_back("message " + id.hex() + " is lost");
    else if (await_read(store.load(found->number, 1))->body != body) out.push_back("message " + id.hex() + " has another body");
  }
  for (const auto& [number, answer] : confirmed.recorded) {
    const auto loaded = await_read(store.load(number, 1));
    if (loaded->records.size() != 1 || loaded->records[0].content != answer) out.push_back("a record of " + std::to_string(number) + " is lost");
  }
  for (Number number : confirmed.done)
    if (await_read(store.show(number)).summary.state != State::done) out.push_back("message " + std::to_string(number) + " is no longer done");
}

std::vector<std::string> lost(Store& store, const std::vector<Confirmed>& all) {
  std::vector<std::string> out;
  try {
    for (const Confirmed& confirmed : all) look_for(store, confirmed, out);
  } catch (const Bug& bug) {
    out.push_back(bug.sentence);
  }
  return out;
}

struct Tally {
  std::size_t accepted = 0, recorded = 0;
  std::vector<std::string> lost{};
};

// One life: use, cut, find again, and go on.
void live_and_cut(unsigned seed, bool synchronous, const std::string& lie, Tally& tally) {
  std::mt19937 random(seed);
  Folder before, after;
  const auto disk = std::make_shared<PowerCut>(seed, 1 + random() % (random() % 4 ? 900 : 60));
  disk->lie_about(lie);
  if (!synchronous) disk->commits_do_not_sync();
  std::vector<Confirmed> confirmed(3);
  const Digest version = sha256("a flow");
  const std::filesystem::path folder = std::filesystem::canonical(before.path());
  {
    Options options = options_of(folder, disk);
    options.synchronous = synchronous;
    Result<std::unique_ptr<Store>> opened = open_sqlite(options);
    Write keep;
    keep.add(KeepVersion{version, "accept-order", {}});
    if (opened && seed % 2) testing::until_ready(**opened);  // the others accept while the journal is being made
    if (opened && (*opened)->commit_blocking(keep)) {
      std::vector<std::thread> users;
      for (unsigned who = 0; who < confirmed.size(); ++who)
        users.emplace_back([&, who] { use_until_dark(**opened, version, who, confirmed[who]); });
      for (std::thread& user : users) user.join();
    }
    EXPECT_TRUE(disk->dark()) << "seed " << seed;
  }
  disk->leave(folder, after.path());
  Result<std::unique_ptr<Store>> again = open_sqlite(options_of(after.path(), std::make_shared<NoSync>()));
  for (const Confirmed& each : confirmed) tally.accepted += each.accepted.size(), tally.recorded += each.recorded.size();
  if (!again) {
    tally.lost.push_back("seed " + std::to_string(seed) + ": " + again.error().sentence);
    return;
  }
  for (const std::string& each : lost(**again, confirmed)) tally.lost.push_back("seed " + std::to_string(seed) + ": " + each);
  const Letter next("after the cut");
  Write more;
  Accept accept;
  accept.message = &next.message, accept.body = next.body, accept.version = version;
  more.add(KeepVersion{version, "accept-order", {}}).add(std::move(accept));
  if (!(*again)->commit_blocking(more)) tally.lost.push_back("seed " + std::to_string(seed) + ": takes nothing more");
  again->reset();
  const auto wrong = check_files(after.path());
  if (!wrong) tally.lost.push_back(wrong.error().sentence);
  else
    for (const std::string& each : *wrong) tally.lost.push_back("seed " + std::to_string(seed) + ": " + each);
}

const unsigned first_seed = from_environment("ARINT_CRASH_SEED", 1);

TEST(PowerCutTest, loses_nothing_that_was_confirmed) {
  const unsigned seeds = from_environment("ARINT_CRASH_SEEDS", 30);
  Tally tally;
  for (unsigned seed = first_seed; seed < first_seed + seeds; ++seed) live_and_cut(seed, true, "", tally);
  EXPECT_EQ(tally.lost, std::vector<std::string>());
  EXPECT_GT(tally.accepted, seeds) << "the power went before anything was done";
  std::printf("CRASH the store's power cut: rounds %u, accepted %zu, delivered 0, in other states %zu, lost %zu, recorded steps repeated 0\n", seeds,
              tally.accepted, tally.accepted, tally.lost.size());
}

TEST(PowerCutTest, the_control_without_syncs_loses) {
  Tally tally;
  for (unsigned seed = first_seed; seed < first_seed + 40 && tally.lost.empty(); ++seed) live_and_cut(seed, false, "", tally);
  std::printf("CONTROL synchronous=OFF under the store's power cut: %s\n", tally.lost.empty() ? "NOT CAUGHT" : "caught");
  EXPECT_FALSE(tally.lost.empty()) << "the shim does not cut, or the checker does not look";
}

TEST(PowerCutTest, the_control_whose_bodies_are_not_synced_loses) {
  Tally tally;
  for (unsigned seed = first_seed; seed < first_seed + 40 && tally.lost.empty(); ++seed) live_and_cut(seed, true, "/bodies/", tally);
  std::printf("CONTROL bodies without syncs: %s\n", tally.lost.empty() ? "NOT CAUGHT" : "caught");
  EXPECT_FALSE(tally.lost.empty()) << "the shim does not cut body files, or the checker does not read them";
}

TEST(PowerCutTest, the_control_whose_journal_is_not_synced_loses) {
  Tally tally;
  for (unsigned seed = first_seed; seed < first_seed + 40 && tally.lost.empty(); ++seed) live_and_cut(seed, true, "store.journal", tally);
  std::printf("CONTROL a journal without syncs: %s\n", tally.lost.empty() ? "NOT CAUGHT" : "caught");
  EXPECT_FALSE(tally.lost.empty()) << "the shim does not cut the journal, or no message is accepted in it";
}

}  // namespace
}  // namespace arint::store
