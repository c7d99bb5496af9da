// SPDX-License-Identifier: GPL-3.0-or-later
// Each read, given to the pool; and the numbers.
#include <system_error>

#include "store/sqlite/engine.hpp"
#include "store/sqlite/read/reads.hpp"

namespace arint::store {

runtime::Task<Result<std::unique_ptr<Loaded>>> SqliteStore::load(Number number, std::int32_t run) {
  if (number > writer_->through()) co_await caught_up();
  auto read = [this, number, run](Connection& db) { return store::load(db, bodies_, number, run); };
  auto out = co_await readers_->run(read);
  co_return out;
}
runtime::Task<Result<std::optional<Summary>>> SqliteStore::find(Id id) {
  co_await caught_up();
  auto read = [id](Connection& db) { return store::find(db, id); };
  auto out = co_await readers_->run(read);
  co_return out;
}
runtime::Task<Result<Details>> SqliteStore::show(Number number) {
  co_await caught_up();
  auto read = [this, number](Connection& db) { return store::show(db, bodies_, number); };
  auto out = co_await readers_->run(read);
  co_return out;
}
runtime::Task<Result<Page>> SqliteStore::list(Query query) {
  co_await caught_up();
  auto read = [this, query](Connection& db) { return store::list(db, bodies_, query); };
  auto out = co_await readers_->run(read);
  co_return out;
}
runtime::Task<Result<std::string>> SqliteStore::answer_of(Digest key) {
  auto read = [this, key](Connection& db) { return store::answer_of(db, bodies_, key); };
  return readers_->run(read);
}
runtime::Task<Result<std::optional<EventRead>>> SqliteStore::event(std::string place) {
  auto read = [this, place](Connection& db) { return store::event(db, bodies_, place); };
  return readers_->run(read);
}
runtime::Task<Result<std::vector<PlaceRead>>> SqliteStore::places() {
  auto read = [](Connection& db) { return store::places(db); };
  return readers_->run(read);
}
runtime::Task<Result<std::vector<LineRead>>> SqliteStore::blocked_lines(unsigned most) {
  auto read = [most](Connection& db) { return store::blocked_lines(db, most); };
  return readers_->run(read);
}
runtime::Task<Result<std::int64_t>> SqliteStore::schedule(std::string name) {
  auto read = [name](Connection& db) { return store::schedule(db, name); };
  return readers_->run(read);
}
runtime::Task<Result<VersionRead>> SqliteStore::version(Digest hash) {
  auto read = [hash](Connection& db) { return store::version(db, hash); };
  return readers_->run(read);
}
Result<std::optional<std::string>> SqliteStore::anchor_blocking() {
  auto read = [](Connection& db) { return store::anchor(db); };
  return readers_->run_here(read);
}

Status SqliteStore::status() const {
  const Writer::Counters& counters = writer_->counters();
  Status status;
  status.path = path_;
  if (const std::optional<Error> problem = writer_->problem()) status.problem = problem->sentence;
  status.free_disk_bytes = writer_->free_bytes();
  if (status.problem.empty() && status.free_disk_bytes < options_.min_free.bytes)
    status.problem = "store " + path_ + ": less than " + to_text(options_.min_free) + " are free on its disk, so no message is accepted: make room";
  status.accepting = status.problem.empty();
  status.unresolved = counters.unresolved;
  status.commits = counters.commits, status.writes = counters.writes, status.batch_most = counters.batch_most;
  if (intake_) status.journal = intake_->state();
  status.journaled = counters.entered;
  status.refused = counters.refused, status.queued = counters.queued;
  status.syncs = options_.disk->syncs();
  status.checkpoints = checkpointer_->checkpoints();
  status.wal_bytes = counters.wal_bytes, status.wal_most_bytes = counters.wal_most;
  std::error_code none;
  const auto size = std::filesystem::file_size(path_, none);
  status.file_bytes = none ? 0 : size;
  status.schema = schema_;
  return status;
}

}  // namespace arint::store
