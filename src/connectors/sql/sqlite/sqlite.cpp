// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/sqlite/sqlite.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "connectors/sql/faults.hpp"

namespace arint::connectors::sql {

using document::Value;
using runtime::IoResult;
using runtime::Task;

namespace {

std::string path_of(const std::string& url, const std::string& folder) {
  const std::filesystem::path path(url.substr(std::string_view("sqlite:").size()));
  return path.is_absolute() ? path.string() : (std::filesystem::path(folder) / path).string();
}

}  // namespace

// One batch on one of the file's threads. Whatever changes data is a transaction there, also a single statement, so that time
// running out or an answer beyond its limits leaves nothing behind.
struct Sqlite::Job {
  SqliteFile& file;
  const Batch& batch;
  const Limits& limits;
  bool writes;
  std::atomic<bool> cut{false};
  document::Arena arena{};            // rows are made here: the run's own arena belongs to the loop
  std::vector<Rows> rows{};
  std::vector<std::int64_t> affected{};
  std::optional<SqliteFailure> failure{};
  bool done = false;                  // all statements, and committed

  void operator()() {
    SqliteFile::Lease lease(file, writes);
    if (!lease.handle()) {
      failure = lease.failure();
      return;
    }
    Handle& handle = *lease.handle();
    transact(handle);
    // Outside of transact(), because a rollback is never interrupted.
    if (handle.in_transaction()) static_cast<void>(handle.script("rollback"));
  }

 private:
  void transact(Handle& handle) {
    const Handle::Until until(handle, cut);
    const bool together = writes || batch.transaction;
    if (together) failure = handle.script(writes ? "begin immediate" : "begin");
    if (!failure) statements(handle);
    const bool good = !failure && !cut && std::none_of(rows.begin(), rows.end(), [](const Rows& one) { return one.failure().has_value(); });
    if (good && together) failure = handle.script("commit");
    done = good && !failure;
  }

  void statements(Handle& handle) {
    rows.reserve(batch.calls.size());
    for (const Call& call : batch.calls) {
      rows.emplace_back(arena, limits, batch.wanted);
      failure = handle.run(call, rows.back(), affected.emplace_back(0));
      if (failure || rows.back().failure() || cut) return;
    }
  }
};

Sqlite::Sqlite(const Options& options, const std::string& folder, std::string setup)
    : peer_(options.url),
      setup_(std::move(setup)),
      read_only_(options.read_only),
      limits_(options.limits),
      file_(SqliteFile::of(path_of(options.url, folder), options.read_only)) {}

Error Sqlite::error_from(const SqliteFailure& failure) const {
  const std::string code = "SQLite " + std::to_string(failure.code);
  const std::string_view opening = failure.statement ? std::string_view(failure.statement->opening) : std::string_view();
  Error error = error_of(fault_of_sqlite(failure.code), {.peer = peer_, .opening = opening, .words = failure.words, .code = code,
                                                         .advice = advice_for_sqlite(failure.code)});
  error.peer_words = failure.words;
  return error;
}

Task<Result<void>> Sqlite::open() {
  std::optional<SqliteFailure> failure;
  auto job = [&] {
    SqliteFile::Lease lease(*file_, !read_only_);
    if (!lease.handle()) failure = lease.failure();
    else if (!setup_.empty()) failure = lease.handle()->script(setup_.c_str());
  };
  IoResult ran = co_await file_->writer().run(job);
  if (ran.error() == EAGAIN) co_return error_of(Fault::busy, {.peer = peer_, .words = "too many calls wait for the file"});
  if (!ran.ok()) co_return cut_error(ran.error(), peer_, "", Sent::no);
  if (failure) {
    if (!setup_.empty()) failure->words = "setup: " + failure->words;
    co_return error_from(*failure);
  }
  ready_ = true;
  co_return Result<void>();
}

Task<void> Sqlite::close() {
  // Another core may hold it still; then the last one closes it.
  auto job = [this] {
    if (file_.use_count() == 1) file_->close_idle();
  };
  static_cast<void>(co_await file_->writer().run(job));
  file_.reset();
}

Task<Result<void>> Sqlite::probe() {
  static const Statement statement{.text = "select 1", .opening = "\"select 1\"", .command = "select", .reads = true, .pure = true};
  const Call call{&statement, {}};
  const Batch batch{{&call, 1}, false, false};
  document::Arena arena;
  Result<Value> answer = co_await execute(batch, arena);
  if (!answer) co_return answer.error();
  co_return Result<void>();
}

Task<Result<Value>> Sqlite::execute(const Batch& batch, document::Arena& arena) {
  if (!ready_) {
    Result<void> opened = co_await open();
    if (!opened) co_return opened.error();
  }
  const std::string& opening = batch.calls[0].statement->opening;
  const bool writes = !read_only_ && std::any_of(batch.calls.begin(), batch.calls.end(), [](const Call& call) { return !call.statement->reads; });
  Job job{*file_, batch, limits_, writes};
  auto interrupt = [&job] { job.cut = true; };
  runtime::OffloadPool& pool = writes ? file_->writer() : file_->readers();
  IoResult ran = co_await pool.run(job, interrupt);
  if (ran.error() == EAGAIN) co_return error_of(Fault::busy, {.peer = peer_, .opening = opening, .words = "too many calls wait for the file"});
  // What was committed counts, even when time ran out meanwhile; and what was not has left nothing behind.
  if (!job.done && !ran.ok()) co_return cut_error(ran.error(), peer_, opening, Sent::no);
  if (job.failure) co_return error_from(*job.failure);
  for (std::size_t i = 0; i < job.rows.size(); ++i)
    if (const std::optional<Error>& failure = job.rows[i].failure()) {
      Error error = *failure;
      error.sentence = peer_ + ", " + batch.calls[i].statement->opening + ": " + error.sentence + (writes ? "; nothing was done" : "");
      co_return error;
    }
  if (!batch.wanted) co_return Value();
  try {
    std::vector<Value> answers;
    for (std::size_t i = 0; i < job.rows.size(); ++i) answers.push_back(document::copy_into(arena, job.rows[i].answer(job.affected[i])));
    co_return document::array_of(arena, answers);
  } catch (const document::ArenaFull&) {
    co_return Error{Fault::rejected, peer_ + ", " + opening + ": the answer does not fit in what is left of the run's memory"};
  }
}

}  // namespace arint::connectors::sql
