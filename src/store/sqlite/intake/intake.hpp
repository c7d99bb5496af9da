// SPDX-License-Identifier: GPL-3.0-or-later
// Intake: where most messages are accepted: at the end of a journal that has its size already, with one fdatasync for all that came
// during the one before. The writer enters them in the tables later, many at a time; what a crash keeps from being entered is entered
// when the store opens.
//
// Two files, written in turn. A file is written again when the tables hold, synced, all that is in it. See docs/decisions/0045.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/units.hpp"
#include "log/actions/chain/disk.hpp"
#include "store/read.hpp"
#include "store/sqlite/file/disk.hpp"
#include "store/sqlite/intake/entry.hpp"
#include "store/sqlite/write/job.hpp"

namespace arint::store {

class Intake {
 public:
  static constexpr std::size_t entered_at_once = 512;  // the writer is woken when so many wait
  static constexpr const char* names[] = {"store.journal-0", "store.journal-1"};

  // `synchronous` false: the control that must lose.
  Intake(std::filesystem::path folder, Disk& disk, Size file, bool synchronous = true);
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // ---- while the store opens
  struct Left {
    std::vector<std::string> files{};     // what the entries look into
    std::vector<Entry> entries{};
    std::int64_t serial = 0;              // of the last one
  };
  // Entries of `epoch` behind the one with serial `after`, in order.
  Result<Left> left(std::int64_t epoch, std::int64_t after) const;
  // Where the files are not there at their full size, our thread makes them so, and nothing is to be pushed until it has: a first
  // start is not to wait for the disk. Faults: busy (no room), refused, unreachable.
  Result<void> open();

  struct Hooks {
    std::function<void(const Error&)> failed{};                              // the disk can no longer be believed
    std::function<void(std::span<const Entry>)> accepted{};                  // before those who wait are told
    std::function<void()> enter{};                                           // the writer is to enter what waits
    std::function<void(std::span<Job* const>)> finish{};
  };
  void start(std::int64_t epoch, std::int64_t serial, Sequence& sequence, Hooks hooks);
  // None: there was no room for the files.
  JournalState state() const noexcept { return state_.load(std::memory_order_acquire); }
  // Ends when all that waits is accepted.
  void close();

  // False: not taken, since the journal has ended.
  bool push(Job& job) noexcept;
  // From now on everything is refused.
  void fail(const Error& error);

  // ---- the writer's side
  struct Chunk : std::enable_shared_from_this<Chunk> {
    std::string bytes{};
    std::vector<Entry> entries{};         // views into bytes
    std::int64_t serial = 0;              // of the last one
  };
  struct Waiting {
    std::vector<std::shared_ptr<const Chunk>> chunks{};
    Number through = 0;                   // with these, every number up to this one is in the tables, or in nobody's hands
  };
  // Accepted, and not yet entered. Again and again the same until entered() says how far it came.
  Waiting waiting();
  // Those up to `serial` are in the tables; synced: they need not be kept here.
  void entered(std::int64_t serial, bool synced);
  // How many wait, and since when (0: none does); whether room is needed.
  struct Pressure { std::size_t entries = 0; std::int64_t since_ns = 0; bool full = false; };
  Pressure pressure() const;
  std::int64_t serial() const;            // of the last that was entered

 private:
  Result<void> fill();
  void run();
  std::vector<Job*> take_batch(std::size_t& bytes);
  bool switch_file(std::unique_lock<std::mutex>& lock);
  void accept(Chunk& chunk, std::vector<Job*>& batch, std::int64_t from, std::size_t bytes);
  Result<void> write(const Chunk& chunk);

  const std::filesystem::path folder_;
  Disk& disk_;
  const std::size_t file_bytes_;
  const bool synchronous_;
  log::File files_[2]{};
  std::atomic<JournalState> state_{JournalState::making};
  Hooks hooks_{};
  std::int64_t epoch_ = 0;
  Sequence* sequence_ = nullptr;

  mutable std::mutex mutex_;              // guards what follows
  std::condition_variable wake_, room_;
  std::deque<Job*> queue_{};
  std::deque<std::shared_ptr<const Chunk>> chunks_{};
  std::size_t entries_ = 0;
  std::int64_t since_ns_ = 0;
  std::int64_t serial_ = 0, entered_ = 0, synced_ = 0;  // given; in the tables; in the tables and synced
  Number in_flight_ = 0;                  // the first number of what is being written
  std::int64_t last_in_[2] = {0, 0};      // the last serial in each file
  unsigned current_ = 0;
  std::size_t at_ = 0;
  bool closing_ = false, wants_room_ = false;
  std::optional<Error> problem_{};
  std::thread thread_;
};

}  // namespace arint::store
