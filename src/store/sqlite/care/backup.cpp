// SPDX-License-Identifier: GPL-3.0-or-later
// A copy while the node works; giving back free pages.
#include <fcntl.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <system_error>

#include "base/text.hpp"
#include "log/actions/chain/disk.hpp"
#include "store/sqlite/care/care.hpp"
#include "store/sqlite/engine.hpp"
#include "store/sqlite/file/open.hpp"

namespace arint::store {
namespace fs = std::filesystem;
namespace {

constexpr int pages_a_step = 256;       // 1 MiB between two commits
constexpr int vacuum_pages_a_step = 64;

// SQLite's online backup, stepped on the writer's thread with the writer's own connection: what that connection writes meanwhile goes
// into the copy too, so it never starts again, holds no read open between the steps, and ends as the store was at its last step.
class Copy {
 public:
  Copy(Connection& from, const std::string& to) : to_(to, "unix", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) {
    to_.script("pragma synchronous=off; pragma journal_mode=off");
    backup_ = sqlite3_backup_init(to_.get(), "main", from.get(), "main");
    if (!backup_) throw to_.failed();
  }
  ~Copy() { end(); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  bool step() {
    const int code = sqlite3_backup_step(backup_, pages_a_step);
    if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) return true;
    if (code != SQLITE_DONE) throw SqliteError{code, 0, sqlite3_errstr(code)};
    return false;
  }
  void end() {
    if (backup_) sqlite3_backup_finish(std::exchange(backup_, nullptr));
  }

 private:
  Connection to_;
  sqlite3_backup* backup_ = nullptr;
};

// What a step of the writer's and the thread that waits for it share. Outlives both, whichever ends first.
struct Shared {
  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;
};

// Says that it is over when its last owner goes: the writer drops a step that it will not run again.
struct Teller {
  explicit Teller(std::shared_ptr<Shared> to) : shared(std::move(to)) {}
  ~Teller() {
    const std::lock_guard lock(shared->mutex);
    shared->over = true;
    shared->changed.notify_all();
  }
  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;
  std::shared_ptr<Shared> shared;
};

}  // namespace

void SqliteStore::run_steps(Writer::Step step) {
  auto shared = std::make_shared<Shared>();
  {
    auto teller = std::make_shared<Teller>(shared);
    writer_->add_step([step = std::move(step), teller = std::move(teller)](Connection& db) { return step(db); });
  }
  std::unique_lock lock(shared->mutex);
  shared->changed.wait(lock, [&] { return shared->over; });
}

Result<void> sync_file(const fs::path& file) {
  Result<log::File> opened = log::open_file(file, O_RDONLY);
  if (!opened) return opened.error();
  if (::fsync(opened->get()) != 0) return log::disk_error("cannot sync", file, errno);
  return {};
}

Result<void> copy_bodies(const fs::path& from_folder, const fs::path& to_folder, const std::vector<fs::path>& files) {
  for (const fs::path& file : files) {
    const fs::path from = from_folder / file, to = to_folder / file;
    std::error_code error;
    fs::create_directories(to.parent_path(), error);
    // A body file never changes: a second name for it is as good as a copy. Across file systems it is copied.
    fs::create_hard_link(from, to, error);
    if (error) {
      error.clear();
      fs::copy_file(from, to, error);
      if (error) return log::disk_error("cannot copy", from, error.value());
      if (Result<void> synced = sync_file(to); !synced) return synced.error();
    }
    if (Result<void> synced = log::sync_folder(to.parent_path()); !synced) return synced.error();
  }
  if (!files.empty()) return log::sync_folder(to_folder);
  return {};
}

std::vector<fs::path> bodies_of(Connection& db, const Bodies& bodies) {
  std::vector<fs::path> files;
  Statement row = db.use("select file from bodies");
  while (row.row()) files.push_back(bodies.relative(row.id(0)));
  return files;
}

Result<void> SqliteStore::copy_to(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error)) return Error{Fault::rejected, "a backup goes into a new folder, and " + quoted(folder.string(), 400) + " is there already"};
  fs::create_directories(folder, error);
  if (error) return log::disk_error("cannot make", folder, error.value());
  const std::string to = (folder / database_name).string();
  std::optional<SqliteError> failed;
  bool whole = false;
  std::unique_ptr<Copy> copy;
  // Removed while it runs, a body could be missing from the copy that still refers to it.
  writer_->keep_bodies(true);
  auto step = [&](Connection& db) {
    try {
      if (!copy) copy = std::make_unique<Copy>(db, to);
      if (copy->step()) return true;
      whole = true;
    } catch (const SqliteError& thrown) {
      failed = thrown;
    }
    copy.reset();
    return false;
  };
  run_steps(step);
  Result<void> result;
  try {
    if (failed) throw *failed;
    if (!whole) {
      result = Error{Fault::cancelled, "the backup was not finished: the node stops"};
    } else {
      Connection copied(to, "unix", SQLITE_OPEN_READWRITE);
      const std::vector<fs::path> files = bodies_of(copied, bodies_);
      result = copy_bodies(options_.folder / bodies_name, folder / bodies_name, files);
    }
    if (result) result = sync_file(to);
    if (result) result = log::sync_folder(folder);
  } catch (const SqliteError& thrown) {
    result = error_of(thrown, to);
  }
  writer_->keep_bodies(false);
  if (!result) fs::remove_all(folder, error);
  return result;
}

runtime::Task<Result<void>> SqliteStore::backup(fs::path folder) {
  co_await caught_up();
  Result<void> result = Error{Fault::busy, "another backup, check or compaction runs", 0, {}, std::chrono::seconds(5)};
  auto job = [&] { result = copy_to(folder); };
  (void)co_await care_pool_->run(job);
  co_return result;
}

runtime::Task<Result<std::uint64_t>> SqliteStore::compact() {
  Result<std::uint64_t> result = Error{Fault::busy, "another backup, check or compaction runs", 0, {}, std::chrono::seconds(5)};
  auto job = [&] {
    std::uint64_t given_back = 0;
    std::optional<SqliteError> failed;
    run_steps([&](Connection& db) {
      try {
        const std::int64_t before = db.number("pragma freelist_count");
        if (!before) return false;
        db.script("pragma incremental_vacuum(" + std::to_string(vacuum_pages_a_step) + ")");
        const std::int64_t after = db.number("pragma freelist_count");
        given_back += static_cast<std::uint64_t>(before - after) * page_bytes;
        return after > 0 && after < before;
      } catch (const SqliteError& thrown) {
        failed = thrown;
        return false;
      }
    });
    if (failed) result = error_of(*failed, path_);
    else result = given_back;
  };
  (void)co_await care_pool_->run(job);
  co_return result;
}

}  // namespace arint::store
