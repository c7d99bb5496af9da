// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/sqlite.hpp"

#include <chrono>
#include <map>

#include "base/text.hpp"
#include "log/actions/chain/disk.hpp"
#include "store/head.hpp"
#include "store/sqlite/engine.hpp"
#include "store/sqlite/file/open.hpp"

namespace arint::store {
namespace fs = std::filesystem;

Result<std::unique_ptr<Store>> open_sqlite(const Options& options) {
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (error) return log::disk_error("cannot make the store's folder", options.folder, error.value());
  Options absolute = options;
  absolute.folder = fs::canonical(options.folder, error);
  if (error) return log::disk_error("cannot open the store's folder", options.folder, error.value());
  auto store = std::make_unique<SqliteStore>(absolute);
  if (Result<void> opened = store->open(); !opened) return opened.error();
  return std::unique_ptr<Store>(std::move(store));
}

SqliteStore::SqliteStore(const Options& options)
    : options_(options), path_((options.folder / database_name).string()), vfs_(*options.disk), bodies_(options.folder / bodies_name, *options.disk) {}

SqliteStore::~SqliteStore() {
  // The writer's thread calls the checkpointer after each commit.
  if (writer_) writer_->close();
  checkpointer_.reset();
}

Result<void> SqliteStore::open() {
  try {
    auto db = open_connection(path_, vfs_.name(), {.writes = true, .synchronous = options_.synchronous,
                                                   .cache_bytes = static_cast<std::int64_t>(options_.writer_cache.bytes)});
    if (Result<void> prepared = prepare(*db); !prepared) return prepared.error();
    std::map<std::string, std::int64_t> backlog;
    const Numbers numbers = begin_epoch(*db);
    {
      Statement row = db->use("select channel, count(*) from work group by channel");
      while (row.row()) backlog[std::string(row.text(0))] = row.integer(1);
    }
    bodies_.collect([&](const Id& file) { return db->use("select 1 from bodies where file = ?").bind(file).row(); });
    const auto another = [&] { return open_connection(path_, vfs_.name(), {.writes = false, .synchronous = options_.synchronous, .cache_bytes = 1 << 20}); };
    auto for_checkpoints = another();
    readers_ = std::make_unique<Readers>(path_, vfs_.name(), options_, gate_);
    files_pool_ = std::make_unique<runtime::OffloadPool>("store-bodies", 4u, options_.read_queue);
    care_pool_ = std::make_unique<runtime::OffloadPool>("store-care", 1u, 8u);
    writer_ = std::make_unique<Writer>(std::move(db), path_, options_, bodies_);
    checkpointer_ = std::make_unique<Checkpointer>(std::move(for_checkpoints), path_, options_, *writer_, gate_);
    bodies_.on_sync_failed([this](const Error& error) { writer_->fail(error); });
    checkpointer_->start();
    writer_->start(numbers, std::move(backlog));
    return {};
  } catch (const SqliteError& error) {
    return error_of(error, path_);
  }
}

Result<void> SqliteStore::prepare(Connection& db) {
  if (Result<void> migrated = migrate(db, options_.schema, path_); !migrated) return migrated.error();
  schema_ = db.number("pragma user_version");
  // After a failed fsync the kernel may show bytes that never reached the disk, and call them clean. Copying the log into the file
  // writes them anew, and this sync is an honest one: only then is what we read here known to be durable.
  db.script("pragma wal_checkpoint(truncate)");
  if (options_.disk->sync_folder(options_.folder.string()) == Disk::proceed) return log::sync_folder(options_.folder);
  return {};
}

// Each opening is an epoch: its leases are larger than all before, and what was claimed before is free again.
Numbers SqliteStore::begin_epoch(Connection& db) {
  const std::int64_t epoch = db.number("select value from facts where name = 'epoch'") + 1;
  const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  db.script("begin immediate");
  db.use("insert into facts (name, value) values ('epoch', ?) on conflict (name) do update set value = excluded.value").bind(epoch).run();
  db.use("update work set state = ?, lease = 0, due = ?, since = ? where lease <> 0").bind(State::waiting, now, now).run();
  db.script("commit");
  return {std::max(db.number("select max(number) from messages"), db.number("select value from facts where name = 'last'")), epoch << 32};
}

namespace {

Error too_many(std::size_t count) {
  return {Fault::bug, "a write of " + std::to_string(count) + " operations: at most 1024 are committed together"};
}

bool takes_room(const Operation& operation) {
  return std::holds_alternative<Accept>(operation) || std::holds_alternative<ClaimKey>(operation) || std::holds_alternative<Event>(operation) ||
         std::holds_alternative<Replay>(operation) || std::holds_alternative<KeepVersion>(operation);
}

struct Waiting : runtime::Handover {
  Waiting(Writer& the_writer, Job& the_job)
      : Handover([](Handover& self) noexcept {
          auto& waiting = static_cast<Waiting&>(self);
          return waiting.writer.push(waiting.job);
        }),
        writer(the_writer), job(the_job) {
    job.waits = this;
  }
  Writer& writer;
  Job& job;
};

// What a core computes before the writer's thread has it; true when a content is to become a file.
bool make_ready(Write& write, Job& job, std::size_t inline_limit) {
  bool files = false;
  for (Operation& operation : write.operations()) {
    job.takes_room |= takes_room(operation);
    job.bytes += 128;
    if (Content* content = content_of(operation)) {
      if (content->bytes.size() > inline_limit) files = true;
      else job.bytes += content->bytes.size();
    }
    if (auto* accept = std::get_if<Accept>(&operation)) {
      accept->head.clear();
      write_head(*accept->message, accept->head);
      accept->body_digest = sha256(accept->body.bytes);
    }
  }
  return files;
}

}  // namespace

Result<void> SqliteStore::put_files(Write& write) {
  for (Operation& operation : write.operations()) {
    Content* content = content_of(operation);
    if (!content || content->bytes.size() <= options_.inline_limit.bytes) continue;
    Result<Id> file = bodies_.put(content->bytes);
    if (!file) return file.error();
    content->file = *file;
  }
  return {};
}

runtime::Task<Result<Outcome>> SqliteStore::commit(Write& write) {
  if (write.operations().size() > 1024) co_return too_many(write.operations().size());
  Job job{&write};
  if (make_ready(write, job, options_.inline_limit.bytes)) {
    std::optional<Result<void>> put;
    auto files = [&] { put.emplace(put_files(write)); };
    const runtime::IoResult ran = co_await files_pool_->run(files);
    if (!put && ran.error() == EAGAIN) {
      Error busy{Fault::busy, "store " + path_ + ": too many large bodies wait for the disk", 0, {}, std::chrono::seconds(1)};
      co_return busy;
    }
    if (!put) {
      Error cut{ran.error() == ETIMEDOUT ? Fault::timeout : Fault::cancelled, "store " + path_ + ": the commit had not begun"};
      co_return cut;
    }
    if (!*put) {
      writer_->discard_files(job);
      co_return put->error();
    }
  }
  Waiting waiting(*writer_, job);
  co_await waiting;
  co_return std::move(*job.result);
}

Result<Outcome> SqliteStore::commit_blocking(Write& write) {
  if (write.operations().size() > 1024) return too_many(write.operations().size());
  Job job{&write};
  if (make_ready(write, job, options_.inline_limit.bytes)) {
    if (Result<void> put = put_files(write); !put) {
      writer_->discard_files(job);
      return put.error();
    }
  }
  if (writer_->push(job)) writer_->wait_for(job);
  return std::move(*job.result);
}

}  // namespace arint::store
