// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/action_log.hpp"

#include <pthread.h>
#include <signal.h>

#include "base/text.hpp"
#include "log/actions/line/escape.hpp"

namespace arint::log {
namespace {

constexpr std::int64_t retain_every = 3'600'000;  // ms

Result<void> check(const Options& options) {
  auto outside = [](std::string_view what) { return Error{Fault::rejected, "log: " + std::string(what)}; };
  if (options.max_age < Millis(10) || options.max_age > Millis(60'000)) return outside("max_age is 10ms to 1m");
  if (options.anchor_every < Millis(0)) return outside("anchor_every is not negative");
  if (options.buffer.bytes < 2 * block_bytes || options.buffer.bytes > (1ull << 30)) return outside("buffer is 128KiB to 1GiB");
  if (options.rotate_size.bytes < block_bytes) return outside("rotate_size is at least 64KiB");
  if (options.rotate_age < Millis(0) || options.keep_for < Millis(0)) return outside("rotate_age and keep_for are not negative");
  if (options.node.empty() || escaped(options.node).size() > node_limit) return outside("the node's name is 1 to 256 bytes");
  return {};
}

// Also true when the clock went back.
bool passed(std::int64_t now, std::int64_t since, std::int64_t period) { return now - since >= period || now < since; }

std::string sentence_of(const Recovered& recovered) {
  std::string out = "cut " + std::to_string(recovered.cut_bytes) + " bytes (" + std::to_string(recovered.cut_lines) +
                    " lines) of a torn block behind block " + std::to_string(recovered.chain.block);
  if (recovered.cut_bytes == 0) out = "no torn block; the log goes on behind block " + std::to_string(recovered.chain.block);
  for (const std::string& damage : recovered.damage) out += "; " + damage;
  return out;
}

}  // namespace

Result<std::unique_ptr<ActionLog>> ActionLog::open(const Options& options, std::vector<std::shared_ptr<Anchor>> further,
                                                   std::shared_ptr<Disk> disk) {
  if (Result<void> checked = check(options); !checked) return checked.error();
  further.insert(further.begin(), std::make_shared<FileAnchor>(options.folder));
  Result<std::unique_ptr<Journal>> journal = Journal::open(options, std::move(further), std::move(disk));
  if (!journal) return journal.error();
  std::unique_ptr<ActionLog> out(new ActionLog(options, std::move(*journal)));
  out->say_opened();
  // Signals are for the thread that waits for them, not for this one.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  out->thread_ = std::thread([log = out.get()] { log->run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return out;
}

ActionLog::ActionLog(const Options& options, std::unique_ptr<Journal> journal)
    : options_(options), redaction_(options.redact), journal_(std::move(journal)) {
  state_.damage = journal_->recovered().damage;
}

ActionLog::~ActionLog() {
  Result<void> closed = close();
  (void)closed;  // who wants to know calls close()
}

Writer& ActionLog::writer() {
  std::lock_guard lock(mutex_);
  return writers_.emplace_back(static_cast<Bell&>(*this), redaction_, options_.buffer.bytes);
}

void ActionLog::ring() noexcept {
  {
    std::lock_guard lock(mutex_);
    rung_ = true;
  }
  wake_.notify_one();
}

void ActionLog::pressed(bool yes) noexcept {
  int now = pressing_.fetch_add(yes ? 1 : -1, std::memory_order_relaxed) + (yes ? 1 : -1);
  if (options_.when_full == WhenFull::refuse) refusing_.store(now > 0 || failing_.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

Result<void> ActionLog::flush() {
  std::unique_lock lock(mutex_);
  if (closed_ || closing_) return Error{Fault::cancelled, "the action log is closed"};
  std::uint64_t mine = ++asked_;
  wake_.notify_one();
  done_.wait(lock, [&] { return answered_ >= mine || closed_; });
  if (state_.problem.empty()) return {};
  return Error{Fault::unreachable, state_.problem};
}

Result<void> ActionLog::close() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  std::lock_guard lock(mutex_);
  if (state_.problem.empty()) return {};
  return Error{Fault::unreachable, state_.problem};
}

State ActionLog::state() const {
  std::lock_guard lock(mutex_);
  State out = state_;
  out.accepting = accepting();
  for (const Writer& writer : writers_) out.dropped += writer.dropped();
  return out;
}

// Full blocks are taken when they come. Everything else is looked for a little more often than max_age asks, because
// taking and writing take time too.
void ActionLog::run() {
  using clock = std::chrono::steady_clock;
  const Millis period = options_.max_age * 3 / 4;
  clock::time_point next = clock::now();  // the first round writes what open() said
  for (;;) {
    bool everything = false, last = false;
    std::uint64_t asked = 0;
    {
      std::unique_lock lock(mutex_);
      // While the disk fails full blocks cannot be taken, so they do not wake: the retry comes with the period.
      wake_.wait_until(lock, next, [&] { return closing_ || asked_ > answered_ || (rung_ && !failing_.load(std::memory_order_relaxed)); });
      last = closing_;
      asked = asked_;
      everything = last || asked > answered_ || clock::now() >= next;
      rung_ = false;
    }
    if (last) anchored_at_ = 0;
    if (asked > answered_) anchored_at_ = 0;  // answered_ is only written by this thread
    round(everything ? Take::everything : Take::full_blocks, last);
    if (everything) next = clock::now() + period;
    std::lock_guard lock(mutex_);
    answered_ = asked;
    if (last) closed_ = true;
    done_.notify_all();
    if (last) return;
  }
}

void ActionLog::round(Take what, bool last) {
  Result<void> outcome;
  try {
    outcome = take_lines(what);
    if (outcome && what == Take::everything) {
      say_dropped();
      if (last) say({.kind = Kind::stopped, .outcome = Outcome::ok});
      outcome = settle();
    }
    if (outcome && !last) outcome = turn_over();
  } catch (const Bug& bug) {
    outcome = Error{Fault::bug, "the action log: " + bug.sentence};
  } catch (const std::exception& problem) {  // out of memory; the next round tries again
    outcome = Error{Fault::bug, std::string("the action log: ") + problem.what()};
  }
  note(outcome);
}

Result<void> ActionLog::take_lines(Take what) {
  // A block that could not be written goes first; until it is gone, lines stay with their writers.
  Result<void> outcome = journal_->stuck() ? journal_->finish(Sign::no) : Result<void>();
  for (Writer* writer : writers()) {
    if (!outcome) return outcome;
    writer->drain(what, [&](std::string_view lines) {
      if (!outcome) return false;
      journal_->add(lines);
      if (journal_->open_bytes() >= block_bytes) outcome = journal_->finish(Sign::no);
      return true;
    });
  }
  if (outcome && what == Take::full_blocks) outcome = journal_->finish(Sign::no);
  return outcome;
}

// Signs the newest head, and anchors it when it is time.
Result<void> ActionLog::settle() {
  if (Result<void> finished = journal_->finish(Sign::yes); !finished) return finished;
  std::int64_t now = now_ms();
  if (journal_->anchored() || !passed(now, anchored_at_, options_.anchor_every.count())) return {};
  Result<void> anchored = journal_->anchor();
  if (anchored) anchored_at_ = now;
  return anchored;
}

// Rotation and retention. A line about what was removed goes into the next block.
Result<void> ActionLog::turn_over() {
  std::int64_t now = now_ms();
  bool rotates = journal_->due(now);
  if (rotates)
    if (Result<void> done = journal_->rotate(now); !done) return done;
  if (!rotates && !passed(now, retained_at_, retain_every)) return {};
  retained_at_ = now;
  Result<std::string> removed = journal_->retain(now);
  if (!removed) return removed.error();
  if (!removed->empty()) say({.kind = Kind::logged, .outcome = Outcome::ok, .text = *removed});
  return {};
}

void ActionLog::note(const Result<void>& outcome) {
  failing_.store(!outcome.ok(), std::memory_order_relaxed);
  if (options_.when_full == WhenFull::refuse)
    refusing_.store(!outcome || pressing_.load(std::memory_order_relaxed) > 0, std::memory_order_relaxed);
  std::lock_guard lock(mutex_);
  state_.problem = outcome ? std::string() : outcome.error().sentence;
  if (!outcome) ++state_.write_errors;
  state_.lines = journal_->lines();
  state_.bytes = journal_->bytes();
  state_.blocks = journal_->blocks();
}

void ActionLog::say(const Action& action) {
  char* end = encode(own_line_.get(), stamp_, action, redaction_, scratch_);
  journal_->add({own_line_.get(), static_cast<std::size_t>(end - own_line_.get())});
}

void ActionLog::say_opened() {
  const Recovered& found = journal_->recovered();
  if (found.fresh || (found.clean && found.damage.empty())) {
    say({.kind = Kind::started, .outcome = Outcome::ok, .text = options_.about});
    return;
  }
  std::string text = sentence_of(found);
  say({.kind = Kind::restarted, .outcome = found.damage.empty() ? Outcome::ok : Outcome::failed, .text = text});
}

// Drops are told as soon as there is room in the file again.
void ActionLog::say_dropped() {
  std::uint64_t now = dropped();
  if (now == dropped_told_) return;
  std::string text = std::to_string(now - dropped_told_) + " lines were dropped before this one: they could not be written and found no room";
  say({.kind = Kind::logged, .outcome = Outcome::dropped, .text = text});
  dropped_told_ = now;
}

std::vector<Writer*> ActionLog::writers() const {
  std::lock_guard lock(mutex_);
  std::vector<Writer*> out;
  for (const Writer& writer : writers_) out.push_back(const_cast<Writer*>(&writer));
  return out;
}

std::uint64_t ActionLog::dropped() const {
  std::uint64_t out = 0;
  for (Writer* writer : writers()) out += writer->dropped();
  return out;
}

}  // namespace arint::log
