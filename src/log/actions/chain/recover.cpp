// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/chain/recover.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "log/actions/chain/disk.hpp"
#include "log/actions/chain/files.hpp"
#include "log/actions/line/encode.hpp"
#include "log/actions/line/scan.hpp"

namespace arint::log {
namespace {

constexpr std::size_t head_room = 8192;  // a file head is far shorter

std::size_t begin_of_line(std::string_view text, std::size_t end) {
  std::size_t feed = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
  return feed == std::string_view::npos ? 0 : feed + 1;
}

// Looks in `tail`, the file's last bytes beginning at a line, for the last block that fits its hashes.
// True when found; false when none is whole in there, so more has to be read.
bool last_block(std::string_view tail, bool from_head, FileEnd& out, std::size_t& good) {
  for (std::size_t end = tail.rfind('\n'); end != std::string_view::npos && end > 0;) {
    std::size_t begin = begin_of_line(tail, end);
    std::string_view line = tail.substr(begin, end - begin);
    if (is_block(line)) {
      Read<BlockEnd> block = read_block(line);
      // Its lines reach back to the record before; from there to here is what its content hash covers.
      std::size_t content = begin;
      std::uint64_t lines = 0;
      while (content > 0 && lines <= block.record.lines) {
        std::size_t at = begin_of_line(tail, content - 1);
        if (is_block(tail.substr(at, 16)) || is_head(tail.substr(at, 16))) break;
        content = at;
        ++lines;
      }
      if (content == 0 && !from_head) return false;
      std::string_view bytes = tail.substr(content, begin - content);
      if (block.good() && lines == block.record.lines && sha256(bytes) == block.record.content) {
        out.chain = {block.record.block, block.record.first + lines - 1, block.hash, block.hash};
        good = end + 1;
        return true;
      }
    }
    if (begin == 0) break;
    end = begin - 1;
  }
  return from_head;
}

// A clean stop's line is the last of its block; records behind it hold no lines.
bool ends_stopped(std::string_view good) {
  while (!good.empty()) {
    good.remove_suffix(1);
    std::size_t begin = begin_of_line(good, good.size());
    std::string_view line = good.substr(begin);
    if (!is_block(line) && !is_head(line)) return raw_value(line, "action") == word(Kind::stopped);
    good = good.substr(0, begin);
  }
  return false;
}


// Gives the active file a closed name without touching its bytes.
Result<void> set_aside(const std::filesystem::path& folder, std::uint64_t first_sequence) {
  std::filesystem::path from = folder / active_name, to = free_closed_path(folder, now_ms(), first_sequence);
  if (::rename(from.c_str(), to.c_str()) != 0) return disk_error("cannot rename", from, errno);
  return sync_folder(folder);
}

// A rotation has three steps: new file under another name, old file renamed, new file renamed. Finish or undo it.
Result<void> finish_rotation(const std::filesystem::path& folder) {
  std::filesystem::path next = folder / next_name, active = folder / active_name;
  std::error_code ignored;
  if (!std::filesystem::exists(next, ignored)) return {};
  bool undo = std::filesystem::exists(active, ignored);
  if (!undo) {
    Result<FileEnd> end = find_end(next);
    undo = !end || !end->has_head;
  }
  if (undo ? ::unlink(next.c_str()) != 0 : ::rename(next.c_str(), active.c_str()) != 0)
    return disk_error("cannot finish the rotation that left", next, errno);
  return sync_folder(folder);
}

// The newest mark that is rightly signed; what is wrong with others goes to `damage`.
std::optional<Mark> newest_mark(const PublicKey& key, const std::vector<std::shared_ptr<Anchor>>& anchors, std::vector<std::string>& damage) {
  std::optional<Mark> out;
  for (const std::shared_ptr<Anchor>& anchor : anchors) {
    Result<std::optional<std::string>> text = anchor->newest();
    if (!text) {
      damage.push_back("the anchor cannot be read: " + text.error().sentence);
    } else if (*text) {
      Read<Mark> mark = read_anchor(trim(**text));
      if (!mark.good()) damage.push_back("the anchor was changed: " + mark.fault);
      else if (!mark.signed_by(key)) damage.push_back("the anchor is not signed by this node's key");
      else if (!out || mark.record.block > out->block) out = mark.record;
    }
  }
  return out;
}

// The chain's end as the closed files tell it, for when there is no active file to go on with.
Result<ChainEnd> end_of_closed(const std::filesystem::path& folder, const PublicKey& key, std::vector<std::string>& damage) {
  std::vector<LogFile> files = list_files(folder);
  std::erase_if(files, [](const LogFile& file) { return file.active; });
  if (!files.empty()) {
    Result<FileEnd> end = find_end(files.back().path);
    if (!end) return end.error();
    if (end->has_head) return end->chain;
    damage.push_back(arint::quoted(files.back().path.filename().string()) + " has lost its head");
  }
  Result<std::string> text = read_small_file(folder / checkpoint_name);
  if (!text) return ChainEnd{};
  Read<Mark> mark = read_checkpoint(trim(*text));
  if (!mark.good() || !mark.signed_by(key)) {
    damage.push_back("the checkpoint was changed or is not signed by this node's key");
    return ChainEnd{};
  }
  return ChainEnd{mark.record.block, mark.record.sequence, mark.record.head, mark.record.head};
}

// Decides whether the chain found in the files reaches the anchor; if not, it goes on from the anchor in a new file.
Result<void> compare(const std::filesystem::path& folder, const std::optional<Mark>& mark, Recovered& out) {
  if (!mark) {
    if (out.chain.block > 0) out.damage.push_back("no anchor tells how far the log went; lines may be missing at its end");
    return {};
  }
  if (out.chain.block > mark->block || (out.chain.block == mark->block && out.chain.head == mark->head)) return {};
  out.damage.push_back(out.chain.block == mark->block
                           ? "block " + std::to_string(mark->block) + " is not the one that was anchored"
                           : "blocks " + std::to_string(out.chain.block + 1) + " to " + std::to_string(mark->block) + " (lines " +
                                 std::to_string(out.chain.sequence + 1) + " to " + std::to_string(mark->sequence) +
                                 ") were anchored and are missing");
  if (!out.new_file) {
    Result<void> aside = set_aside(folder, out.head_sequence + 1);
    if (!aside) return aside;
  }
  out.new_file = true;
  out.cut_bytes = out.cut_lines = 0;  // set aside whole, nothing was cut
  out.chain = {mark->block, mark->sequence, mark->head, mark->head};
  return {};
}

}  // namespace

Result<FileEnd> find_end(const std::filesystem::path& file) {
  Result<File> opened = open_file(file, O_RDONLY);
  if (!opened) return opened.error();
  off_t end = ::lseek(opened->get(), 0, SEEK_END);
  if (end < 0) return disk_error("cannot read", file, errno);
  std::uint64_t size = static_cast<std::uint64_t>(end);
  FileEnd out;
  Result<std::string> start = read_at(*opened, file, 0, head_room);
  if (!start) return start.error();
  std::size_t head_end = start->find('\n');
  Read<FileHead> head;
  if (head_end != std::string::npos) head = read_head(std::string_view(*start).substr(0, head_end));
  out.has_head = head_end != std::string::npos && head.good();
  out.torn_bytes = size;
  if (!out.has_head) {
    out.torn_lines = static_cast<std::uint64_t>(std::count(start->begin(), start->end(), '\n'));
    return out;
  }
  out.head_time = head.record.time;
  out.head_sequence = head.record.sequence;
  out.chain = {head.record.block, head.record.sequence, head.hash, head.record.previous};
  out.good_bytes = head_end + 1;
  for (std::uint64_t reach = 1 << 20;; reach *= 4) {
    std::uint64_t from = reach >= size ? 0 : size - reach;
    Result<std::string> bytes = read_at(*opened, file, static_cast<off_t>(from), size - from);
    if (!bytes) return bytes.error();
    std::string_view tail = *bytes;
    if (from > 0) {  // begin at a line
      std::size_t feed = std::min(tail.find('\n'), tail.size() - 1);
      from += feed + 1;
      tail.remove_prefix(feed + 1);
    }
    std::size_t good = 0;
    if (!last_block(tail, from == 0, out, good)) continue;
    if (good > 0) out.good_bytes = from + good;
    std::string_view torn = tail.substr(out.good_bytes - from);
    out.torn_bytes = torn.size();
    out.torn_lines = static_cast<std::uint64_t>(std::count(torn.begin(), torn.end(), '\n')) + (!torn.empty() && torn.back() != '\n');
    out.stopped = ends_stopped(tail.substr(0, out.good_bytes - from));
    return out;
  }
}

Result<Recovered> recover(const std::filesystem::path& folder, const PublicKey& key, const std::vector<std::shared_ptr<Anchor>>& anchors) {
  Recovered out;
  if (Result<void> finished = finish_rotation(folder); !finished) return finished.error();
  std::optional<Mark> mark = newest_mark(key, anchors, out.damage);
  std::filesystem::path active = folder / active_name;
  std::error_code problem;
  std::optional<FileEnd> end;
  if (std::filesystem::exists(active, problem)) {
    Result<FileEnd> found = find_end(active);
    if (!found) return found.error();
    end = std::move(*found);
  }
  out.fresh = !end && !mark && list_files(folder).empty() && !std::filesystem::exists(folder / checkpoint_name, problem);
  if (out.fresh) return out;
  if (end && end->has_head) {
    out.new_file = false;
    out.chain = end->chain;
    out.clean = end->stopped && end->torn_bytes == 0;
    out.offset = end->good_bytes;
    out.head_time = end->head_time;
    out.head_sequence = end->head_sequence;
    out.cut_bytes = end->torn_bytes;
    out.cut_lines = end->torn_lines;
  } else {
    Result<ChainEnd> before = end_of_closed(folder, key, out.damage);
    if (!before) return before.error();
    out.chain = *before;
    if (end && end->torn_lines > 0) {
      out.damage.push_back("the active file has lost its head");
      if (Result<void> aside = set_aside(folder, before->sequence + 1); !aside) return aside.error();
    } else if (end) {
      out.cut_bytes = end->torn_bytes;  // not even the head was whole
      out.cut_lines = end->torn_bytes > 0;
    }
  }
  if (Result<void> compared = compare(folder, mark, out); !compared) return compared.error();
  if (!out.new_file && out.cut_bytes > 0 && ::truncate(active.c_str(), static_cast<off_t>(out.offset)) != 0)
    return disk_error("cannot cut the torn block of", active, errno);
  return out;
}

}  // namespace arint::log
