// SPDX-License-Identifier: GPL-3.0-or-later
// One batch of the writer: begin, apply, commit, tell.
#include <algorithm>
#include <chrono>

#include "store/sqlite/write/names.hpp"
#include "store/sqlite/write/writer.hpp"

namespace arint::store {
namespace {

constexpr std::int64_t names_a_slice = 512, rows_a_slice = 128;

std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

Content* content_of(Operation& operation) {
  if (auto* accept = std::get_if<Accept>(&operation)) return &accept->body;
  if (auto* record = std::get_if<Record>(&operation)) return &record->content;
  if (auto* answer = std::get_if<AnswerKey>(&operation)) return &answer->answer;
  if (auto* event = std::get_if<Event>(&operation)) return &event->content;
  if (auto* replay = std::get_if<Replay>(&operation)) return replay->body ? &*replay->body : nullptr;
  return nullptr;
}

void Writer::commit(std::vector<Job*> batch) {
  const std::vector<Job*> all = batch;
  if (failed_) {
    const Error error = *problem();
    for (Job* job : batch) job->result.emplace(error);
    counters_.refused += batch.size();
    finish(all);
    return;
  }
  const Numbers before = applier_.numbers;
  applier_.effects = {};
  bool tried_full = false;
  for (;;) {
    try {
      if (!attempt(batch, before)) continue;  // without the one that was refused
      committed(batch);
      break;
    } catch (const SqliteError& error) {
      batch = after_error(error, std::move(batch), std::exchange(tried_full, true));
      applier_.forget(before);
      if (batch.empty()) break;
    }
  }
  finish(all);
}

// Applies and commits. False: a Write was refused after it had changed something; it has its result and is out of the batch, and
// the transaction is rolled back.
bool Writer::attempt(std::vector<Job*>& batch, const Numbers& before) {
  db_->use("begin immediate").run();
  for (auto at = batch.begin(); at != batch.end(); ++at) {
    Job& job = **at;
    const std::int64_t changes = db_->total_changes();
    job.result.emplace(applier_.apply(*job.write));
    const bool refused = !*job.result || (*job.result)->key || (*job.result)->schedule_done;
    if (refused && db_->total_changes() != changes) {
      batch.erase(at);
      db_->use("rollback").run();
      applier_.forget(before);
      return false;
    }
  }
  care();
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
  if (applier_.numbers.last - named_ >= names_at_once) {
    applier_.enter_names(names_a_slice);
    named_ += names_a_slice;
  }
  if (!tidying_) return;
  const std::int64_t now = wall_ms();
  bool more = applier_.remove_kept(now, rows_a_slice);
  more |= applier_.remove_keys(now, rows_a_slice);
  more |= applier_.remove_versions(now, 16 * rows_a_slice);
  tidying_ = more;
}

void Writer::committed(std::span<Job* const> batch) {
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
  std::vector<Id>& orphans = effects.orphans;
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
