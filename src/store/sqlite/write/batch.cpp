// SPDX-License-Identifier: GPL-3.0-or-later
// One batch of the writer: begin, apply, commit, tell.
#include <algorithm>
#include <chrono>

#include "store/clock.hpp"
#include "store/sqlite/file/vfs.hpp"
#include "store/sqlite/write/names.hpp"
#include "store/sqlite/write/writer.hpp"

namespace arint::store {
namespace {

constexpr std::int64_t rows_a_slice = 128;
constexpr std::size_t most_orphans = 256;

}  // namespace

Content* content_of(Operation& operation) {
  if (auto* accept = std::get_if<Accept>(&operation)) return &accept->body;
  if (auto* record = std::get_if<Record>(&operation)) return &record->content;
  if (auto* answer = std::get_if<AnswerKey>(&operation)) return &answer->answer;
  if (auto* event = std::get_if<Event>(&operation)) return &event->content;
  if (auto* replay = std::get_if<Replay>(&operation)) return replay->body ? &*replay->body : nullptr;
  return nullptr;
}

namespace {

// The end of a run that comes in this Write, if it does.
const Leave* end_in(const Write& write) {
  for (const Operation& operation : write.operations())
    if (const auto* leave = std::get_if<Leave>(&operation); leave && resolved(leave->to) && leave->claim.run == 1) return leave;
  return nullptr;
}

}  // namespace

void Writer::commit(std::vector<Job*> batch, bool last) {
  const std::vector<Job*> all = batch;
  const auto leisurely = std::count_if(all.begin(), all.end(), [](const Job* job) { return !job->hurries; });
  if (failed_) {
    const Error error = *problem();
    for (Job* job : batch) job->result.emplace(error);
    counters_.refused += batch.size();
    leisurely_ -= leisurely;
    finish(all);
    return;
  }
  const bool synced = last || orphans_.size() >= most_orphans || (intake_ && intake_->pressure().full) ||
                      std::any_of(all.begin(), all.end(), [](const Job* job) { return job->synced; });
  Vfs::relax_here(!synced);
  bool tried_full = false;
  for (;;) {
    // Taken after the batch: who ends a run was told before that it was accepted.
    const Intake::Waiting waiting = intake_ ? intake_->waiting() : Intake::Waiting{{}, sequence_.last};
    try {
      if (!attempt(batch, waiting, synced)) continue;  // without the one that was refused
      committed(batch, waiting, synced);
      break;
    } catch (const SqliteError& error) {
      batch = after_error(error, std::move(batch), std::exchange(tried_full, true));
      applier_.forget();
      next_enter_ns_ = steady_ns() + 1'000'000'000;
      if (batch.empty()) break;
    }
  }
  Vfs::relax_here(false);
  leisurely_ -= leisurely;
  finish(all);
}

// What ends within this very batch is entered as it ends.
void Writer::enter(const Intake::Waiting& waiting, const std::vector<Job*>& batch) {
  std::unordered_map<Number, const Leave*> ends;
  for (const Job* job : batch)
    if (const Leave* leave = end_in(*job->write)) ends[leave->claim.number] = leave;
  for (const auto& chunk : waiting.chunks)
    for (const Entry& entry : chunk->entries) {
      const auto found = ends.find(entry.number);
      applier_.enter(entry, found != ends.end() && found->second->claim.lease == entry.lease ? found->second : nullptr);
    }
  applier_.keep_serial(waiting.chunks.back()->serial);
}

// Applies and commits. False: a Write was refused after it had changed something; it has its result and is out of the batch, and
// the transaction is rolled back.
bool Writer::attempt(std::vector<Job*>& batch, const Intake::Waiting& waiting, bool synced) {
  applier_.begin(waiting.through);
  const std::int64_t at_first = db_->total_changes();
  db_->use("begin immediate").run();
  if (!waiting.chunks.empty()) enter(waiting, batch);
  for (auto at = batch.begin(); at != batch.end(); ++at) {
    Job& job = **at;
    const std::int64_t changes = db_->total_changes();
    const Leave* ends = waiting.chunks.empty() ? nullptr : end_in(*job.write);
    job.result.emplace(applier_.apply(*job.write));
    const bool refused = !*job.result || (*job.result)->key || (*job.result)->schedule_done;
    if (refused && (ends || db_->total_changes() != changes)) {
      batch.erase(at);
      db_->use("rollback").run();
      applier_.forget();
      return false;
    }
  }
  care();
  // The log is synced only when something is written to it, and then with all that was not synced before.
  if (synced && intake_ && db_->total_changes() == at_first) applier_.keep_serial(intake_->serial());
  db_->use("commit").run();
  return true;
}

// Who is told what; returns the Writes that are worth another attempt.
std::vector<Job*> Writer::after_error(const SqliteError& error, std::vector<Job*> batch, bool again) {
  if (db_->in_transaction()) sqlite3_exec(db_->get(), "rollback", nullptr, nullptr, nullptr);
  const Error said = error_of(error, path_);
  const bool full = disk_full(error);
  if (!full) fail(said);
  const Error told = full ? said : *problem();
  std::vector<Job*> left;
  for (Job* job : batch) {
    // What ends work may fit where new work does not: it goes into pages that are there.
    if (full && !again && !job->takes_room) {
      left.push_back(job);
    } else {
      job->result.emplace(told);
      ++counters_.refused;
    }
  }
  return left;
}

void Writer::care() {
  if (names_wait()) named_ = applier_.enter_names();
  if (!tidying_) return;
  const std::int64_t now = system_ms();
  bool more = applier_.remove_kept(now, rows_a_slice);
  more |= applier_.remove_keys(now, rows_a_slice);
  more |= applier_.remove_versions(now, 16 * rows_a_slice);
  tidying_ = more;
}

void Writer::committed(std::span<Job* const> batch, const Intake::Waiting& waiting, bool synced) {
  entered_through_.store(intake_ ? waiting.through : sequence_.last.load(), std::memory_order_release);
  if (intake_) intake_->entered(waiting.chunks.empty() ? 0 : waiting.chunks.back()->serial, synced);
  ++counters_.commits;
  counters_.writes += batch.size();
  counters_.batch_most = std::max<std::uint64_t>(counters_.batch_most, batch.size());
  counters_.wal_most = std::max(counters_.wal_most.load(), counters_.wal_bytes.load());
  Effects effects = std::exchange(applier_.effects, {});
  if (!effects.backlog.empty()) {
    const std::lock_guard lock(backlog_mutex_);
    for (auto& [channel, change] : effects.backlog) {
      counters_.unresolved += change;
      backlog_[channel] += change;
    }
  }
  {
    const std::lock_guard lock(versions_mutex_);
    for (const Job* job : batch)
      for (const Operation& operation : job->write->operations())
        if (const auto* keep = std::get_if<KeepVersion>(&operation)) versions_.insert(keep->hash);
    for (const Digest& gone : effects.versions_gone) versions_.erase(gone);
  }
  // What a power cut could bring back still needs its files.
  orphans_.insert(orphans_.end(), effects.orphans.begin(), effects.orphans.end());
  std::vector<Id> orphans = synced ? std::exchange(orphans_, {}) : std::vector<Id>();
  if (!orphans.empty()) {
    const std::lock_guard lock(mutex_);
    if (keeping_bodies_) kept_bodies_.insert(kept_bodies_.end(), orphans.begin(), orphans.end()), orphans.clear();
  }
  for (const Id& file : orphans) bodies_.remove(file);
  if (effects.made_due && due_hook_) due_hook_();
  if (wal_hook_) wal_hook_(counters_.wal_bytes);
}

void Writer::discard_files(const Job& job) {
  for (Operation& operation : job.write->operations())
    if (Content* content = content_of(operation); content && !content->file.zero()) {
      bodies_.remove(content->file);
      content->file = {};
    }
}

void Writer::finish(std::span<Job* const> batch) {
  std::vector<runtime::Handover*> loops;
  bool threads = false;
  for (Job* job : batch) {
    const Result<Outcome>& result = *job->result;
    if (!result || result->key || result->schedule_done) discard_files(*job);
    job->waits ? loops.push_back(job->waits) : void(threads = true);
  }
  if (threads) {
    const std::lock_guard lock(mutex_);
    for (Job* job : batch)
      if (!job->waits) job->done = true;
    done_cv_.notify_all();
  }
  runtime::Handover::finish(loops);
}

}  // namespace arint::store
