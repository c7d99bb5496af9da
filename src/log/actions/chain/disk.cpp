// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/chain/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/text.hpp"

namespace arint::log {

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ssize_t Disk::write(int descriptor, const char* data, std::size_t size, off_t at) { return ::pwrite(descriptor, data, size, at); }
int Disk::sync(int descriptor) { return ::fdatasync(descriptor); }

Error disk_error(std::string_view what, const std::filesystem::path& file, int error) {
  Fault fault = error == EACCES || error == EPERM || error == EROFS ? Fault::refused : Fault::unreachable;
  return {fault, std::string(what) + " " + arint::quoted(file.string(), 400) + ": " + std::generic_category().message(error)};
}

Result<File> open_file(const std::filesystem::path& file, int flags, int mode) {
  int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, mode);
  if (descriptor < 0) return disk_error("cannot open", file, errno);
  return File(descriptor);
}

Result<void> write_all(Disk& disk, const File& file, const std::filesystem::path& name, std::string_view bytes, off_t at) {
  while (!bytes.empty()) {
    ssize_t n = disk.write(file.get(), bytes.data(), bytes.size(), at);
    if (n < 0 && errno == EINTR) continue;
    // A write of nothing says a disk is full without saying why.
    if (n <= 0) return disk_error("cannot write", name, n < 0 ? errno : ENOSPC);
    bytes.remove_prefix(static_cast<std::size_t>(n));
    at += n;
  }
  return {};
}

Result<std::string> read_at(const File& file, const std::filesystem::path& name, off_t at, std::size_t size) {
  std::string out(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    ssize_t n = ::pread(file.get(), out.data() + got, size - got, at + static_cast<off_t>(got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return disk_error("cannot read", name, errno);
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  out.resize(got);
  return out;
}

Result<std::string> read_small_file(const std::filesystem::path& file) {
  Result<File> opened = open_file(file, O_RDONLY);
  if (!opened) return opened.error();
  return read_at(*opened, file, 0, 65536);
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  Result<File> opened = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return opened.error();
  if (::fsync(opened->get()) != 0) return disk_error("cannot sync", folder, errno);
  return {};
}

Result<void> write_file(const std::filesystem::path& file, std::string_view bytes, int mode, bool synced) {
  std::filesystem::path temporary = file;
  temporary += ".new";
  ::unlink(temporary.c_str());  // left by a crash, perhaps with other rights
  Result<File> opened = open_file(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  if (!opened) return opened.error();
  Disk disk;
  Result<void> written = write_all(disk, *opened, temporary, bytes, 0);
  if (written && synced && ::fsync(opened->get()) != 0) written = disk_error("cannot sync", temporary, errno);
  if (written && ::rename(temporary.c_str(), file.c_str()) != 0) written = disk_error("cannot rename", temporary, errno);
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (!synced) return {};
  std::filesystem::path folder = file.parent_path();
  return sync_folder(folder.empty() ? "." : folder);
}

}  // namespace arint::log
