// SPDX-License-Identifier: GPL-3.0-or-later
// ActionLog: the append-only record of what the node did (design.md, section 9; FORMAT.md for the bytes).
//
// Core threads write lines through a Writer of their own; one log thread numbers them, hashes them in blocks, signs the
// newest head at least once per Options::max_age while there is something new, and keeps the anchors. A crash can take the
// lines of the last max_age, a power cut those of the last anchor_every besides.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "log/actions/chain/anchor.hpp"
#include "log/actions/chain/disk.hpp"
#include "log/actions/chain/journal.hpp"
#include "log/actions/options.hpp"
#include "log/actions/writer.hpp"

namespace arint::log {

// What `/metrics`, `/health` and a person want to know.
struct State {
  std::uint64_t lines = 0;          // written to the file since the start
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
  std::uint64_t dropped = 0;        // lines that found no room since the start
  std::uint64_t write_errors = 0;   // failed attempts to write, sync, rotate or anchor
  bool accepting = true;
  std::string problem{};            // the sentence of what fails now, "" when nothing does
  std::vector<std::string> damage{};  // what the start found missing or changed; also in the `restarted` line
};

class ActionLog : private Bell {
 public:
  // Opens the log: makes the key at the first start, cuts a torn block, writes `started` or `restarted`, and starts the
  // log thread. `further` anchors stand beside data/actions.anchor. Blocks on the disk.
  // Faults: rejected (an option is out of range), busy (another process has the folder), refused, unreachable, malformed.
  static Result<std::unique_ptr<ActionLog>> open(const Options& options, std::vector<std::shared_ptr<Anchor>> further = {},
                                                 std::shared_ptr<Disk> disk = std::make_shared<Disk>());
  ~ActionLog() override;  // close()
  ActionLog(const ActionLog&) = delete;
  ActionLog& operator=(const ActionLog&) = delete;

  // A new writer for the calling thread; it lives as long as the log. From any thread.
  Writer& writer();
  const Redaction& redaction() const noexcept { return redaction_; }

  // False while `when_full: refuse` is in force: channels answer 503 with Retry-After. From any thread, one load.
  bool accepting() const noexcept { return !refusing_.load(std::memory_order_relaxed); }

  // Waits until every line written before the call (as seen by this thread) is in the file, signed and anchored.
  // The error is that of the disk; the lines stay buffered. Must not be called on a core thread.
  Result<void> flush();
  // Writes `stopped` and everything before it, and ends the log thread. Writers must not be used any more.
  Result<void> close();
  State state() const;

 private:
  ActionLog(const Options& options, std::unique_ptr<Journal> journal);
  void ring() noexcept override;
  void pressed(bool yes) noexcept override;
  void run();
  void round(Take what, bool last);
  Result<void> take_lines(Take what);
  Result<void> settle();
  Result<void> turn_over();
  void note(const Result<void>& outcome);
  void say(const Action& action);       // a line of the log's own
  void say_opened();
  void say_dropped();
  std::vector<Writer*> writers() const;
  std::uint64_t dropped() const;

  const Options options_;
  const Redaction redaction_;
  std::atomic<bool> refusing_{false};
  std::atomic<int> pressing_{0};        // writers more than half full
  std::atomic<bool> failing_{false};

  mutable std::mutex mutex_;            // guards what follows
  std::condition_variable wake_, done_;
  std::deque<Writer> writers_;
  bool rung_ = false, closing_ = false, closed_ = false;
  std::uint64_t asked_ = 0, answered_ = 0;  // flush
  State state_{};

  // The log thread's.
  std::unique_ptr<Journal> journal_;
  Stamp stamp_;
  std::string scratch_;
  std::unique_ptr<char[]> own_line_{new char[line_limit]};
  std::uint64_t dropped_told_ = 0;
  std::int64_t dropped_since_ = 0;      // ms
  std::int64_t anchored_at_ = 0, retained_at_ = 0;
  std::thread thread_;
};

}  // namespace arint::log
