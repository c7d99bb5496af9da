// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/sqlite.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <map>

#include "base/text.hpp"
#include "log/actions/chain/disk.hpp"
#include "store/clock.hpp"
#include "store/head.hpp"
#include "store/sqlite/engine.hpp"
#include "store/sqlite/file/open.hpp"
#include "store/sqlite/write/names.hpp"

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
  // The writer's thread calls the checkpointer after each commit, and the intake's the writer.
  if (writer_) writer_->close();
  checkpointer_.reset();
}

Result<void> SqliteStore::open() {
  try {
    // A new store is synced once it is whole: until then nobody was told anything, and a power cut leaves what is new again.
    const bool fresh = is_new();
    auto db = open_connection(path_, vfs_.name(), {.writes = true, .synchronous = options_.synchronous && !fresh,
                                                   .cache_bytes = static_cast<std::int64_t>(options_.writer_cache.bytes)});
    if (Result<void> migrated = migrate(*db, options_.schema, path_); !migrated) return migrated.error();
    schema_ = db->number("pragma user_version");
    if (!fresh)
      if (Result<void> settled = settle(*db); !settled) return settled.error();
    if (options_.journal.bytes) intake_ = std::make_unique<Intake>(options_.folder, *options_.disk, options_.journal, options_.synchronous);
    const Result<std::int64_t> serial = enter_left(*db);
    if (!serial) return serial.error();
    Writer::Beginning beginning = begin_epoch(*db);
    beginning.serial = *serial;
    if (fresh) {
      if (options_.synchronous) db->script("pragma synchronous=full");
      if (Result<void> settled = settle(*db); !settled) return settled.error();
    }
    // Where it has no room, messages are accepted in the tables.
    if (intake_)
      if (Result<void> made = intake_->open(); !made) {
        if (made.error().fault != Fault::busy) return made.error();
        intake_.reset();
      }
    bodies_.collect([&](const Id& file) { return db->use("select 1 from bodies where file = ?").bind(file).row(); });
    const auto another = [&] { return open_connection(path_, vfs_.name(), {.writes = false, .synchronous = options_.synchronous, .cache_bytes = 1 << 20}); };
    auto for_checkpoints = another();
    readers_ = std::make_unique<Readers>(path_, vfs_.name(), options_, gate_);
    files_pool_ = std::make_unique<runtime::OffloadPool>("store-bodies", 4u, options_.read_queue);
    care_pool_ = std::make_unique<runtime::OffloadPool>("store-care", 1u, 8u);
    writer_ = std::make_unique<Writer>(std::move(db), path_, options_, bodies_, intake_.get());
    checkpointer_ = std::make_unique<Checkpointer>(std::move(for_checkpoints), path_, options_, *writer_, gate_);
    bodies_.on_sync_failed([this](const Error& error) { writer_->fail(error); });
    checkpointer_->start();
    writer_->start(std::move(beginning));
    return {};
  } catch (const SqliteError& error) {
    return error_of(error, path_);
  }
}

// Also where a power cut left of a file that was being made nothing but its length: SQLite would not take that for its own.
bool SqliteStore::is_new() {
  std::error_code none;
  const auto size = fs::file_size(path_, none);
  if (none || size == 0) return true;
  if (size > page_bytes) return false;
  Result<log::File> file = log::open_file(path_, O_RDWR);
  const Result<std::string> bytes = file ? log::read_at(*file, path_, 0, size) : Result<std::string>(std::string());
  if (!bytes || bytes->empty() || bytes->find_first_not_of('\0') != std::string::npos) return false;
  return options_.disk->truncate(path_, 0) == Disk::proceed && ::ftruncate(file->get(), 0) == 0;
}

// After a failed fsync the kernel may show bytes that never reached the disk, and call them clean. Copying the log into the file
// writes them anew, and this sync is an honest one: only then is what we read here known to be durable.
Result<void> SqliteStore::settle(Connection& db) {
  db.script("pragma wal_checkpoint(truncate)");
  if (options_.disk->sync_folder(options_.folder.string()) == Disk::proceed) return log::sync_folder(options_.folder);
  return {};
}

// What was accepted and a crash kept from the tables. Also where no journal is kept any more: one may be left from before.
Result<std::int64_t> SqliteStore::enter_left(Connection& db) {
  const std::int64_t epoch = db.number("select value from facts where name = 'epoch'"), before = db.number("select value from facts where name = 'journal'");
  const Intake journal(options_.folder, *options_.disk, options_.journal);
  Result<Intake::Left> left = journal.left(epoch, before);
  if (!left) return left.error();
  if (left->entries.empty()) return before;
  Sequence unused;
  Applier applier(db, unused);
  db.script("begin immediate");
  try {
    applier.begin(0);
    for (const Entry& entry : left->entries)
      if (!db.use("select 1 from messages where number = ?").bind(entry.number).row()) applier.enter(entry, nullptr);
    applier.keep_serial(left->serial);
    db.script("commit");
  } catch (...) {
    if (db.in_transaction()) db.script("rollback");
    throw;
  }
  return left->serial;
}

// Each opening is an epoch: its leases are larger than all before, and what was claimed before is free again.
Writer::Beginning SqliteStore::begin_epoch(Connection& db) {
  const std::int64_t epoch = db.number("select value from facts where name = 'epoch'") + 1;
  const std::int64_t now = system_ms();
  db.script("begin immediate");
  db.use("insert into facts (name, value) values ('epoch', ?) on conflict (name) do update set value = excluded.value").bind(epoch).run();
  // Parts of another size were entered by an earlier version: they are entered again, in the course of time.
  if (db.number("select value from facts where name = 'part_bits'") != part_bits) {
    db.script("delete from names; delete from facts where name = 'named'");
    db.use("insert into facts (name, value) values ('part_bits', ?) on conflict (name) do update set value = excluded.value").bind(part_bits).run();
  }
  db.use("update work set state = ?, lease = 0, due = ?, since = ? where lease <> 0").bind(State::waiting, now, now).run();
  Sequence unused;
  Outcome changed;
  (void)Applier(db, unused).apply(SetBack{now}, changed);
  db.script("commit");
  Writer::Beginning out;
  out.last = std::max(db.number("select max(number) from messages"), db.number("select value from facts where name = 'last'"));
  out.epoch = epoch;
  Statement count = db.use("select channel, count(*) from work group by channel");
  while (count.row()) out.backlog[std::string(count.text(0))] = count.integer(1);
  Statement version = db.use("select hash from versions");
  while (version.row()) out.versions.insert(version.digest(0));
  return out;
}

namespace {

Error too_many(std::size_t count) {
  return {Fault::bug, "a write of " + std::to_string(count) + " operations: at most 1024 are committed together"};
}

bool takes_room(const Operation& operation) {
  return std::holds_alternative<Accept>(operation) || std::holds_alternative<ClaimKey>(operation) || std::holds_alternative<Event>(operation) ||
         std::holds_alternative<Replay>(operation) || std::holds_alternative<KeepVersion>(operation);
}

// A claim, and what is let go or closed for a while: lost, it is taken or closed again.
bool may_be_lost(const Operation& operation) {
  return std::holds_alternative<Take>(operation) || std::holds_alternative<Release>(operation) || std::holds_alternative<Expire>(operation) ||
         std::holds_alternative<SetBack>(operation) || std::holds_alternative<ClosePlace>(operation) || std::holds_alternative<OpenPlace>(operation);
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
  job.hurries = !write.is_at_leisure();
  for (Operation& operation : write.operations()) {
    job.takes_room |= takes_room(operation);
    job.synced |= job.hurries && !may_be_lost(operation);
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

runtime::Task<void> SqliteStore::caught_up() {
  if (!writer_->behind()) co_return;
  Write nothing;
  Job job{&nothing};
  Waiting waiting(*writer_, job);
  co_await waiting;
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
