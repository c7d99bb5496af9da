// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/sqlite/testing/power_cut.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace arint::store::testing {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t sector = 512;

}  // namespace

bool PowerCut::dark() const {
  const std::lock_guard lock(mutex_);
  return dark_;
}

bool PowerCut::step() {
  if (dark_) return false;
  if (left_ && --left_ == 0) dark_ = true;  // this very change is under way and may still arrive, in part
  return true;
}

void PowerCut::apply(const Change& change, std::string& image) {
  const auto at = static_cast<std::size_t>(change.at);
  if (change.truncates) {
    image.resize(at);
    return;
  }
  if (image.size() < at + change.bytes.size()) image.resize(at + change.bytes.size());
  std::copy(change.bytes.begin(), change.bytes.end(), image.begin() + static_cast<std::ptrdiff_t>(at));
}

void PowerCut::apply_some(const std::vector<Change>& pending, std::string& image) {
  switch (random_() % 4) {
    case 0: return;                                                    // all are lost
    case 1:                                                            // those up to some moment arrived, the last one torn
    case 2: {                                                          // any of them arrived, in whatever order, some torn
      const bool ordered = random_() % 2;
      const std::size_t until = pending.empty() ? 0 : random_() % (pending.size() + 1);
      for (std::size_t i = 0; i < pending.size(); ++i) {
        if (ordered ? i >= until : chance(2)) continue;
        if (pending[i].truncates || !chance(3)) {
          apply(pending[i], image);
          continue;
        }
        const std::string& bytes = pending[i].bytes;
        for (std::size_t from = 0; from < bytes.size(); from += sector)
          if (!chance(3)) apply({pending[i].at + static_cast<std::int64_t>(from), bytes.substr(from, sector)}, image);
      }
      return;
    }
    default:                                                           // all arrived: a crash of the program, not of the machine
      for (const Change& change : pending) apply(change, image);
  }
}

void PowerCut::leave(const fs::path& from, const fs::path& to) {
  const std::lock_guard lock(mutex_);
  dark_ = true;
  for (auto& [path, file] : files_) {
    if (!file.named && chance(2)) continue;   // its name never reached the disk
    if (file.removed && chance(2)) continue;  // its going did
    std::string image = file.durable;
    apply_some(file.pending, image);
    const fs::path target = to / fs::path(path).lexically_relative(from);
    fs::create_directories(target.parent_path());
    std::ofstream(target, std::ios::binary) << image;
  }
}

int PowerCut::create(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!step()) return EIO;
  File& file = files_[path];
  // A file of that name that is being removed may come back instead; its bytes are of no use to anyone then.
  file = File{{}, {}, file.named && file.removed, false};
  return proceed;
}

int PowerCut::write(const std::string& path, std::string_view bytes, std::int64_t at) {
  const std::lock_guard lock(mutex_);
  if (!step()) return EIO;
  files_[path].pending.push_back({at, std::string(bytes)});
  return proceed;
}

int PowerCut::truncate(const std::string& path, std::int64_t size) {
  const std::lock_guard lock(mutex_);
  if (!step()) return EIO;
  files_[path].pending.push_back({size, {}, true});
  return proceed;
}

int PowerCut::sync(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!step()) return EIO;
  // The power went while it was syncing: nobody was told that it is done.
  if (dark_) return EIO;
  if (lied_about(path)) return pretend;
  File& file = files_[path];
  for (const Change& change : file.pending) apply(change, file.durable);
  file.pending.clear();
  return pretend;
}

int PowerCut::sync_folder(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!step() || dark_) return EIO;
  for (auto at = files_.begin(); at != files_.end();) {
    if (fs::path(at->first).parent_path() != fs::path(path)) {
      ++at;
    } else if (at->second.removed) {
      at = files_.erase(at);
    } else {
      at->second.named = true;
      ++at;
    }
  }
  return pretend;
}

void PowerCut::synced_with_folder(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!dark_) files_[path].named = true;
}

int PowerCut::remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!step()) return EIO;
  files_[path].removed = true;
  return proceed;
}

}  // namespace arint::store::testing
