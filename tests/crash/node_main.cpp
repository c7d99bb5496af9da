// SPDX-License-Identifier: GPL-3.0-or-later
// arint_crash: the whole program with a store that dies, forgets or records late. Never shipped. From the environment:
//
//   ARINT_CRASH_KILL_AT=N     kills itself at the N-th change of the disk: before it when N is odd, half-way when it is even
//   ARINT_CRASH_CUT_AT=N      the power goes with the N-th change; what a machine would find then is left in ARINT_CRASH_LEAVE
//   ARINT_CRASH_SEED=N        of the cut
//   ARINT_CRASH_NO_SYNC=1     synchronous=OFF: the control that must lose
//   ARINT_CRASH_LATE=1        results of calls are recorded only with the end of the run: the control that must repeat them
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "command/command.hpp"
#include "crash.hpp"
#include "engine/engine.hpp"
#include "store/sqlite/sqlite.hpp"
#include "store/sqlite/testing/power_cut.hpp"

namespace arint::crash {
namespace {

using store::Store;

std::string from_environment(const char* name) {
  const char* text = std::getenv((std::string("ARINT_CRASH_") + name).c_str());
  return text ? text : "";
}
unsigned number(const char* name) { return static_cast<unsigned>(std::atoi(from_environment(name).c_str())); }

// Passes everything on, but keeps results of calls back until the run's end.
class Late : public Store {
 public:
  explicit Late(std::unique_ptr<Store> behind) : behind_(std::move(behind)) {}

  runtime::Task<Result<store::Outcome>> commit(store::Write& write) override {
    std::vector<store::Operation>& all = write.operations();
    const bool ends = std::any_of(all.begin(), all.end(), [](const auto& one) { return std::holds_alternative<store::Leave>(one); });
    if (ends) co_return co_await behind_->commit(write);
    const bool only_results = !all.empty() && std::all_of(all.begin(), all.end(), [](const auto& one) {
      const auto* record = std::get_if<store::Record>(&one);
      return record && record->kind == store::RecordKind::result;
    });
    if (only_results) co_return store::Outcome{};  // "it is on the disk"
    co_return co_await behind_->commit(write);
  }
  Result<store::Outcome> commit_blocking(store::Write& write) override { return behind_->commit_blocking(write); }
  void on_due(std::function<void()> hook) override { behind_->on_due(std::move(hook)); }
  runtime::Task<Result<std::unique_ptr<store::Loaded>>> load(store::Number number, std::int32_t run) override { return behind_->load(number, run); }
  runtime::Task<Result<std::optional<store::Summary>>> find(Id id) override { return behind_->find(id); }
  runtime::Task<Result<store::Details>> show(store::Number number) override { return behind_->show(number); }
  runtime::Task<Result<store::Page>> list(store::Query query) override { return behind_->list(std::move(query)); }
  runtime::Task<Result<std::string>> answer_of(Digest key) override { return behind_->answer_of(key); }
  runtime::Task<Result<std::optional<store::EventRead>>> event(std::string place) override { return behind_->event(std::move(place)); }
  runtime::Task<Result<std::vector<store::PlaceRead>>> places() override { return behind_->places(); }
  runtime::Task<Result<std::vector<store::LineRead>>> blocked_lines(unsigned most) override { return behind_->blocked_lines(most); }
  runtime::Task<Result<std::int64_t>> schedule(std::string name) override { return behind_->schedule(std::move(name)); }
  runtime::Task<Result<store::VersionRead>> version(Digest hash) override { return behind_->version(hash); }
  Result<std::optional<std::string>> anchor_blocking() override { return behind_->anchor_blocking(); }
  store::Status status() const override { return behind_->status(); }
  std::int64_t backlog(std::string_view channel) const override { return behind_->backlog(channel); }
  runtime::Task<Result<void>> backup(std::filesystem::path folder) override { return behind_->backup(std::move(folder)); }
  runtime::Task<Result<std::vector<std::string>>> check() override { return behind_->check(); }
  runtime::Task<Result<std::uint64_t>> compact() override { return behind_->compact(); }

 private:
  std::unique_ptr<Store> behind_;
};

// Waits for the cut, leaves what it has left, and ends the process as a machine ends.
void leave_when_dark(std::shared_ptr<store::testing::PowerCut> disk, std::filesystem::path folder) {
  std::thread([disk = std::move(disk), folder = std::move(folder)] {
    while (!disk->dark()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    disk->leave(folder, from_environment("LEAVE"));
    std::_Exit(9);
  }).detach();
}

Result<std::unique_ptr<Store>> open(store::Options options) {
  options.journal = Size{64 << 10};
  options.wal_reset = Size{256 << 10};
  if (const unsigned at = number("KILL_AT")) options.disk = kill_at(at);
  if (const unsigned at = number("CUT_AT")) {
    const auto disk = std::make_shared<store::testing::PowerCut>(number("SEED"), at);
    options.synchronous = from_environment("NO_SYNC").empty();
    if (!options.synchronous) disk->commits_do_not_sync();
    options.disk = disk;
    std::filesystem::create_directories(options.folder);
    options.folder = std::filesystem::canonical(options.folder);
    leave_when_dark(disk, options.folder);
  }
  Result<std::unique_ptr<Store>> opened = store::open_sqlite(options);
  if (!opened || from_environment("LATE").empty()) return opened;
  return std::unique_ptr<Store>(std::make_unique<Late>(std::move(*opened)));
}

}  // namespace
}  // namespace arint::crash

int main(int count, char** arguments) {
  arint::engine::open_stores_with(arint::crash::open);
  return arint::command::run(count, arguments);
}
