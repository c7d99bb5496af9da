// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <system_error>

#include "base/text.hpp"
#include "log/actions/chain/disk.hpp"
#include "store/head.hpp"
#include "store/sqlite/care/care.hpp"
#include "store/sqlite/engine.hpp"
#include "store/sqlite/file/open.hpp"
#include "store/sqlite/file/schema.hpp"
#include "store/sqlite/read/reads.hpp"

namespace arint::store {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_wrong = 1000;
constexpr std::uint64_t checked_at_work = 64 << 20;  // a larger file's structure is checked while no node runs

}  // namespace

Number check_messages(Connection& db, const Bodies& bodies, Number after, std::vector<std::string>& wrong) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  Statement row = db.use("select m.number, c.head, c.digest, c.file, c.body, c.number is null from messages m left join contents c "
                         "on c.number = m.number where m.number > ? order by m.number");
  row.bind(after);
  while (row.row()) {
    after = row.integer(0);
    const std::string name = "message " + std::to_string(after) + ": ";
    Loaded loaded;
    loaded.head = row.text(1);
    if (row.integer(5)) {
      wrong.push_back(name + "its content is missing");
    } else if (!read_head(loaded)) {
      wrong.push_back(name + "its head is damaged");
    } else if (Result<std::string> body = content_at(row, 3, 4, bodies); !body) {
      wrong.push_back(name + body.error().sentence);
    } else if (sha256(*body) != row.digest(2)) {
      wrong.push_back(name + "its body is damaged");
    }
    if (wrong.size() >= most_wrong || std::chrono::steady_clock::now() > until) return after;
  }
  return 0;
}

void check_structure(Connection& db, std::vector<std::string>& wrong) {
  Statement row = db.use("pragma integrity_check(1000)");
  while (row.row())
    if (row.text(0) != "ok") wrong.push_back("the file's structure: " + std::string(row.text(0)));
}

void check_references(Connection& db, const Bodies& bodies, std::vector<std::string>& wrong) {
  struct Rule {
    const char* sql;
    const char* what;
  };
  for (const Rule& rule : {Rule{"select number from work where number not in (select number from messages) limit 100", "is unresolved, but has no message"},
                           Rule{"select number from messages where state = 2 and number not in (select number from work) limit 100",
                                "is neither resolved nor waiting for anything: it would never be delivered"},
                           Rule{"select number from messages where version not in (select id from versions) limit 100",
                                "is bound to a version that is not there"}}) {
    Statement row = db.use(rule.sql);
    while (row.row()) wrong.push_back("message " + std::to_string(row.integer(0)) + ": " + rule.what);
  }
  Statement row = db.use("select file, size from bodies");
  while (row.row()) {
    std::error_code error;
    const auto size = fs::file_size(bodies.path(row.id(0)), error);
    if (error || size != static_cast<std::uint64_t>(row.integer(1)))
      wrong.push_back("body file " + bodies.relative(row.id(0)).string() + (error ? " is missing" : " has another size"));
    if (wrong.size() >= most_wrong) return;
  }
}

runtime::Task<Result<std::vector<std::string>>> SqliteStore::check() {
  co_await caught_up();
  Result<std::vector<std::string>> result = Error{Fault::busy, "another backup, check or compaction runs", 0, {}, std::chrono::seconds(5)};
  auto job = [&] {
    std::vector<std::string> wrong;
    // In pieces: what is checked in one go would keep the log from being emptied.
    for (Number after = 0;;) {
      auto piece = [&](Connection& db) -> Result<Number> { return check_messages(db, bodies_, after, wrong); };
      Result<Number> came = readers_->run_here(piece);
      if (!came) {
        result = came.error();
        return;
      }
      if (!*came || wrong.size() >= most_wrong) break;
      after = *came;
    }
    std::error_code none;
    if (fs::file_size(path_, none) <= checked_at_work) {
      auto whole = [&](Connection& db) -> Result<void> {
        check_structure(db, wrong);
        check_references(db, bodies_, wrong);
        return {};
      };
      if (Result<void> checked = readers_->run_here(whole); !checked) {
        result = checked.error();
        return;
      }
    }
    result = std::move(wrong);
  };
  (void)co_await care_pool_->run(job);
  co_return result;
}

Result<std::vector<std::string>> check_files(const fs::path& folder) {
  const std::string path = (folder / database_name).string();
  Disk disk;
  const Vfs vfs(disk);
  std::error_code none;
  if (!fs::exists(path, none)) return Error{Fault::rejected, quoted(folder.string(), 400) + " holds no store: " + database_name + " is not there"};
  try {
    const auto db = open_connection(path, vfs.name(), {});
    std::vector<std::string> wrong;
    if (Result<void> ours = migrate(*db, migrations(), path); !ours) return ours.error();
    const Bodies bodies(folder / bodies_name, disk);
    check_structure(*db, wrong);
    for (Number after = 0; wrong.size() < most_wrong;)
      if (!(after = check_messages(*db, bodies, after, wrong))) break;
    check_references(*db, bodies, wrong);
    return wrong;
  } catch (const SqliteError& error) {
    const Error said = error_of(error, path);
    // Damage is what this looks for: it is the answer, not a failure to give one.
    if (said.fault == Fault::malformed) return std::vector<std::string>{said.sentence};
    return said;
  }
}

namespace {

// Takes `name` of the old store aside. What is not there needs no place.
Result<void> move_aside(const fs::path& folder, const fs::path& aside, const char* name) {
  std::error_code error;
  if (!fs::exists(folder / name, error)) return {};
  fs::rename(folder / name, aside / name, error);
  if (error) return log::disk_error("cannot move aside", folder / name, error.value());
  return {};
}

}  // namespace

Result<void> restore_files(const fs::path& backup, const fs::path& folder) {
  Result<std::vector<std::string>> wrong = check_files(backup);
  if (!wrong) return wrong.error();
  if (!wrong->empty())
    return Error{Fault::rejected, "the backup " + quoted(backup.string(), 400) + " is not whole, nothing was restored: " + wrong->front()};
  std::error_code error;
  fs::create_directories(folder, error);
  const fs::path next = folder / "store.restoring", aside = folder / "store.before-restore";
  fs::remove_all(next, error);
  fs::create_directories(next, error);
  if (error) return log::disk_error("cannot make", next, error.value());
  std::vector<fs::path> files;
  Disk disk;
  const Vfs vfs(disk);
  try {
    // Holds the store while it is replaced, so that no node has it; what a node left in the log goes into the file.
    std::unique_ptr<Connection> held;
    if (fs::exists(folder / database_name, error)) {
      held = open_connection((folder / database_name).string(), vfs.name(), {});
      (void)held->number("select count(*) from sqlite_schema");
    }
    const auto from = open_connection((backup / database_name).string(), "unix", {});
    files = bodies_of(*from, Bodies(backup / bodies_name, disk));
  } catch (const SqliteError& thrown) {
    const Error said = error_of(thrown, (folder / database_name).string());
    if (said.fault != Fault::malformed) return said;  // a damaged store is why one restores
  }
  fs::copy_file(backup / database_name, next / database_name, error);
  if (error) return log::disk_error("cannot copy", backup / database_name, error.value());
  if (Result<void> synced = sync_file(next / database_name); !synced) return synced.error();
  if (Result<void> copied = copy_bodies(backup / bodies_name, next / bodies_name, files); !copied) return copied.error();
  fs::remove_all(aside, error);
  fs::create_directories(aside, error);
  if (error) return log::disk_error("cannot make", aside, error.value());
  for (const char* name : {database_name, "store.db-wal", bodies_name, Intake::names[0], Intake::names[1]})
    if (Result<void> moved = move_aside(folder, aside, name); !moved) return moved.error();
  for (const char* name : {database_name, bodies_name})
    if (fs::exists(next / name, error)) fs::rename(next / name, folder / name, error);
  if (error) return log::disk_error("cannot put in place", folder, error.value());
  fs::remove_all(next, error);
  return log::sync_folder(folder);
}

}  // namespace arint::store
