// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/verify.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/text.hpp"
#include "log/actions/chain/disk.hpp"
#include "log/actions/chain/files.hpp"
#include "log/actions/chain/walk.hpp"
#include "log/actions/line/encode.hpp"

namespace arint::log {
namespace {

constexpr std::size_t most_findings = 100;
constexpr std::size_t piece = 256 << 10;

struct Open {
  std::filesystem::path path;
  std::uint64_t first_sequence = 0;  // by its name, 0 when that says nothing
  File file;
};

std::uint64_t promised_by(const std::filesystem::path& path) { return first_sequence_of(path.filename().string()).value_or(0); }

bool same_file(const File& a, const File& b) {
  struct stat one {}, other {};
  return ::fstat(a.get(), &one) == 0 && ::fstat(b.get(), &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

// All files of a folder, as they stood when the active one was opened, before anything is read. A node that rotates meanwhile only
// renames that file and adds younger ones, which are left out; one that lets go of old files makes us look again.
Result<std::vector<Open>> open_folder(const std::filesystem::path& folder) {
  constexpr int attempts = 10;
  for (int attempt = 1;; ++attempt) {
    Result<File> active = open_file(folder / active_name, O_RDONLY);
    std::vector<Open> out;
    bool complete = !active, gone = false;
    for (const LogFile& file : list_files(folder)) {
      Result<File> opened = open_file(file.path, O_RDONLY);
      gone = gone || !opened;
      if (!opened && attempt == attempts) return opened.error();
      if (!opened) break;
      out.push_back({file.path, promised_by(file.path), std::move(*opened)});
      complete = complete || same_file(out.back().file, *active);
      if (active && complete) break;
    }
    if (out.empty() && !gone) return Error{Fault::unreachable, "there is no action log in " + arint::quoted(folder.string(), 400)};
    if (!gone && complete) return out;
    if (attempt == attempts) return Error{Fault::busy, "the files of the action log in " + arint::quoted(folder.string(), 400) + " change faster than they can be opened; try again"};
  }
}

Result<std::vector<Open>> open_files(const std::vector<std::filesystem::path>& paths) {
  std::vector<Open> out;
  for (const std::filesystem::path& path : paths) {
    Result<File> opened = open_file(path, O_RDONLY);
    if (!opened) return opened.error();
    out.push_back({path, promised_by(path), std::move(*opened)});
  }
  return out;
}

// Hands the file to the walk line by line; nothing longer than a piece is kept.
Result<void> read_lines(const Open& file, Walk& walk) {
  std::string rest;
  for (off_t at = 0;;) {
    Result<std::string> bytes = read_at(file.file, file.path, at, piece);
    if (!bytes) return bytes.error();
    if (bytes->empty()) break;
    at += static_cast<off_t>(bytes->size());
    std::string_view text = *bytes;
    for (std::size_t feed; (feed = text.find('\n')) != std::string_view::npos; text.remove_prefix(feed + 1)) {
      if (rest.empty()) {
        walk.line(text.substr(0, feed));
      } else {
        walk.line(rest.append(text.substr(0, feed)));
        rest.clear();
      }
    }
    // A line without end would fill the memory; past the limit only its being too long counts.
    if (rest.size() < line_limit) rest.append(text.substr(0, line_limit));
  }
  walk.torn(rest);
  return {};
}

class Verifier {
 public:
  Verifier(const VerifyRequest& request, PublicKey key) : request_(request), key_(std::move(key)) {
    verdict_.trusted = !request.key.empty();
    verdict_.key_id = key_.id();
    folder_ = std::filesystem::is_directory(request.paths[0]) ? request.paths[0] : request.paths[0].parent_path();
    whole_ = std::filesystem::is_directory(request.paths[0]);
  }

  Result<Verdict> run() {
    // The anchor first: a node that goes on writing only ever adds behind it.
    std::optional<Mark> anchor = mark(anchor_name, read_anchor);
    std::optional<Mark> checkpoint = mark(checkpoint_name, read_checkpoint);
    Result<std::vector<Open>> files = whole_ ? open_folder(folder_) : open_files(request_.paths);
    if (!files) return files.error();
    Walk walk(key_, [this](std::uint64_t line, std::string sentence) { find(current_, line, std::move(sentence)); });
    if (anchor) walk.watch(anchor->block);
    if (checkpoint) walk.watch(checkpoint->block);
    for (const Open& file : *files) {
      current_ = file.path.string();
      walk.begin_file(file.first_sequence);
      if (Result<void> read = read_lines(file, walk); !read) find(current_, 0, read.error().sentence);
      walk.end_file(&file == &files->back());
    }
    check_begin((*files)[0].path, walk, checkpoint);
    check_end(files->back().path, walk, anchor);
    return conclude(walk, files->size());
  }

 private:
  void find(std::string file, std::uint64_t line, std::string sentence) {
    if (verdict_.findings.size() < most_findings) verdict_.findings.push_back({std::move(file), line, std::move(sentence)});
  }

  template <class ReadMark>
  std::optional<Mark> mark(std::string_view name, ReadMark read_mark) {
    std::filesystem::path file = folder_ / name;
    std::error_code problem;
    if (!std::filesystem::exists(file, problem)) return std::nullopt;
    Result<std::string> text = read_small_file(file);
    if (!text) {
      find(file.string(), 0, text.error().sentence);
      return std::nullopt;
    }
    std::string_view line = *text;
    bool whole = line.ends_with('\n');
    if (whole) line.remove_suffix(1);
    Read<Mark> read = read_mark(line);
    if (!whole || !read.good()) find(file.string(), 1, "it was changed: " + (whole ? read.fault : "its line feed is gone"));
    else if (!read.signed_by(key_)) find(file.string(), 1, "it is not signed by key " + key_.id());
    else return read.record;
    return std::nullopt;
  }

  // The chain begins at its beginning, or where retention let go of what was before.
  void check_begin(const std::filesystem::path& first, const Walk& walk, const std::optional<Mark>& checkpoint) {
    if (!walk.started() || walk.first_head().block == 0) return;
    const FileHead& head = walk.first_head();
    std::string missing = "blocks 1 to " + std::to_string(head.block);
    if (!whole_) return verdict_.notes.push_back(missing + " are in files that were not given");
    if (!checkpoint) return find(first.string(), 1, missing + " are missing and no checkpoint says that retention removed them");
    // Files from before the checkpoint may still be there after a crash; later ones may not be missing.
    bool fits = head.block < checkpoint->block || (head.block == checkpoint->block && head.previous == checkpoint->head);
    if (!fits) find(first.string(), 1, "the file does not begin at the checkpoint behind block " + std::to_string(checkpoint->block) + "; files before it are missing");
  }

  void check_end(const std::filesystem::path& last, const Walk& walk, const std::optional<Mark>& anchor) {
    std::string name = (folder_ / anchor_name).string();
    if (!anchor) {
      if (!whole_) verdict_.notes.push_back("without an anchor nobody can tell whether lines are missing at the end");
      else if (walk.last_block > 0 && verdict_.findings.empty()) find(name, 0, "the anchor is gone: lines may be missing at the end of the log");
      return;
    }
    const Digest* head = walk.head_of(anchor->block);
    if (head && *head == anchor->head) {
      verdict_.anchor = anchor;
      return;
    }
    std::string block = std::to_string(anchor->block);
    if (head) return find(name, 1, "block " + block + " of the log is not the one that was anchored");
    bool given = whole_ || last.filename() == active_name;
    if (walk.last_block < anchor->block && !given) return verdict_.notes.push_back("the anchor is at block " + block + ", behind the files given");
    if (walk.last_block < anchor->block)
      return find(last.string(), 0, "the log ends with block " + std::to_string(walk.last_block) + " (line " + std::to_string(walk.last_sequence) +
                                        "); blocks up to " + block + " (line " + std::to_string(anchor->sequence) + ") were anchored and are missing");
    if (whole_ || walk.first_head().block < anchor->block) find(name, 1, "block " + block + ", which was anchored, is not in the log");
  }

  Verdict conclude(const Walk& walk, std::size_t files) {
    verdict_.ok = verdict_.findings.empty();
    verdict_.files = files;
    verdict_.blocks = walk.blocks;
    verdict_.lines = walk.lines;
    verdict_.first_sequence = walk.first_head().sequence + 1;
    verdict_.last_sequence = walk.last_sequence;
    verdict_.signed_block = walk.signed_block;
    verdict_.unsigned_lines = walk.unsigned_lines;
    verdict_.torn_lines = walk.torn_lines;
    return std::move(verdict_);
  }

  const VerifyRequest& request_;
  PublicKey key_;
  std::filesystem::path folder_;
  bool whole_ = false;
  std::string current_;
  Verdict verdict_;
};

}  // namespace

std::string Finding::text() const { return file + (line > 0 ? ":" + std::to_string(line) : std::string()) + ": " + sentence; }

std::string Verdict::text() const {
  std::string out;
  for (const Finding& finding : findings) out += finding.text() + "\n";
  out += std::string(ok ? "ok" : "BROKEN") + ": " + std::to_string(files) + " files, " + std::to_string(blocks) + " blocks, " +
         std::to_string(lines) + " lines, sequence " + std::to_string(first_sequence) + " to " + std::to_string(last_sequence) + "\n";
  out += "signed up to block " + std::to_string(signed_block) + " by key " + key_id +
         (trusted ? "" : " (taken from beside the log; give a copy of node.pub kept elsewhere to be sure)") + "\n";
  out += anchor ? "last good anchor: block " + std::to_string(anchor->block) + ", line " + std::to_string(anchor->sequence) + ", " + anchor->time + "\n"
                : std::string("no good anchor\n");
  if (unsigned_lines + torn_lines > 0)
    out += std::to_string(unsigned_lines) + " lines at the end are not signed yet, " + std::to_string(torn_lines) + " are in no block yet\n";
  for (const std::string& note : notes) out += "note: " + note + "\n";
  return out;
}

Result<Verdict> verify(const VerifyRequest& request) {
  if (request.paths.empty()) return Error{Fault::rejected, "verify needs a folder or files"};
  std::error_code problem;
  bool folder = std::filesystem::is_directory(request.paths[0], problem);
  if (folder && request.paths.size() > 1) return Error{Fault::rejected, "verify takes one folder, or files"};
  std::filesystem::path beside = folder ? request.paths[0] : request.paths[0].parent_path();
  Result<PublicKey> key = PublicKey::read(request.key.empty() ? beside / "node.pub" : request.key);
  if (!key) return key.error();
  return Verifier(request, std::move(*key)).run();
}

}  // namespace arint::log
