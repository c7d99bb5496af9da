// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/write/writer.hpp"

#include <pthread.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <csignal>

#include "store/sqlite/write/names.hpp"

namespace arint::store {
namespace {

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> db, std::string path, const Options& options, Bodies& bodies)
    : db_(std::move(db)), path_(std::move(path)), options_(options), bodies_(bodies), applier_(*db_) {}

Writer::~Writer() { close(); }

void Writer::start(const Numbers& numbers, std::map<std::string, std::int64_t> backlog) {
  applier_.numbers = numbers;
  named_ = db_->number("select value from facts where name = 'named'");
  for (auto& [channel, count] : backlog) {
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
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_setname_np(thread_.native_handle(), "store-writer");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Writer::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Writer::push(Job& job) noexcept {
  const auto refuse = [&](Error error) {
    ++counters_.refused;
    discard_files(job);
    job.result.emplace(std::move(error));
    return false;
  };
  if (failed_.load(std::memory_order_acquire)) return refuse(*problem());
  if (job.takes_room && free_bytes() < options_.min_free.bytes)
    return refuse({Fault::busy, "store " + path_ + ": less than " + to_text(options_.min_free) + " are free on its disk, so no message is accepted: make room",
                   0, {}, std::chrono::seconds(5)});
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return refuse({Fault::cancelled, "store " + path_ + " is closed"});
    if (queue_.size() < options_.queue) {
      queue_.push_back(&job);
      counters_.queued = queue_.size();
      if (queue_.size() == 1) wake_.notify_one();
      return true;
    }
  }
  return refuse({Fault::busy, "store " + path_ + ": " + std::to_string(options_.queue) + " writes wait for the disk", 0, {}, std::chrono::seconds(1)});
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

bool Writer::care_waits() const noexcept { return tidying_ || applier_.numbers.last - named_ >= names_at_once; }

std::vector<Job*> Writer::take_batch() {
  std::vector<Job*> batch;
  std::size_t bytes = 0;
  while (!queue_.empty() && batch.size() < options_.batch && bytes < options_.batch_bytes.bytes) {
    batch.push_back(queue_.front());
    bytes += queue_.front()->bytes;
    queue_.pop_front();
  }
  counters_.queued = queue_.size();
  return batch;
}

void Writer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool failed = failed_;
    // A log at its limit is emptied before anything more is written to it.
    const bool wal_full = !failed && !closing_ && counters_.wal_bytes >= options_.wal_limit.bytes && wal_hook_;
    const auto work = [&] {
      return pause_wanted_ || closing_ || (!wal_full && (!queue_.empty() || !steps_.empty() || (!failed_ && (tidy_wanted_ || care_waits()))));
    };
    if (!work()) wake_.wait_for(lock, std::chrono::nanoseconds(std::clamp<std::int64_t>(next_tidy_ns_ - steady_ns(), 1'000'000, 1'000'000'000)), work);
    if (pause_wanted_) {
      paused_ = true;
      paused_cv_.notify_all();
      wake_.wait(lock, [this] { return !pause_wanted_; });
      paused_ = false;
      counters_.wal_bytes = std::min<std::uint64_t>(counters_.wal_bytes, options_.wal_limit.bytes - 1);
      continue;
    }
    if (closing_ && queue_.empty()) break;
    if (wal_full && !closing_) continue;
    if (!tidying_ && (tidy_wanted_ || steady_ns() >= next_tidy_ns_)) {
      tidying_ = true, tidy_wanted_ = false;
      next_tidy_ns_ = steady_ns() + std::chrono::nanoseconds(options_.tidy_every).count();
    }
    std::vector<Job*> batch = take_batch();
    lock.unlock();
    if (!batch.empty() || (!failed_ && care_waits())) commit(std::move(batch));
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
