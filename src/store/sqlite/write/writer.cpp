// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/write/writer.hpp"

#include <pthread.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <csignal>

#include "store/clock.hpp"
#include "store/sqlite/write/names.hpp"

namespace arint::store {

Writer::Writer(std::unique_ptr<Connection> db, std::string path, const Options& options, Bodies& bodies, Intake* intake)
    : db_(std::move(db)), path_(std::move(path)), options_(options), bodies_(bodies), intake_(intake), applier_(*db_, sequence_) {}

Writer::~Writer() { close(); }

void Writer::start(Beginning beginning) {
  sequence_.last = beginning.last;
  sequence_.lease = beginning.epoch << 32;
  entered_through_ = beginning.last;
  named_ = db_->number("select value from facts where name = 'named'");
  versions_ = std::move(beginning.versions);
  for (auto& [channel, count] : beginning.backlog) {
    counters_.unresolved += count;
    backlog_.emplace(channel, count);
  }
  next_tidy_ns_ = steady_ns();
  sqlite3_wal_hook(
      db_->get(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Writer*>(self)->counters_.wal_bytes = 32 + static_cast<std::uint64_t>(pages) * (page_bytes + 24);
        return SQLITE_OK;
      },
      this);
  if (intake_) start_intake(beginning.epoch, beginning.serial);
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_setname_np(thread_.native_handle(), "store-writer");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Writer::start_intake(std::int64_t epoch, std::int64_t serial) {
  Intake::Hooks hooks;
  hooks.failed = [this](const Error& error) { fail(error); };
  hooks.accepted = [this](std::span<const Entry> entries) { accepted(entries); };
  hooks.enter = [this] {
    { const std::lock_guard lock(mutex_); }
    wake_.notify_one();
  };
  hooks.finish = [this](std::span<Job* const> jobs) { finish(jobs); };
  intake_->start(epoch, serial, sequence_, std::move(hooks));
}

void Writer::close() {
  // First those who accept: what they have accepted is entered before the end.
  if (intake_) intake_->close();
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Writer::is_known(const Digest& version) const {
  const std::lock_guard lock(versions_mutex_);
  return versions_.contains(version);
}

bool Writer::goes_to_intake(const Job& job) const {
  if (!intake_ || intake_->state() != JournalState::ready || job.write->operations().size() != 1) return false;
  const auto* accept = std::get_if<Accept>(&job.write->operations().front());
  return accept && fits_entry(*accept) && room_of(*accept) <= options_.journal.bytes / 4 && is_known(accept->version);
}

// Why a Write is not even queued.
std::optional<Error> Writer::turned_away(const Job& job) {
  if (failed_.load(std::memory_order_acquire)) return *problem();
  if (!job.takes_room) return std::nullopt;
  const std::int64_t now = steady_ns();
  if (now - room_looked_ns_.load(std::memory_order_relaxed) > 100'000'000) {
    room_looked_ns_.store(now, std::memory_order_relaxed);
    room_.store(free_bytes(), std::memory_order_relaxed);
  }
  if (room_.load(std::memory_order_relaxed) >= options_.min_free.bytes) return std::nullopt;
  return Error{Fault::busy, "store " + path_ + ": less than " + to_text(options_.min_free) + " are free on its disk, so no message is accepted: make room",
               0, {}, std::chrono::seconds(5)};
}

bool Writer::push(Job& job) noexcept {
  const auto refuse = [&](Error error) {
    ++counters_.refused;
    discard_files(job);
    job.result.emplace(std::move(error));
    return false;
  };
  if (std::optional<Error> why = turned_away(job)) return refuse(std::move(*why));
  const Error closed{Fault::cancelled, "store " + path_ + " is closed"};
  if (goes_to_intake(job)) return intake_->push(job) || refuse(closed);
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return refuse(closed);
    if (queue_.size() < options_.queue) {
      queue_.push_back(&job);
      counters_.queued = queue_.size();
      if (job.hurries) {
        if (++hurried_ == 1) wake_.notify_one();
      } else {
        ++leisurely_;
        const std::size_t waiting = queue_.size() - hurried_;
        if (waiting == 1) leisurely_since_ns_ = steady_ns();
        if (waiting == 1 || waiting == Intake::entered_at_once) wake_.notify_one();
      }
      return true;
    }
  }
  return refuse({Fault::busy, "store " + path_ + ": " + std::to_string(options_.queue) + " writes wait for the disk", 0, {}, std::chrono::seconds(1)});
}

bool Writer::behind() const noexcept { return leisurely_.load() > 0 || (intake_ && intake_->pressure().entries > 0); }

// On the intake's thread.
void Writer::accepted(std::span<const Entry> entries) {
  bool due = false;
  {
    const std::lock_guard lock(backlog_mutex_);
    for (const Entry& entry : entries) {
      due |= entry.lease == 0;
      const auto found = backlog_.find(entry.channel);
      ++(found == backlog_.end() ? backlog_[std::string(entry.channel)] : found->second);
    }
  }
  counters_.unresolved += static_cast<std::int64_t>(entries.size());
  counters_.entered += entries.size();
  if (due && due_hook_) due_hook_();
}

void Writer::wait_for(Job& job) {
  std::unique_lock lock(mutex_);
  done_cv_.wait(lock, [&] { return job.done; });
}

void Writer::add_step(Step step) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    steps_.push_back(std::move(step));
  }
  wake_.notify_one();
}

void Writer::tidy_now() {
  {
    const std::lock_guard lock(mutex_);
    tidy_wanted_ = true;
  }
  wake_.notify_one();
}

bool Writer::pause() {
  std::unique_lock lock(mutex_);
  pause_wanted_ = true;
  wake_.notify_all();
  paused_cv_.wait(lock, [this] { return paused_ || ended_; });
  return !ended_;
}

void Writer::resume() {
  {
    const std::lock_guard lock(mutex_);
    pause_wanted_ = false;
  }
  wake_.notify_all();
}

void Writer::fail(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    if (!problem_) {
      problem_ = error;
      problem_->fault = error.fault == Fault::malformed ? Fault::malformed : Fault::unreachable;
      problem_->sentence += "; nothing more is taken until the node is restarted";
    }
  }
  failed_.store(true, std::memory_order_release);
  if (intake_) intake_->fail(*problem());
  wake_.notify_all();
}

std::optional<Error> Writer::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

std::int64_t Writer::backlog(std::string_view channel) const {
  const std::lock_guard lock(backlog_mutex_);
  const auto found = backlog_.find(channel);
  return found == backlog_.end() ? 0 : found->second;
}

std::uint64_t Writer::free_bytes() const noexcept {
  struct statvfs room {};
  if (::statvfs(options_.folder.c_str(), &room) != 0) return ~std::uint64_t{0};
  return static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
}

void Writer::keep_bodies(bool yes) {
  std::vector<Id> free_now;
  {
    const std::lock_guard lock(mutex_);
    keeping_bodies_ += yes ? 1 : -1;
    if (!keeping_bodies_) free_now.swap(kept_bodies_);
  }
  for (const Id& file : free_now) bodies_.remove(file);
}

bool Writer::care_waits() const noexcept { return tidying_ || names_wait(); }
bool Writer::names_wait() const noexcept { return applier_.through() >= last_in_part(part_of(named_ + 1)); }

std::vector<Job*> Writer::take_batch() {
  std::vector<Job*> batch;
  std::size_t bytes = 0;
  while (!queue_.empty() && batch.size() < options_.batch && bytes < options_.batch_bytes.bytes) {
    batch.push_back(queue_.front());
    bytes += queue_.front()->bytes;
    if (queue_.front()->hurries) --hurried_;
    queue_.pop_front();
  }
  leisurely_since_ns_ = queue_.size() > hurried_ ? steady_ns() : 0;
  counters_.queued = queue_.size();
  return batch;
}

// When the writer has something to do, as far as it is known now; at most a second from now.
std::int64_t Writer::wanted_ns(std::int64_t now_ns) const {
  if (pause_wanted_ || closing_) return now_ns;
  // A log at its limit is emptied before anything more is written to it.
  if (!failed_ && counters_.wal_bytes >= options_.wal_limit.bytes && wal_hook_) return now_ns + 1'000'000'000;
  if (hurried_ || !steps_.empty() || queue_.size() >= Intake::entered_at_once || (failed_ && !queue_.empty())) return now_ns;
  if (failed_) return now_ns + 1'000'000'000;
  if (tidy_wanted_ || care_waits()) return now_ns;
  const std::int64_t leisure = std::chrono::nanoseconds(options_.leisure).count();
  std::int64_t out = std::min(next_tidy_ns_, now_ns + 1'000'000'000);
  if (leisurely_since_ns_) out = std::min(out, leisurely_since_ns_ + leisure);
  if (!intake_) return out;
  const Intake::Pressure pressure = intake_->pressure();
  std::int64_t enter = out;
  if (pressure.since_ns) enter = pressure.since_ns + leisure;
  if (pressure.full || pressure.entries >= Intake::entered_at_once) enter = now_ns;
  return std::min(out, std::max(enter, next_enter_ns_));
}

void Writer::wait(std::unique_lock<std::mutex>& lock) {
  for (;;) {
    const std::int64_t now = steady_ns(), wanted = wanted_ns(now);
    if (wanted <= now) return;
    wake_.wait_for(lock, std::chrono::nanoseconds(wanted - now));
  }
}

void Writer::run() {
  std::unique_lock lock(mutex_);
  bool last_tried = false;
  for (;;) {
    wait(lock);
    if (pause_wanted_) {
      paused_ = true;
      paused_cv_.notify_all();
      wake_.wait(lock, [this] { return !pause_wanted_; });
      paused_ = false;
      counters_.wal_bytes = std::min<std::uint64_t>(counters_.wal_bytes, options_.wal_limit.bytes - 1);
      continue;
    }
    const Intake::Pressure pressure = intake_ && !failed_ ? intake_->pressure() : Intake::Pressure();
    // What cannot be entered now is entered when the store opens again.
    if (closing_ && queue_.empty() && (!pressure.entries || std::exchange(last_tried, true))) break;
    if (!tidying_ && (tidy_wanted_ || steady_ns() >= next_tidy_ns_)) {
      tidying_ = true, tidy_wanted_ = false;
      next_tidy_ns_ = steady_ns() + std::chrono::nanoseconds(options_.tidy_every).count();
    }
    std::vector<Job*> batch = take_batch();
    const bool last = closing_;
    lock.unlock();
    if (!batch.empty() || (!failed_ && (care_waits() || pressure.entries || pressure.full))) commit(std::move(batch), last);
    step();
    lock.lock();
  }
  ended_ = true;
  steps_.clear();
  paused_cv_.notify_all();
}

void Writer::step() {
  Step next;
  {
    const std::lock_guard lock(mutex_);
    if (steps_.empty()) return;
    next = std::move(steps_.front());
    steps_.pop_front();
  }
  if (!next(*db_)) return;
  const std::lock_guard lock(mutex_);
  steps_.push_back(std::move(next));
}

}  // namespace arint::store
