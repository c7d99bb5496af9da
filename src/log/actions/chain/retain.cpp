// SPDX-License-Identifier: GPL-3.0-or-later
// Retention: which closed files go, and the signed checkpoint that says they were let go of and not taken away.
#include <sys/stat.h>
#include <unistd.h>

#include "base/units.hpp"
#include "log/actions/chain/files.hpp"
#include "log/actions/chain/journal.hpp"
#include "log/actions/line/encode.hpp"
#include "log/actions/line/escape.hpp"

namespace arint::log {
namespace {

// A closed file is as old as the last change to it, which is its last block.
std::int64_t changed_ms(const std::filesystem::path& file) {
  struct stat about{};
  return ::stat(file.c_str(), &about) == 0 ? static_cast<std::int64_t>(about.st_mtim.tv_sec) * 1000 : 0;
}

}  // namespace

Result<std::string> Journal::retain(std::int64_t now) {
  if (options_.keep_files == 0 && options_.keep_for.count() == 0) return std::string();
  std::vector<LogFile> closed = list_files(options_.folder);
  std::erase_if(closed, [](const LogFile& file) { return file.active; });
  std::size_t count = options_.keep_files > 0 && closed.size() > options_.keep_files ? closed.size() - options_.keep_files : 0;
  if (options_.keep_for.count() > 0)
    while (count < closed.size() && now - changed_ms(closed[count].path) >= options_.keep_for.count()) ++count;
  return count == 0 ? Result<std::string>(std::string()) : remove_until(count, closed);
}

// The checkpoint is on disk before the first file goes: a crash in between leaves files that verify still accepts.
Result<std::string> Journal::remove_until(std::size_t count, const std::vector<LogFile>& closed) {
  Result<FileEnd> end = find_end(closed[count - 1].path);
  if (!end) return end.error();
  Mark mark{rfc3339(now_ms()), escaped(options_.node), end->chain.block, end->chain.sequence, end->chain.head};
  Result<void> written = write_file(options_.folder / checkpoint_name, seal_checkpoint(mark, key_).text);
  if (!written) return written.error();
  for (std::size_t i = 0; i < count; ++i)
    if (::unlink(closed[i].path.c_str()) != 0 && errno != ENOENT) return disk_error("cannot remove", closed[i].path, errno);
  return "retention removed " + std::to_string(count) + (count == 1 ? " file, lines " : " files, lines ") + std::to_string(closed[0].first_sequence) + " to " +
         std::to_string(mark.sequence);
}

}  // namespace arint::log
