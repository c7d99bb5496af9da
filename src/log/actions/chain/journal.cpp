// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/chain/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "base/units.hpp"
#include "log/actions/chain/files.hpp"
#include "log/actions/line/encode.hpp"
#include "log/actions/line/escape.hpp"

namespace arint::log {
namespace {

constexpr std::string_view sequence_key = "\"sequence\":";

// Milliseconds since 1970 of a time stamp this file wrote; 0 when it is none.
std::int64_t parse_time(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  return rest ? static_cast<std::int64_t>(::timegm(&parts)) * 1000 : 0;
}

}  // namespace

Journal::Journal(const Options& options, NodeKey key, std::vector<std::shared_ptr<Anchor>> anchors, std::shared_ptr<Disk> disk)
    : options_(options), key_(std::move(key)), anchors_(std::move(anchors)), disk_(std::move(disk)), active_(options.folder / active_name) {
  node_text_ = "\"node\":\"" + escaped(options_.node) + "\",";
}

Result<std::unique_ptr<Journal>> Journal::open(const Options& options, std::vector<std::shared_ptr<Anchor>> anchors,
                                               std::shared_ptr<Disk> disk) {
  std::error_code problem;
  std::filesystem::create_directories(options.folder, problem);
  Result<File> folder = open_file(options.folder, O_RDONLY | O_DIRECTORY);
  if (!folder) return folder.error();
  // The lock is on the folder, not on a file, because files are rotated under it.
  if (::flock(folder->get(), LOCK_EX | LOCK_NB) != 0)
    return Error{Fault::busy, "another process writes the action log in " + arint::quoted(options.folder.string(), 400) + "; stop it first, or give each node a folder of its own"};
  Result<NodeKey> key = NodeKey::open(options.folder);
  if (!key) return key.error();
  std::unique_ptr<Journal> out(new Journal(options, std::move(*key), std::move(anchors), std::move(disk)));
  out->folder_ = std::move(*folder);
  Result<Recovered> recovered = recover(options.folder, out->key_.public_key(), out->anchors_);
  if (!recovered) return recovered.error();
  out->recovered_ = std::move(*recovered);
  out->chain_ = out->recovered_.chain;
  out->sequence_text_ = std::string(sequence_key) + std::to_string(out->chain_.sequence + 1) + ",";
  if (out->recovered_.new_file) {
    if (Result<void> begun = out->begin_file(now_ms()); !begun) return begun.error();
  } else {
    Result<File> file = open_file(out->active_, O_WRONLY);
    if (!file) return file.error();
    out->file_ = std::move(*file);
    out->offset_ = static_cast<off_t>(out->recovered_.offset);
    out->file_began_ = parse_time(out->recovered_.head_time);
    out->file_first_ = out->recovered_.head_sequence + 1;
  }
  // Whatever was cut or found is signed again with the first block that follows.
  out->signed_ = out->chain_.block == 0;
  return out;
}

// A new active file: written under another name first, so that there is never an active file without its head.
Result<void> Journal::begin_file(std::int64_t now) {
  FileHead head{rfc3339(now), escaped(options_.node), chain_.block, chain_.sequence, chain_.tip, key_.public_key().raw_hex()};
  Sealed record = seal(head, key_);
  std::filesystem::path next = options_.folder / next_name;
  Result<File> file = open_file(next, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0640);
  if (!file) return file.error();
  Result<void> written = write_all(*disk_, *file, next, record.text, 0);
  if (written && disk_->sync(file->get()) != 0) written = disk_error("cannot sync", next, errno);
  if (written && file_) {
    std::filesystem::path closed = free_closed_path(options_.folder, now, file_first_);
    if (::rename(active_.c_str(), closed.c_str()) != 0) written = disk_error("cannot rename", active_, errno);
  }
  if (!written) {
    ::unlink(next.c_str());
    return written;
  }
  if (::rename(next.c_str(), active_.c_str()) != 0) return disk_error("cannot rename", next, errno);
  file_ = std::move(*file);
  offset_ = static_cast<off_t>(record.text.size());
  file_began_ = now;
  file_first_ = chain_.sequence + 1;
  chain_.tip = record.hash;
  return sync_folder(options_.folder);
}

void Journal::ensure(std::size_t more) {
  if (size_ + more <= capacity_) return;
  std::size_t grown = std::max(capacity_ * 2, size_ + more);
  std::unique_ptr<char[]> bytes(new char[grown]);
  std::copy_n(bytes_.get(), size_, bytes.get());  // of nothing, the first time: memcpy must not be told null
  bytes_ = std::move(bytes);
  capacity_ = grown;
}

// Counts the text up in place: cheaper than printing each number.
void Journal::next_sequence() {
  ++chain_.sequence;
  for (std::size_t at = sequence_text_.size() - 2; at >= sequence_key.size(); --at) {
    if (sequence_text_[at] != '9') {
      ++sequence_text_[at];
      return;
    }
    sequence_text_[at] = '0';
  }
  sequence_text_.insert(sequence_key.size(), 1, '1');
}

void Journal::add(std::string_view lines) {
  invariant(!sealed_, "a block that waits to be written takes no lines");
  while (!lines.empty()) {
    std::size_t length = static_cast<std::size_t>(static_cast<const char*>(std::memchr(lines.data(), '\n', lines.size())) - lines.data()) + 1;
    ensure(length + sequence_text_.size() + node_text_.size());
    char* to = bytes_.get() + size_;
    auto put = [&to](const char* from, std::size_t size) { to = static_cast<char*>(std::memcpy(to, from, size)) + size; };
    put(lines.data(), stamp_bytes);
    put(sequence_text_.data(), sequence_text_.size());
    put(node_text_.data(), node_text_.size());
    put(lines.data() + stamp_bytes, length - stamp_bytes);
    size_ = static_cast<std::size_t>(to - bytes_.get());
    ++open_lines_;
    next_sequence();
    lines.remove_prefix(length);
  }
}

Result<void> Journal::finish(Sign sign) {
  if (!sealed_) {
    if (open_lines_ == 0 && (sign == Sign::no || signed_)) return {};
    BlockEnd end{chain_.block + 1, chain_.sequence - open_lines_ + 1, open_lines_, rfc3339(now_ms()), sha256({bytes_.get(), size_}), chain_.tip};
    Sealed record = seal(end, sign == Sign::yes ? &key_ : nullptr);
    ensure(record.text.size());
    std::memcpy(bytes_.get() + size_, record.text.data(), record.text.size());
    size_ += record.text.size();
    after_ = {end.block, chain_.sequence, record.hash, record.hash};
    sealed_lines_ = open_lines_;
    signed_ = sign == Sign::yes;
    open_lines_ = 0;
    sealed_ = true;
  }
  Result<void> written = write_all(*disk_, file_, active_, {bytes_.get(), size_}, offset_);
  if (!written) {
    // Readers should not meet half a block; if this fails too, the next write covers it.
    if (::ftruncate(file_.get(), offset_) != 0) return written;
    return written;
  }
  offset_ += static_cast<off_t>(size_);
  bytes_written_ += size_;
  lines_written_ += sealed_lines_;
  ++blocks_written_;
  chain_ = after_;
  sealed_ = false;
  size_ = 0;
  // The block may have been sealed without a signature by an earlier call that failed.
  return sign == Sign::yes && !signed_ ? finish(Sign::yes) : Result<void>();
}

Result<void> Journal::anchor() {
  if (anchored() || chain_.block == 0) return {};
  invariant(signed_ && !sealed_, "only a signed head that is written is anchored");
  if (disk_->sync(file_.get()) != 0) return disk_error("cannot sync", active_, errno);
  Mark mark{rfc3339(now_ms()), escaped(options_.node), chain_.block, chain_.sequence, chain_.head};
  Sealed record = seal_anchor(mark, key_);
  Result<void> out;
  for (const std::shared_ptr<Anchor>& anchor : anchors_) {
    Result<void> kept = anchor->keep(mark, record.text);
    if (!kept) out = std::move(kept);
  }
  if (out) anchored_ = chain_.block;
  return out;
}

bool Journal::due(std::int64_t now) const noexcept {
  if (chain_.sequence + 1 == file_first_) return false;  // no lines in it
  if (static_cast<std::uint64_t>(offset_) >= options_.rotate_size.bytes) return true;
  return options_.rotate_age.count() > 0 && now - file_began_ >= options_.rotate_age.count();
}

Result<void> Journal::rotate(std::int64_t now) {
  if (Result<void> finished = finish(Sign::yes); !finished) return finished.error();
  if (Result<void> kept = anchor(); !kept) return kept.error();
  if (Result<void> begun = begin_file(now); !begun) return begun.error();
  return {};
}

}  // namespace arint::log
