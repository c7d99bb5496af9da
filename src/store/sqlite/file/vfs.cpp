// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/file/vfs.hpp"

#include <sqlite3.h>

#include <atomic>
#include <cerrno>
#include <new>

#include "base/result.hpp"

namespace arint::store {
namespace {

sqlite3_vfs* real_vfs() { return sqlite3_vfs_find("unix-excl"); }

// What SQLite sees as an open file; the real one stands behind it in the same memory.
struct Shim {
  sqlite3_file base;
  Disk* disk;
  std::string* path;         // null for temporary files, which nobody has to see
  bool log;
  bool head;                 // of a log: its head was written since the last sync
  bool folder_too;           // a log that was made: its first sync syncs the folder
  std::string* gathered;     // of a log: what is to be written at `gathered_at`; null for other files
  sqlite3_int64 gathered_at;
  sqlite3_file* real() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
  const sqlite3_io_methods& calls() noexcept { return *real()->pMethods; }
};
Shim& shim(sqlite3_file* file) noexcept { return *reinterpret_cast<Shim*>(file); }

thread_local bool relaxed = false;

int failed(int error, int otherwise) { return error == ENOSPC || error == EDQUOT ? SQLITE_FULL : otherwise; }

int put(Shim& self, const void* from, int size, sqlite3_int64 at) {
  if (self.path) {
    const int answer = self.disk->write(*self.path, {static_cast<const char*>(from), static_cast<std::size_t>(size)}, at);
    if (answer == Disk::pretend) return SQLITE_OK;
    if (answer) return failed(answer, SQLITE_IOERR_WRITE);
  }
  return self.calls().xWrite(self.real(), from, size, at);
}

// SQLite writes the log in pieces, one after the other: 24 bytes, a page, 24 bytes, a page. They are gathered until the sync that ends
// the commit, and are then one write. Nobody reads what is not yet committed but the connection that wrote it, through this very file.
constexpr std::size_t most_gathered = 64 << 10;  // SQLite's own write fails beyond 128 KiB
int flush(Shim& self) {
  if (!self.gathered || self.gathered->empty()) return SQLITE_OK;
  const int code = put(self, self.gathered->data(), static_cast<int>(self.gathered->size()), self.gathered_at);
  self.gathered->clear();
  return code;
}
bool gather(Shim& self, const void* from, int size, sqlite3_int64 at) {
  std::string& all = *self.gathered;
  if (all.empty()) self.gathered_at = at;
  if (self.gathered_at + static_cast<sqlite3_int64>(all.size()) != at || all.size() + static_cast<std::size_t>(size) > most_gathered) return false;
  all.append(static_cast<const char*>(from), static_cast<std::size_t>(size));
  return true;
}

int close(sqlite3_file* file) {
  Shim& self = shim(file);
  if (self.real()->pMethods) flush(self);
  delete self.gathered;
  const int code = self.real()->pMethods ? self.calls().xClose(self.real()) : SQLITE_OK;
  delete self.path;
  self.base.pMethods = nullptr;
  return code;
}
int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  Shim& self = shim(file);
  if (const int code = flush(self); code != SQLITE_OK) return code;
  return self.calls().xRead(self.real(), to, size, at);
}
int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  Shim& self = shim(file);
  self.head |= self.log && at == 0;
  if (!self.gathered) return put(self, from, size, at);
  if (gather(self, from, size, at)) return SQLITE_OK;
  if (const int code = flush(self); code != SQLITE_OK) return code;
  return gather(self, from, size, at) ? SQLITE_OK : put(self, from, size, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  Shim& self = shim(file);
  if (const int code = flush(self); code != SQLITE_OK) return code;
  if (self.path) {
    const int answer = self.disk->truncate(*self.path, size);
    if (answer == Disk::pretend) return SQLITE_OK;
    if (answer) return failed(answer, SQLITE_IOERR_TRUNCATE);
  }
  return self.calls().xTruncate(self.real(), size);
}
int sync(sqlite3_file* file, int flags) {
  Shim& self = shim(file);
  if (const int code = flush(self); code != SQLITE_OK) return code;
  // SQLite's own `synchronous=normal` syncs a new head, too: frames of the new log must not be on the disk before it.
  if (relaxed && self.log && !self.head) return SQLITE_OK;
  self.head = false;
  if (self.path) {
    self.disk->count_sync();
    const int answer = self.disk->sync(*self.path);
    if (answer > 0) return SQLITE_IOERR_FSYNC;
    if (self.folder_too) {
      self.folder_too = false;
      self.disk->synced_with_folder(*self.path);
    }
    if (answer == Disk::pretend) return SQLITE_OK;
  }
  return self.calls().xSync(self.real(), flags);
}
int size(sqlite3_file* file, sqlite3_int64* to) {
  Shim& self = shim(file);
  if (const int code = flush(self); code != SQLITE_OK) return code;
  return self.calls().xFileSize(self.real(), to);
}
int lock(sqlite3_file* file, int level) { return shim(file).calls().xLock(shim(file).real(), level); }
int unlock(sqlite3_file* file, int level) { return shim(file).calls().xUnlock(shim(file).real(), level); }
int reserved(sqlite3_file* file, int* to) { return shim(file).calls().xCheckReservedLock(shim(file).real(), to); }
int control(sqlite3_file* file, int what, void* argument) {
  // The file would be made longer or mapped behind the Disk's back.
  if (what == SQLITE_FCNTL_SIZE_HINT || what == SQLITE_FCNTL_CHUNK_SIZE || what == SQLITE_FCNTL_MMAP_SIZE) return SQLITE_NOTFOUND;
  return shim(file).calls().xFileControl(shim(file).real(), what, argument);
}
int sector(sqlite3_file* file) { return shim(file).calls().xSectorSize(shim(file).real()); }
int character(sqlite3_file* file) { return shim(file).calls().xDeviceCharacteristics(shim(file).real()); }
int shm_map(sqlite3_file* file, int page, int bytes, int extend, void volatile** to) {
  return shim(file).calls().xShmMap(shim(file).real(), page, bytes, extend, to);
}
int shm_lock(sqlite3_file* file, int from, int count, int flags) {
  return shim(file).calls().xShmLock(shim(file).real(), from, count, flags);
}
void shm_barrier(sqlite3_file* file) { shim(file).calls().xShmBarrier(shim(file).real()); }
int shm_unmap(sqlite3_file* file, int remove) { return shim(file).calls().xShmUnmap(shim(file).real(), remove); }

constexpr sqlite3_io_methods methods{2,    close,    read,    write,  truncate,  sync,    size,     lock,        unlock,
                                     reserved, control, sector, character, shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  Disk& disk = *static_cast<Disk*>(vfs->pAppData);
  Shim& self = *new (file) Shim{{nullptr}, &disk, nullptr, (flags & SQLITE_OPEN_WAL) != 0, false, false, nullptr, 0};
  sqlite3_vfs& real = *real_vfs();
  int there = 1;
  if (name) {
    real.xAccess(&real, name, SQLITE_ACCESS_EXISTS, &there);
    if (!there && (flags & SQLITE_OPEN_CREATE))
      if (const int answer = disk.create(name); answer > 0) return failed(answer, SQLITE_CANTOPEN);
  }
  const int code = real.xOpen(&real, name, self.real(), flags, out);
  if (code != SQLITE_OK) return code;
  if (name) self.path = new std::string(name);
  self.folder_too = !there && (flags & SQLITE_OPEN_WAL);
  if ((flags & SQLITE_OPEN_WAL) && disk.gathers()) self.gathered = new std::string;
  self.base.pMethods = &methods;
  return SQLITE_OK;
}
int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  const int answer = static_cast<Disk*>(vfs->pAppData)->remove(name);
  if (answer == Disk::pretend) return SQLITE_OK;
  if (answer) return SQLITE_IOERR_DELETE;
  return real_vfs()->xDelete(real_vfs(), name, sync_folder);
}

}  // namespace

Vfs::Vfs(Disk& disk) : vfs_(std::make_unique<sqlite3_vfs>()) {
  static std::atomic<int> serial{0};
  name_ = "arint-" + std::to_string(++serial);
  sqlite3_initialize();
  const sqlite3_vfs* real = real_vfs();
  invariant(real, "SQLite has the VFS unix-excl on every Unix");
  *vfs_ = *real;  // what is not replaced here does not look at which VFS it belongs to
  vfs_->zName = name_.c_str();
  vfs_->pAppData = &disk;
  vfs_->szOsFile = static_cast<int>(sizeof(Shim)) + real->szOsFile;
  vfs_->xOpen = open;
  vfs_->xDelete = remove;
  vfs_->pNext = nullptr;
  sqlite3_vfs_register(vfs_.get(), 0);
}

void Vfs::relax_here(bool yes) noexcept { relaxed = yes; }

Vfs::~Vfs() { sqlite3_vfs_unregister(vfs_.get()); }

}  // namespace arint::store
