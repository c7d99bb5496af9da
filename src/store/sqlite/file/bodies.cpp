// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/file/bodies.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "base/text.hpp"
#include "log/actions/chain/disk.hpp"

namespace arint::store {
namespace fs = std::filesystem;
namespace {

Error body_error(std::string_view what, const fs::path& file, int error) {
  Error out = log::disk_error(what, file, error);
  if (error == ENOSPC || error == EDQUOT) out.fault = Fault::busy, out.retry_after = std::chrono::seconds(5);
  return out;
}

// Folders are made once and stay; a new one is synced into its parent.
int make_folder(Disk& disk, const fs::path& folder) {
  std::error_code error;
  if (!fs::create_directory(folder, error)) return error ? error.value() : 0;
  const int answer = disk.sync_folder(folder.parent_path());
  if (answer == Disk::pretend) return 0;
  return answer ? answer : (log::sync_folder(folder.parent_path()).ok() ? 0 : EIO);
}

}  // namespace

fs::path Bodies::relative(const Id& file) const {
  const std::string name = file.hex();
  return fs::path(name.substr(0, 2)) / name.substr(2);
}
fs::path Bodies::path(const Id& file) const { return folder_ / relative(file); }

Result<Id> Bodies::put(std::string_view bytes) {
  const Id id = Id::random();
  const fs::path file = path(id), folder = file.parent_path();
  for (const fs::path& each : {folder_, folder})
    if (const int error = make_folder(disk_, each)) return body_error("cannot make", each, error);
  if (const int answer = disk_.create(file.string()); answer > 0) return body_error("cannot make", file, answer);
  Result<log::File> opened = log::open_file(file, O_WRONLY | O_CREAT | O_EXCL);
  if (!opened) return opened.error();
  const auto fail = [&](std::string_view what, int error) {
    ::unlink(file.c_str());
    return body_error(what, file, error);
  };
  const auto fail_sync = [&](int error) {
    const Error said = fail("cannot sync", error);
    if (sync_failed_) sync_failed_(said);
    return said;
  };
  if (const int answer = disk_.write(file.string(), bytes, 0); answer > 0) return fail("cannot write", answer);
  log::Disk plain;
  if (Result<void> written = log::write_all(plain, *opened, file, bytes, 0); !written) return fail("cannot write", errno);
  disk_.count_sync();
  if (const int answer = disk_.sync(file.string()); answer != Disk::pretend)
    if (answer > 0 || ::fsync(opened->get()) != 0) return fail_sync(answer > 0 ? answer : errno);
  if (const int answer = disk_.sync_folder(folder.string()); answer != Disk::pretend) {
    if (answer > 0) return fail_sync(answer);
    if (Result<void> synced = log::sync_folder(folder); !synced) return fail_sync(EIO);
  }
  return id;
}

void Bodies::remove(const Id& file) {
  const fs::path name = path(file);
  if (disk_.remove(name.string()) == Disk::proceed) ::unlink(name.c_str());
}

Result<std::string> Bodies::get(const Id& file) const {
  const fs::path name = path(file);
  std::error_code none;
  const auto size = fs::file_size(name, none);
  const auto damaged = [&](const std::string& why) {
    return Error{Fault::malformed, "a stored body cannot be read: " + why + "; `arint store check` lists what is missing"};
  };
  if (none) return damaged(quoted(name.string(), 400) + ": " + none.message());
  Result<log::File> opened = log::open_file(name, O_RDONLY);
  if (!opened) return damaged(opened.error().sentence);
  Result<std::string> bytes = log::read_at(*opened, name, 0, size);
  if (!bytes) return damaged(bytes.error().sentence);
  return bytes;
}

std::size_t Bodies::collect(const std::function<bool(const Id&)>& keep) {
  std::size_t removed = 0;
  std::error_code error;
  std::vector<Id> orphans;
  for (fs::recursive_directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    if (!at->is_regular_file(error)) continue;
    const auto id = Id::from_hex(at->path().parent_path().filename().string() + at->path().filename().string());
    if (id && !keep(*id)) orphans.push_back(*id);
  }
  for (const Id& id : orphans) remove(id), ++removed;
  return removed;
}

}  // namespace arint::store
