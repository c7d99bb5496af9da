// SPDX-License-Identifier: GPL-3.0-or-later
// Writer: the one thread that changes the database. What arrives during a commit goes into the next one.
//
// It begins a transaction, applies every Write that waits, adds a slice of care, commits (one fdatasync of the log), and only then says
// so to those who wait. It never waits to collect more: under load the disk's own time does the collecting. What the intake has
// accepted goes into the next transaction before anything else; one that holds nothing but that, or what may be lost, is not synced.
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
#include <set>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "runtime/runtime.hpp"
#include "store/sqlite/file/bodies.hpp"
#include "store/sqlite/intake/intake.hpp"
#include "store/sqlite/options.hpp"
#include "store/sqlite/write/apply.hpp"

namespace arint::store {

// What may become a file; null when the operation has no such thing.
Content* content_of(Operation& operation);

class Writer {
 public:
  // `db` is the writer's alone from now on. `intake` may be null, and is started by start().
  Writer(std::unique_ptr<Connection> db, std::string path, const Options& options, Bodies& bodies, Intake* intake);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  struct Beginning {
    Number last = 0;
    std::int64_t epoch = 0, serial = 0;                 // serial: the last one of the intake's that is in the tables
    std::map<std::string, std::int64_t> backlog{};
    std::set<Digest> versions{};
  };
  void start(Beginning beginning);
  // Ends the thread when all that waits is committed.
  void close();

  // False: refused, and job.result says why. A message that the intake can hold goes there.
  bool push(Job& job) noexcept;
  // Whether anything that somebody was told of is not yet in the tables.
  bool behind() const noexcept;
  // Messages up to this one are in the tables.
  Number through() const noexcept { return entered_through_.load(std::memory_order_acquire); }
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
    std::atomic<std::uint64_t> commits{0}, writes{0}, batch_most{0}, refused{0}, queued{0}, wal_bytes{0}, wal_most{0}, entered{0};
    std::atomic<std::int64_t> unresolved{0};
  };
  const Counters& counters() const noexcept { return counters_; }
  bool accepting() const noexcept { return !failed_.load(std::memory_order_acquire); }
  std::optional<Error> problem() const;
  std::int64_t backlog(std::string_view channel) const;
  std::uint64_t free_bytes() const noexcept;

 private:
  void start_intake(std::int64_t epoch, std::int64_t serial);
  void run();
  bool care_waits() const noexcept;
  bool names_wait() const noexcept;
  bool is_known(const Digest& version) const;
  std::optional<Error> turned_away(const Job& job);
  bool goes_to_intake(const Job& job) const;
  void accepted(std::span<const Entry> entries);
  std::int64_t wanted_ns(std::int64_t now_ns) const;
  void wait(std::unique_lock<std::mutex>& lock);
  std::vector<Job*> take_batch();
  void commit(std::vector<Job*> batch, bool last);
  bool attempt(std::vector<Job*>& batch, const Intake::Waiting& waiting, bool synced);
  void enter(const Intake::Waiting& waiting, const std::vector<Job*>& batch);
  std::vector<Job*> after_error(const SqliteError& error, std::vector<Job*> batch, bool again);
  void care();
  void committed(std::span<Job* const> batch, const Intake::Waiting& waiting, bool synced);
  void finish(std::span<Job* const> batch);
  void step();

  std::unique_ptr<Connection> db_;
  const std::string path_;
  const Options options_;
  Bodies& bodies_;
  Intake* const intake_;
  Sequence sequence_;
  Applier applier_;
  std::function<void()> due_hook_;
  std::function<void(std::uint64_t)> wal_hook_;
  Counters counters_;
  std::atomic<bool> failed_{false};

  mutable std::mutex mutex_;           // guards what follows
  std::condition_variable wake_, paused_cv_, done_cv_;
  std::deque<Job*> queue_;
  std::size_t hurried_ = 0;            // of those in the queue; the others wait for them, or for their time
  std::int64_t leisurely_since_ns_ = 0;
  std::deque<Step> steps_;
  bool closing_ = false, ended_ = false, pause_wanted_ = false, paused_ = false, tidy_wanted_ = false;
  int keeping_bodies_ = 0;
  std::vector<Id> kept_bodies_;        // removed once nobody holds them
  std::optional<Error> problem_;

  mutable std::mutex versions_mutex_;
  std::set<Digest> versions_;          // in the tables
  std::atomic<Number> entered_through_{0};
  std::atomic<std::int64_t> leisurely_{0};  // queued, or in a batch that is not yet committed
  std::atomic<std::int64_t> room_looked_ns_{0};
  std::atomic<std::uint64_t> room_{~std::uint64_t{0}};

  mutable std::mutex backlog_mutex_;
  std::map<std::string, std::int64_t, std::less<>> backlog_;

  // The writer's thread's.
  std::int64_t named_ = 0;             // entered in `names`, about
  bool tidying_ = false;
  std::int64_t next_tidy_ns_ = 0, next_enter_ns_ = 0;  // next_enter_ns_: not before, since the last time failed
  std::vector<Id> orphans_;            // of commits that were not synced
  std::thread thread_;
};

}  // namespace arint::store
