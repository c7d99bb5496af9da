// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sql/sqlite/file.hpp"

#include <filesystem>
#include <map>

namespace arint::connectors::sql {
namespace {

constexpr unsigned reading_threads = 4;
constexpr unsigned most_waiting = 100'000;  // jobs; the outgoing's own queue is far shorter

}  // namespace

SqliteFile::SqliteFile(std::string path, bool read_only)
    : path_(std::move(path)), read_only_(read_only), writing_("sqlite", 1, most_waiting), reading_("sqlite-read", reading_threads, most_waiting) {}

std::shared_ptr<SqliteFile> SqliteFile::of(const std::string& path, bool read_only) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, bool>, std::weak_ptr<SqliteFile>> files;
  std::error_code ignored;
  std::filesystem::path whole = std::filesystem::weakly_canonical(path, ignored);
  const std::pair key{whole.empty() ? path : whole.string(), read_only};
  const std::lock_guard lock(mutex);
  std::erase_if(files, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<SqliteFile>& known = files[key];
  std::shared_ptr<SqliteFile> file = known.lock();
  if (!file) known = file = std::make_shared<SqliteFile>(key.first, read_only);
  return file;
}

void SqliteFile::close_idle() {
  std::unique_ptr<Handle> writer;
  std::vector<std::unique_ptr<Handle>> readers;
  {
    const std::lock_guard lock(mutex_);
    writer = std::move(idle_writer_);
    readers.swap(idle_readers_);
  }
  readers.clear();
}

SqliteFile::Lease::Lease(SqliteFile& file, bool writes) : file_(file), writes_(writes) {
  {
    const std::lock_guard lock(file_.mutex_);
    if (writes_) {
      handle_ = std::move(file_.idle_writer_);
    } else if (!file_.idle_readers_.empty()) {
      handle_ = std::move(file_.idle_readers_.back());
      file_.idle_readers_.pop_back();
    }
  }
  const Access access = file_.read_only_ ? Access::read_only : writes_ ? Access::write : Access::read;
  if (!handle_) handle_ = Handle::open(file_.path_, access, failure_);
}

SqliteFile::Lease::~Lease() {
  // One that is still in a transaction could not be rolled back: it is closed, which does it.
  if (!handle_ || handle_->in_transaction()) return;
  const std::lock_guard lock(file_.mutex_);
  if (writes_) file_.idle_writer_ = std::move(handle_);
  else file_.idle_readers_.push_back(std::move(handle_));
}

}  // namespace arint::connectors::sql
