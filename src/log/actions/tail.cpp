// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/tail.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <deque>

#include "base/text.hpp"
#include "log/actions/action.hpp"
#include "log/actions/chain/files.hpp"
#include "log/actions/chain/record.hpp"
#include "log/actions/line/encode.hpp"
#include "log/actions/line/escape.hpp"
#include "log/actions/line/scan.hpp"

namespace arint::log {
namespace {

constexpr std::size_t piece = 1 << 20;

std::uint64_t size_of(const File& file) {
  struct stat about{};
  return ::fstat(file.get(), &about) == 0 ? static_cast<std::uint64_t>(about.st_size) : 0;
}

// The sequence of the file's first line, as its head says; nullopt without a whole head.
std::optional<std::uint64_t> first_of(const File& file, const std::filesystem::path& path) {
  Result<std::string> start = read_at(file, path, 0, 4096);
  std::size_t feed = start ? start->find('\n') : std::string::npos;
  if (feed == std::string::npos) return std::nullopt;
  Read<FileHead> head = read_head(std::string_view(*start).substr(0, feed));
  return head.good() ? std::optional(head.record.sequence + 1) : std::nullopt;
}

// Takes the last lines of `file` before `end` from its back, until `count` are in `out`. `out` stays oldest first.
Result<void> collect(const File& file, const std::filesystem::path& path, std::uint64_t end, const Filter& filter, std::size_t count,
                     std::deque<std::string>& out) {
  std::string rest;  // the beginning of the piece read before, up to its first line feed
  for (std::uint64_t at = end; at > 0 && out.size() < count;) {
    std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(piece, at));
    at -= size;
    Result<std::string> bytes = read_at(file, path, static_cast<off_t>(at), size);
    if (!bytes) return bytes.error();
    if (bytes->size() < size) return {};  // cut under our hands
    std::string text = std::move(*bytes) + rest;
    std::size_t first = at == 0 ? 0 : text.find('\n') + 1;  // 0 when there is none: all of it is one line's end
    if (at > 0 && first == 0) {
      rest = text.size() < 2 * line_limit ? text : std::string();  // no line of ours is that long
      continue;
    }
    std::string_view lines = std::string_view(text).substr(first);
    while (!lines.empty() && out.size() < count) {
      if (lines.back() == '\n') lines.remove_suffix(1);
      std::size_t feed = lines.rfind('\n');
      std::size_t begin = feed == std::string_view::npos ? 0 : feed + 1;
      if (filter.matches(lines.substr(begin))) out.emplace_front(lines.substr(begin));
      lines = lines.substr(0, begin);
    }
    rest = text.substr(0, first);
  }
  return {};
}

std::uint64_t end_of_last_line(const File& file, const std::filesystem::path& path) {
  std::uint64_t size = size_of(file);
  std::uint64_t from = size > 2 * line_limit ? size - 2 * line_limit : 0;
  Result<std::string> bytes = read_at(file, path, static_cast<off_t>(from), static_cast<std::size_t>(size - from));
  std::size_t feed = bytes ? bytes->rfind('\n') : std::string::npos;
  return feed == std::string::npos ? 0 : from + feed + 1;
}

template <class Named>
Result<void> known(std::string_view what, const std::string& word, Named named) {
  if (word.empty() || named(word)) return {};
  return Error{Fault::rejected, "there is no " + std::string(what) + " " + arint::quoted(word)};
}

}  // namespace

bool Filter::matches(std::string_view line) const {
  if (!looks_like_action(line)) return false;
  auto fits = [line](const std::string& wanted, std::string_view key) { return wanted.empty() || raw_value(line, key) == wanted; };
  return fits(action, "action") && fits(cid, "cid") && fits(message, "message") && fits(channel, "channel") && fits(service, "service") &&
         fits(outgoing, "outgoing") && fits(outcome, "outcome") && fits(fault, "fault");
}

Tail::Tail(std::filesystem::path folder, const Filter& filter) : folder_(std::move(folder)), filter_(filter) {
  for (std::string* value : {&filter_.channel, &filter_.service, &filter_.outgoing}) *value = escaped(*value);
  filter_.cid = lower(filter_.cid);
  filter_.message = lower(filter_.message);
}

Result<Tail> Tail::open(const std::filesystem::path& folder, Filter filter) {
  for (Result<void> checked : {known("action", filter.action, kind_named), known("outcome", filter.outcome, outcome_named),
                               known("fault", filter.fault, fault_named)})
    if (!checked) return checked.error();
  Tail out(folder, filter);
  std::vector<LogFile> files = list_files(folder);
  if (files.empty()) return Error{Fault::unreachable, "there is no action log in " + arint::quoted(folder.string(), 400)};
  out.path_ = files.back().path;
  Result<File> file = open_file(out.path_, O_RDONLY);
  if (!file) return file.error();
  out.file_ = std::move(*file);
  out.first_sequence_ = first_of(out.file_, out.path_).value_or(0);
  out.at_ = end_of_last_line(out.file_, out.path_);
  return out;
}

Result<std::vector<std::string>> Tail::last(std::size_t count) {
  std::deque<std::string> out;
  if (Result<void> read = collect(file_, path_, at_, filter_, count, out); !read) return read.error();
  std::vector<LogFile> files = list_files(folder_);
  for (std::size_t i = files.size(); i-- > 0 && out.size() < count;) {
    // What was the active file may have been closed since; it must not be read twice.
    if (files[i].active || files[i].first_sequence >= first_sequence_) continue;
    Result<File> file = open_file(files[i].path, O_RDONLY);
    if (!file) continue;  // retention may have removed it just now
    if (Result<void> read = collect(*file, files[i].path, size_of(*file), filter_, count, out); !read) return read.error();
  }
  return std::vector<std::string>(std::make_move_iterator(out.begin()), std::make_move_iterator(out.end()));
}

Result<std::vector<std::string>> Tail::more() {
  std::vector<std::string> out;
  for (;;) {
    // A crash and a restart may have cut lines that were read; go on behind what is left.
    at_ = std::min(at_, size_of(file_));
    Result<std::string> bytes = read_at(file_, path_, static_cast<off_t>(at_), piece);
    if (!bytes) return bytes.error();
    std::string_view text = *bytes;
    text = text.substr(0, text.rfind('\n') + 1);  // npos + 1 = 0: no whole line yet
    at_ += text.size();
    for (std::size_t feed; (feed = text.find('\n')) != std::string_view::npos; text.remove_prefix(feed + 1))
      if (filter_.matches(text.substr(0, feed))) out.emplace_back(text.substr(0, feed));
    if (!out.empty() || bytes->size() == piece) return out;
    if (!move_on()) return out;
  }
}

bool Tail::move_on() {
  struct stat named{}, held{};
  std::filesystem::path active = folder_ / active_name;
  if (::fstat(file_.get(), &held) != 0 || ::stat(active.c_str(), &named) != 0) return false;
  if (held.st_ino == named.st_ino && held.st_dev == named.st_dev) return false;
  if (at_ < end_of_last_line(file_, path_)) return true;  // written to between our last read and its closing
  for (const LogFile& file : list_files(folder_)) {
    if (!file.active && file.first_sequence <= first_sequence_) continue;
    Result<File> opened = open_file(file.path, O_RDONLY);
    std::optional<std::uint64_t> first = opened ? first_of(*opened, file.path) : std::nullopt;
    if (!first || *first <= first_sequence_) continue;
    file_ = std::move(*opened);
    path_ = file.path;
    first_sequence_ = *first;
    at_ = 0;
    return true;
  }
  return false;
}

}  // namespace arint::log
