// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/file/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/ids.hpp"
#include "base/text.hpp"

namespace arint::connectors::file {
namespace {

constexpr std::size_t most_name_bytes = 4'096, most_part_bytes = 255;
constexpr std::string_view temporary_mark = ".arint-";

// Everything below, nothing by a link.
int open_beneath(int folder, const char* name, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.mode = (flags & O_CREAT) ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, folder, name, &how, sizeof how));
}

// 0, or an errno.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Error file_error(std::string_view doing, std::string_view what, int error) {
  Fault fault = Fault::unreachable;
  std::string why = std::strerror(error);
  switch (error) {
    case EACCES: case EPERM: case EROFS: fault = Fault::refused; break;
    case ENOSPC: case EDQUOT: case EMFILE: case ENFILE: case EAGAIN: case EFBIG: fault = Fault::busy; break;
    case ELOOP: fault = Fault::rejected; why = "a symbolic link, which is never followed"; break;
    case EXDEV: fault = Fault::rejected; why = "it leads out of the folder, or to another file system"; break;
    case ENOTDIR: fault = Fault::rejected; why = "a part of it is a link or a file, no folder"; break;
    case EEXIST: case ENOTEMPTY: case EISDIR: case ENAMETOOLONG: case EINVAL: case ENXIO: fault = Fault::rejected; break;
    case ENOSYS: fault = Fault::refused; why = "this kernel has no openat2 (Linux 5.6), without which no name is safe"; break;
    default: break;
  }
  return {fault, "cannot " + std::string(doing) + " " + arint::quoted(what, 300) + ": " + why};
}

Result<void> check_name(std::string_view name) {
  auto wrong = [&](const char* why) { return Error{Fault::rejected, arint::quoted(name, 100) + " is no name of a file below the folder: " + why}; };
  if (name.empty()) return wrong("it is empty");
  if (name.size() > most_name_bytes) return wrong("it is longer than 4096 bytes");
  if (name.find('\0') != std::string_view::npos) return wrong("it holds a zero byte");
  for (std::string_view part : split(name, '/')) {
    if (part.empty()) return wrong("a part of it is empty");
    if (part.front() == '.') return wrong("a part of it begins with a point");
    if (part.size() > most_part_bytes) return wrong("a part of it is longer than 255 bytes");
  }
  return {};
}

Result<Folder> Folder::open(const std::string& path) {
  Folder out;
  out.path_ = path;
  out.fd_ = Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!out.fd_.open()) return file_error("open the folder", path, errno);
  return out;
}

Result<Descriptor> Folder::open_file(const std::string& name, int flags, mode_t mode) const {
  Descriptor out(open_beneath(fd(), name.c_str(), flags | O_NONBLOCK, mode));
  if (!out.open()) return file_error("open", path_ + "/" + name, errno);
  struct stat is {};
  if (::fstat(out.get(), &is) != 0) return file_error("look at", path_ + "/" + name, errno);
  if (!S_ISREG(is.st_mode)) return Error{Fault::rejected, arint::quoted(path_ + "/" + name, 300) + " is no regular file"};
  return out;
}

Result<Folder> Folder::inner(const std::string& name, mode_t mode) const {
  Folder out;
  out.path_ = path_ + "/" + name;
  if (::mkdirat(fd(), name.c_str(), mode) != 0 && errno != EEXIST) return file_error("make the folder", out.path_, errno);
  out.fd_ = Descriptor(open_beneath(fd(), name.c_str(), O_RDONLY | O_DIRECTORY, 0));
  if (!out.fd_.open()) return file_error("open the folder", out.path_, errno);
  return out;
}

Result<std::vector<Listed>> Folder::list(const std::vector<std::string>& patterns, std::size_t most, bool (*before)(const Listed&, const Listed&)) const {
  // A descriptor of its own: reading moves it.
  const int own = open_beneath(fd(), ".", O_RDONLY | O_DIRECTORY, 0);
  std::unique_ptr<DIR, int (*)(DIR*)> entries(own < 0 ? nullptr : ::fdopendir(own), ::closedir);
  if (!entries) return file_error("read the folder", path_, errno);
  std::vector<Listed> out;  // a heap whose top is the last one
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(entries.get());
    if (!entry) break;
    const std::string name = entry->d_name;
    if (name.front() == '.') continue;
    if (std::none_of(patterns.begin(), patterns.end(), [&](const std::string& one) { return ::fnmatch(one.c_str(), name.c_str(), FNM_PERIOD) == 0; })) continue;
    struct stat is {};
    if (::fstatat(fd(), name.c_str(), &is, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(is.st_mode)) continue;
    out.push_back({name, static_cast<std::uint64_t>(is.st_size), is.st_mtim.tv_sec * 1'000'000'000 + is.st_mtim.tv_nsec, is.st_ino});
    std::push_heap(out.begin(), out.end(), before);
    if (out.size() <= most) continue;
    std::pop_heap(out.begin(), out.end(), before);
    out.pop_back();
  }
  if (errno) return file_error("read the folder", path_, errno);
  std::sort_heap(out.begin(), out.end(), before);
  return out;
}

// The folder that holds the last part of the name.
Result<Folder> Folder::parent_of(const std::string& name, std::string& base, mode_t mode) const {
  const std::size_t slash = name.rfind('/');
  base = name.substr(slash == std::string::npos ? 0 : slash + 1);
  if (slash == std::string::npos) {
    Folder same;
    same.path_ = path_;
    same.fd_ = Descriptor(::fcntl(fd(), F_DUPFD_CLOEXEC, 0));
    if (!same.fd_.open()) return file_error("open the folder", path_, errno);
    return same;
  }
  std::string above;
  Result<Folder> grandparent = parent_of(name.substr(0, slash), above, mode);
  if (!grandparent) return grandparent;
  // Whoever may read a file may enter its folder.
  const mode_t enter = mode | ((mode & 0444) >> 2);
  return grandparent->inner(above, enter);
}

Result<void> Folder::write(const std::string& name, std::string_view bytes, Exists exists, mode_t mode) const {
  if (Result<void> checked = check_name(name); !checked) return checked;
  std::string base;
  Result<Folder> parent = parent_of(name, base, mode);
  if (!parent) return parent.error();
  const std::string temporary = std::string(temporary_mark) + Id::random().hex();
  Result<Descriptor> file = parent->open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (!file) return file.error();
  int error = write_all(file->get(), bytes);
  if (!error && ::fsync(file->get()) != 0) error = errno;
  if (!error && ::renameat2(parent->fd(), temporary.c_str(), parent->fd(), base.c_str(), exists == Exists::refuse ? RENAME_NOREPLACE : 0) != 0) error = errno;
  if (error) {
    ::unlinkat(parent->fd(), temporary.c_str(), 0);
    return file_error("write", path_ + "/" + name, error);
  }
  if (::fsync(parent->fd()) != 0) return file_error("sync", parent->path(), errno);
  return {};
}

Result<void> Folder::append(const std::string& name, std::string_view bytes, mode_t mode) const {
  if (Result<void> checked = check_name(name); !checked) return checked;
  std::string base;
  Result<Folder> parent = parent_of(name, base, mode);
  if (!parent) return parent.error();
  Result<Descriptor> file = parent->open_file(base, O_WRONLY | O_CREAT | O_APPEND, mode);
  if (!file) return file.error();
  struct stat is {};
  int error = 0;
  if (::flock(file->get(), LOCK_EX) != 0 || ::fstat(file->get(), &is) != 0) error = errno;
  if (error) return file_error("append to", path_ + "/" + name, error);
  error = write_all(file->get(), bytes);
  if (!error && ::fsync(file->get()) != 0) error = errno;
  if (!error) return {};
  // Half a record is worse than none.
  if (::ftruncate(file->get(), is.st_size) != 0) return file_error("append to (a part of it stayed in)", path_ + "/" + name, error);
  return file_error("append to", path_ + "/" + name, error);
}

Result<void> Folder::move_to(const std::string& name, const Folder& to, const std::string& as) const {
  if (::renameat2(fd(), name.c_str(), to.fd(), as.c_str(), RENAME_NOREPLACE) == 0) return {};
  // Some network file systems cannot refuse; there a link can.
  if (errno == EINVAL && ::linkat(fd(), name.c_str(), to.fd(), as.c_str(), 0) == 0 && ::unlinkat(fd(), name.c_str(), 0) == 0) return {};
  return file_error("move to " + to.path(), path_ + "/" + name, errno);
}

Result<void> Folder::remove(const std::string& name) const {
  if (::unlinkat(fd(), name.c_str(), 0) == 0 || errno == ENOENT) return {};
  return file_error("delete", path_ + "/" + name, errno);
}

bool Folder::has(const std::string& name) const noexcept {
  struct stat is {};
  return ::fstatat(fd(), name.c_str(), &is, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

Result<std::string> Folder::move_aside(const std::string& name, const Folder& to) const {
  constexpr int most_tries = 10'000;
  for (int i = 0; i < most_tries; ++i) {
    std::string ending = i ? "." + std::to_string(i) : "";
    const std::string as = name.substr(0, most_part_bytes - ending.size()) + ending;
    if (::renameat2(fd(), name.c_str(), to.fd(), as.c_str(), RENAME_NOREPLACE) == 0) return as;
    if (errno != EEXIST) return file_error("move to " + to.path(), path_ + "/" + name, errno);
  }
  return file_error("move to " + to.path(), path_ + "/" + name, EEXIST);
}

}  // namespace arint::connectors::file
