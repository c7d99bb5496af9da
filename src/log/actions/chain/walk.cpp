// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/actions/chain/walk.hpp"

#include <openssl/evp.h>

#include <charconv>

#include "log/actions/line/encode.hpp"
#include "log/actions/line/scan.hpp"

namespace arint::log {
namespace {

const Digest zeros{};

std::string number(std::uint64_t value) { return std::to_string(value); }

}  // namespace

Hasher::Hasher() : state_(EVP_MD_CTX_new(), EVP_MD_CTX_free) { EVP_DigestInit_ex(state_.get(), EVP_sha256(), nullptr); }

void Hasher::add(std::string_view bytes) { EVP_DigestUpdate(state_.get(), bytes.data(), bytes.size()); }

Digest Hasher::finish() {
  Digest out;
  EVP_DigestFinal_ex(state_.get(), out.data(), nullptr);
  EVP_DigestInit_ex(state_.get(), EVP_sha256(), nullptr);
  return out;
}

void Walk::broken(std::uint64_t line, std::string sentence) {
  if (!told_) report_(line, std::move(sentence));
  told_ = true;
}

const Digest* Walk::head_of(std::uint64_t block) const {
  auto found = watched_.find(block);
  return found == watched_.end() || found->second == zeros ? nullptr : &found->second;
}

void Walk::begin_file(std::uint64_t named_first) {
  line_ = 0;
  named_first_ = named_first;
  open_lines_ = 0;
  told_ = false;
  content_.finish();
}

void Walk::line(std::string_view text) {
  ++line_;
  if (line_ == 1) head(text);
  else if (is_block(text)) block(text);
  else action(text);
}

// The first line of a file: of this node, and behind the last record of the file before.
void Walk::head(std::string_view text) {
  Read<FileHead> read = read_head(text);
  const FileHead& head = read.record;
  if (!is_head(text)) broken(1, "the file does not begin with a file head; its beginning is gone or it is no action log");
  else if (!read.good()) broken(1, "the file head was changed: " + read.fault);
  else if (head.public_key != key_.raw_hex()) broken(1, "the file is signed with another key (" + read.signer + ", expected " + key_.id() + ")");
  else if (!read.signed_by(key_)) broken(1, "the signature of the file head is wrong");
  else if (named_first_ != 0 && head.sequence + 1 != named_first_)
    broken(1, "the file's name says it begins with line " + number(named_first_) + ", its head says " + number(head.sequence + 1) +
                  "; it was renamed or swapped");
  else if (started_ && head.block != last_block)
    broken(1, head.block > last_block ? "blocks " + number(last_block + 1) + " to " + number(head.block) + " are missing before this file"
                                      : "the file begins behind block " + number(head.block) + " but block " + number(last_block) +
                                            " was read before; a file is out of order, or twice there");
  else if (started_ && head.previous != tip_ && head.previous != last_head_)
    broken(1, "the file does not continue the one before; that one was changed or replaced");
  bool usable = is_head(text) && read.good();
  if (!started_ && usable) first_head_ = head;
  if (usable) {
    last_block = head.block;
    last_sequence = head.sequence;
    last_head_ = head.previous;
    if (read.signed_by(key_)) signed_block = head.block, unsigned_lines = 0;
  }
  started_ = started_ || usable;
  tip_ = read.hash;
  expected_ = last_sequence + 1;
  block_line_ = 2;
  // The blocks of a file whose head was reported are still checked against each other.
  told_ = false;
}

void Walk::action(std::string_view text) {
  content_.add(text);
  content_.add("\n");
  ++open_lines_;
  if (text.size() >= line_limit) return broken(line_, "the line is longer than the log ever writes");
  if (is_head(text)) return broken(line_, "a file head stands in the middle of the file");
  if (!looks_like_action(text)) return broken(line_, "the line is not an action");
  std::uint64_t sequence = 0;
  std::string_view digits = raw_value(text, "sequence").value_or("");
  auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
  if (problem != std::errc() || end != digits.data() + digits.size()) return broken(line_, "the line has no sequence number");
  if (sequence != expected_) {
    broken(line_, sequence > expected_ ? "lines " + number(expected_) + " to " + number(sequence - 1) + " are missing before this one"
                                       : "the line has sequence " + number(sequence) + " where " + number(expected_) +
                                             " belongs; lines were inserted or moved");
  }
  expected_ = sequence + 1;
}

void Walk::block(std::string_view text) {
  Read<BlockEnd> read = read_block(text);
  const BlockEnd& end = read.record;
  Digest content = content_.finish();
  std::string where = "block " + number(end.block);
  if (open_lines_ > 0) where += " (lines " + number(block_line_) + " to " + number(line_ - 1) + " of the file)";
  if (!read.good()) broken(line_, "the end of a block was changed: " + read.fault);
  else if (end.block != last_block + 1)
    broken(line_, end.block > last_block + 1 ? "blocks " + number(last_block + 1) + " to " + number(end.block - 1) + " are missing before block " + number(end.block)
                                             : where + " follows block " + number(last_block) + "; blocks were moved or are twice there");
  else if (end.lines != open_lines_)
    broken(block_line_, where + " holds " + number(open_lines_) + " lines, its end says " + number(end.lines));
  else if (end.content != content) broken(block_line_, where + " does not fit its hash: a line was changed, or lines were moved");
  else if (end.first != last_sequence + 1) broken(line_, where + " begins with line " + number(end.first) + " where " + number(last_sequence + 1) + " belongs");
  else if (end.previous != tip_) broken(line_, where + " does not continue the record before it: that one was changed or replaced");
  else if (!read.signer.empty() && !read.signed_by(key_))
    broken(line_, where + (read.signer == key_.id() ? " has a wrong signature" : " is signed with another key (" + read.signer + ")"));
  ++blocks;
  lines += open_lines_;
  unsigned_lines += open_lines_;
  if (read.good()) {
    last_block = end.block;
    last_sequence = end.first + end.lines - 1;
    if (auto watched = watched_.find(end.block); watched != watched_.end()) watched->second = read.hash;
    if (!read.signer.empty() && !told_) signed_block = end.block, unsigned_lines = 0;
  } else {
    ++last_block;
    last_sequence += open_lines_;
  }
  tip_ = last_head_ = read.hash;
  expected_ = last_sequence + 1;
  open_lines_ = 0;
  block_line_ = line_ + 1;
  told_ = false;
}

void Walk::torn(std::string_view rest) {
  if (rest.empty()) return;
  ++line_;
  ++open_lines_;
}

void Walk::end_file(bool last) {
  if (line_ == 0) report_(0, "the file is empty; its head is gone");
  if (open_lines_ > 0 && !last) broken(block_line_, "the file ends with " + number(open_lines_) + " lines that belong to no block");
  if (last) torn_lines = open_lines_;
  content_.finish();
}

}  // namespace arint::log
