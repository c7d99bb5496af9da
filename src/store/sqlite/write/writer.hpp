// SPDX-License-Identifier: GPL-3.0-or-later
// Writer: the one thread that changes the database. What arrives during a commit goes into the next one.
//
// It begins a transaction, applies every Write that waits, adds a slice of care, commits (one fdatasync of the log), and only then says
// so to those who wait. It never waits to collect more: under load the disk's own time does the collecting.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "runtime/runtime.hpp"
#include "store/sqlite/file/bodies.hpp"
#include "store/sqlite/options.hpp"
#include "store/sqlite/write/apply.hpp"

namespace arint::store {

// A Write on its way. Belongs to the writer from push() until it is finished.
struct Job {
  Write* write = nullptr;
  std::optional<Result<Outcome>> result{};
  runtime::Handover* waits = nullptr;   // null: a thread waits, see commit_blocking
  bool done = false;                    // then; guarded by the writer's mutex
  bool takes_room = false;              // refused when the disk is nearly full
  std::size_t bytes = 0;
};

// What may become a file; null when the operation has no such thing.
Content* content_of(Operation& operation);

class Writer {
 public:
  // `db` is the writer's alone from now on.
  Writer(std::unique_ptr<Connection> db, std::string path, const Options& options, Bodies& bodies);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void start(const Numbers& numbers, std::map<std::string, std::int64_t> backlog);
  // Ends the thread when all that waits is committed.
  void close();

  // False: refused, and job.result says why.
  bool push(Job& job) noexcept;
  void wait_for(Job& job);
  // Removes what was written for a Write that is not committed.
  void discard_files(const Job& job);
  // On the writer's thread between two commits, outside of a transaction, again and again until it returns false.
  // It is let go when it is over, also when the writer ends first.
  using Step = std::function<bool(Connection&)>;
  void add_step(Step step);
  // Care begins now and not when its time has come.
  void tidy_now();
  void on_due(std::function<void()> hook) { due_hook_ = std::move(hook); }

  // ---- for the checkpointer. Between pause and resume nothing is committed.
  bool pause();  // false: the writer has ended
  void resume();
  void on_wal(std::function<void(std::uint64_t bytes)> hook) { wal_hook_ = std::move(hook); }
  // From now on everything is refused: what the disk says can no longer be believed.
  void fail(const Error& error);
  // While one is held, body files are not removed: a backup copies them.
  void keep_bodies(bool yes);

  struct Counters {
    std::atomic<std::uint64_t> commits{0}, writes{0}, batch_most{0}, refused{0}, queued{0}, wal_bytes{0}, wal_most{0};
    std::atomic<std::int64_t> unresolved{0};
  };
  const Counters& counters() const noexcept { return counters_; }
  bool accepting() const noexcept { return !failed_.load(std::memory_order_acquire); }
  std::optional<Error> problem() const;
  std::int64_t backlog(std::string_view channel) const;
  std::uint64_t free_bytes() const noexcept;

 private:
  void run();
  bool care_waits() const noexcept;
  std::vector<Job*> take_batch();
  void commit(std::vector<Job*> batch);
  bool attempt(std::vector<Job*>& batch, const Numbers& before);
  std::vector<Job*> after_error(const SqliteError& error, std::vector<Job*> batch, bool again);
  void care();
  void committed(std::span<Job* const> batch);
  void finish(std::span<Job* const> batch);
  void step();

  std::unique_ptr<Connection> db_;
  const std::string path_;
  const Options options_;
  Bodies& bodies_;
  Applier applier_;
  std::function<void()> due_hook_;
  std::function<void(std::uint64_t)> wal_hook_;
  Counters counters_;
  std::atomic<bool> failed_{false};

  mutable std::mutex mutex_;           // guards what follows
  std::condition_variable wake_, paused_cv_, done_cv_;
  std::deque<Job*> queue_;
  std::deque<Step> steps_;
  bool closing_ = false, ended_ = false, pause_wanted_ = false, paused_ = false, tidy_wanted_ = false;
  int keeping_bodies_ = 0;
  std::vector<Id> kept_bodies_;        // removed once nobody holds them
  std::optional<Error> problem_;

  mutable std::mutex backlog_mutex_;
  std::map<std::string, std::int64_t, std::less<>> backlog_;

  // The writer's thread's.
  std::int64_t named_ = 0;             // entered in `names`, about
  bool tidying_ = false;
  std::int64_t next_tidy_ns_ = 0;
  std::thread thread_;
};

}  // namespace arint::store
