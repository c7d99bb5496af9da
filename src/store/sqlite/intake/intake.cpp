// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/intake/intake.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>

#include "base/text.hpp"
#include "store/clock.hpp"

namespace arint::store {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_jobs = 1024, most_bytes = 4 << 20, zeros = 1 << 20;
constexpr std::chrono::milliseconds later{200};

const Accept& accept_of(const Job& job) { return std::get<Accept>(job.write->operations().front()); }

Error journal_error(std::string_view what, const fs::path& file, int error) {
  Error out = log::disk_error(what, file, error);
  if (error == ENOSPC || error == EDQUOT) out.fault = Fault::busy, out.retry_after = std::chrono::seconds(5);
  return out;
}

// All entries of `epoch` from the front of a file, up to the first that is not whole or older than the one before it.
void scan(std::string_view bytes, std::int64_t epoch, std::vector<EntryRead>& out) {
  std::int64_t before = 0;
  while (const std::optional<EntryRead> read = read_entry(bytes, epoch)) {
    if (read->serial <= before) return;
    before = read->serial;
    out.push_back(*read);
    bytes.remove_prefix(read->size);
  }
}

}  // namespace

Intake::Intake(fs::path folder, Disk& disk, Size file, bool synchronous)
    : folder_(std::move(folder)), disk_(disk), file_bytes_(file.bytes), synchronous_(synchronous) {}

Intake::~Intake() { close(); }

Result<Intake::Left> Intake::left(std::int64_t epoch, std::int64_t after) const {
  Left out;
  std::vector<EntryRead> found[2];
  for (unsigned i = 0; i < 2; ++i) {
    const fs::path name = folder_ / names[i];
    std::error_code none;
    const auto size = fs::file_size(name, none);
    if (none) continue;
    Result<log::File> file = log::open_file(name, O_RDONLY);
    if (!file) return file.error();
    Result<std::string> bytes = log::read_at(*file, name, 0, std::min(size, std::uintmax_t{entry_front}));
    if (!bytes) return bytes.error();
    if (!begins_entry(*bytes, epoch)) continue;
    bytes = log::read_at(*file, name, 0, size);
    if (!bytes) return bytes.error();
    out.files.push_back(std::move(*bytes));
  }
  std::size_t at = 0;
  for (const std::string& bytes : out.files) scan(bytes, epoch, found[at++]);
  if (!found[1].empty() && (found[0].empty() || found[1].front().serial < found[0].front().serial)) std::swap(found[0], found[1]);
  out.serial = after;
  for (const std::vector<EntryRead>& file : found)
    for (const EntryRead& read : file) {
      if (read.serial <= out.serial) continue;
      out.entries.push_back(read.entry);
      out.serial = read.serial;
    }
  return out;
}

Result<void> Intake::open() {
  bool whole = true;
  for (unsigned i = 0; i < 2; ++i) {
    const fs::path name = folder_ / names[i];
    std::error_code none;
    const auto size = fs::file_size(name, none);
    const bool there = !none && size >= file_bytes_;
    if (!there)
      if (const int answer = disk_.create(name.string()); answer > 0) return journal_error("cannot make", name, answer);
    Result<log::File> file = log::open_file(name, there ? O_RDWR : O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (!file) return file.error();
    files_[i] = std::move(*file);
    whole &= there;
  }
  if (whole) state_ = JournalState::ready;
  return {};
}

// Both: which of them was not whole is not worth being remembered.
Result<void> Intake::fill() {
  const std::string nothing(std::min(zeros, file_bytes_), '\0');
  log::Disk plain;
  for (unsigned i = 0; i < 2; ++i) {
    const fs::path name = folder_ / names[i];
    for (std::size_t at = 0; at < file_bytes_; at += nothing.size()) {
      const std::string_view piece(nothing.data(), std::min(nothing.size(), file_bytes_ - at));
      if (const int answer = disk_.write(name.string(), piece, static_cast<std::int64_t>(at)); answer > 0) return journal_error("cannot write", name, answer);
      if (Result<void> written = log::write_all(plain, files_[i], name, piece, static_cast<off_t>(at)); !written) return journal_error("cannot write", name, errno);
    }
    disk_.count_sync();
    if (const int answer = disk_.sync(name.string()); answer != Disk::pretend)
      if (answer > 0 || ::fsync(files_[i].get()) != 0) return journal_error("cannot sync", name, answer > 0 ? answer : errno);
  }
  if (const int answer = disk_.sync_folder(folder_.string()); answer != Disk::pretend) {
    if (answer > 0) return journal_error("cannot sync", folder_, answer);
    if (Result<void> synced = log::sync_folder(folder_); !synced) return synced;
  }
  return {};
}

void Intake::start(std::int64_t epoch, std::int64_t serial, Sequence& sequence, Hooks hooks) {
  epoch_ = epoch;
  serial_ = entered_ = synced_ = serial;
  sequence_ = &sequence;
  hooks_ = std::move(hooks);
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_setname_np(thread_.native_handle(), "store-intake");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Intake::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Intake::fail(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    if (!problem_) problem_ = error;
  }
  wake_.notify_all();
  room_.notify_all();
}

bool Intake::push(Job& job) noexcept {
  const std::lock_guard lock(mutex_);
  if (closing_) return false;
  queue_.push_back(&job);
  if (queue_.size() == 1) wake_.notify_one();
  return true;
}

std::vector<Job*> Intake::take_batch(std::size_t& bytes) {
  std::vector<Job*> batch;
  while (!queue_.empty() && batch.size() < most_jobs) {
    const std::size_t more = room_of(accept_of(*queue_.front()));
    if (!batch.empty() && bytes + more > std::min(most_bytes, file_bytes_)) break;
    bytes += more;
    batch.push_back(queue_.front());
    queue_.pop_front();
  }
  return batch;
}

// The other file is free when the tables hold, synced, all that is in it.
bool Intake::switch_file(std::unique_lock<std::mutex>& lock) {
  const unsigned next = 1 - current_;
  while (last_in_[next] > synced_ && !problem_) {
    wants_room_ = true;
    lock.unlock();
    hooks_.enter();
    lock.lock();
    room_.wait(lock, [&] { return last_in_[next] <= synced_ || problem_; });
  }
  wants_room_ = false;
  if (problem_) return false;
  current_ = next;
  at_ = 0;
  return true;
}

Result<void> Intake::write(const Chunk& chunk) {
  const fs::path name = folder_ / names[current_];
  if (const int answer = disk_.write(name.string(), chunk.bytes, static_cast<std::int64_t>(at_)); answer > 0) return journal_error("cannot write", name, answer);
  log::Disk plain;
  if (Result<void> written = log::write_all(plain, files_[current_], name, chunk.bytes, static_cast<off_t>(at_)); !written) return journal_error("cannot write", name, errno);
  if (!synchronous_) return {};
  disk_.count_sync();
  const int answer = disk_.sync(name.string());
  if (answer == Disk::pretend || (answer == Disk::proceed && ::fdatasync(files_[current_].get()) == 0)) return {};
  Error failed = log::disk_error("cannot sync", name, answer > 0 ? answer : errno);
  failed.fault = Fault::unreachable;  // full or not: what was written is no longer known
  return failed;
}

void Intake::run() {
  if (state() == JournalState::making) {
    {
      // A start has better things to ask of the disk.
      std::unique_lock lock(mutex_);
      if (file_bytes_ > zeros && wake_.wait_for(lock, later, [this] { return closing_; })) return;
    }
    const Result<void> filled = fill();
    if (!filled && filled.error().fault != Fault::busy) hooks_.failed(filled.error());
    state_.store(filled ? JournalState::ready : JournalState::none, std::memory_order_release);
  }
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::size_t bytes = 0;
    std::vector<Job*> batch = take_batch(bytes);
    if (problem_ || (at_ + bytes > file_bytes_ && !switch_file(lock))) {
      const Error error = *problem_;
      lock.unlock();
      for (Job* job : batch) job->result.emplace(error);
      hooks_.finish(batch);
      lock.lock();
      continue;
    }
    auto chunk = std::make_shared<Chunk>();
    const std::int64_t from = serial_ + 1;
    in_flight_ = sequence_->last + 1;
    chunk->entries.reserve(batch.size());
    for (const Job* job : batch) {
      const Accept& accept = accept_of(*job);
      const bool runs = accept.run_here && accept.due_ms <= accept.message->received_ms;
      chunk->entries.push_back(entry_of(accept, ++sequence_->last, runs ? ++sequence_->lease : 0));
    }
    // Also when it fails: then what is there of it is older than what will be written over it.
    serial_ += static_cast<std::int64_t>(batch.size());
    chunk->serial = serial_;
    lock.unlock();
    accept(*chunk, batch, from, bytes);
    lock.lock();
  }
}

void Intake::accept(Chunk& chunk, std::vector<Job*>& batch, std::int64_t from, std::size_t bytes) {
  chunk.bytes.reserve(bytes);
  for (const Entry& entry : chunk.entries) write_entry(entry, epoch_, from++, chunk.bytes);
  Result<void> written = write(chunk);
  if (!written) {
    if (written.error().fault != Fault::busy) hooks_.failed(written.error());
    for (Job* job : batch) job->result.emplace(written.error());
    const std::lock_guard lock(mutex_);
    in_flight_ = 0;
  } else {
    // What waits looks into our bytes from now on, and no longer into those of whoever gave it.
    std::string_view rest = chunk.bytes;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const EntryRead read = entry_at(rest);
      rest.remove_prefix(read.size);
      chunk.entries[i] = read.entry;
      Outcome& out = batch[i]->result.emplace(Outcome()).value();
      out.number = read.entry.number;
      if (read.entry.lease) out.claim = Claim{read.entry.number, read.entry.lease, 1};
    }
    bool first = false, much = false;
    {
      const std::lock_guard lock(mutex_);
      at_ += chunk.bytes.size();
      last_in_[current_] = chunk.serial;
      in_flight_ = 0;
      first = chunks_.empty();
      const std::size_t before = entries_;
      entries_ += chunk.entries.size();
      much = before < entered_at_once && entries_ >= entered_at_once;
      if (first) since_ns_ = steady_ns();
      if (!wants_room_ && at_ > file_bytes_ / 2 && last_in_[1 - current_] > synced_) wants_room_ = much = true;
      chunks_.push_back(chunk.shared_from_this());
    }
    hooks_.accepted(chunk.entries);
    if (first || much) hooks_.enter();
  }
  hooks_.finish(batch);
}

Intake::Waiting Intake::waiting() {
  const std::lock_guard lock(mutex_);
  Waiting out;
  out.chunks.assign(chunks_.begin(), chunks_.end());
  out.through = in_flight_ ? in_flight_ - 1 : sequence_->last.load();
  return out;
}

void Intake::entered(std::int64_t serial, bool synced) {
  {
    const std::lock_guard lock(mutex_);
    while (!chunks_.empty() && chunks_.front()->serial <= serial) {
      entries_ -= chunks_.front()->entries.size();
      chunks_.pop_front();
    }
    since_ns_ = chunks_.empty() ? 0 : steady_ns();
    entered_ = std::max(entered_, serial);
    if (!synced) return;
    synced_ = entered_;
    wants_room_ = false;
  }
  room_.notify_all();
}

std::int64_t Intake::serial() const {
  const std::lock_guard lock(mutex_);
  return entered_;
}

Intake::Pressure Intake::pressure() const {
  const std::lock_guard lock(mutex_);
  return {entries_, since_ns_, wants_room_};
}

}  // namespace arint::store
