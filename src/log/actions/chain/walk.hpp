// SPDX-License-Identifier: GPL-3.0-or-later
// Walk: the chain read record by record, over any number of files, as verify needs it.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "log/actions/chain/node_key.hpp"
#include "log/actions/chain/record.hpp"

typedef struct evp_md_ctx_st EVP_MD_CTX;

namespace arint::log {

// SHA-256 over pieces.
class Hasher {
 public:
  Hasher();
  void add(std::string_view bytes);
  Digest finish();  // and begin anew

 private:
  std::shared_ptr<EVP_MD_CTX> state_;
};

class Walk {
 public:
  using Report = std::function<void(std::uint64_t line, std::string sentence)>;

  Walk(const PublicKey& key, Report report) : key_(key), report_(std::move(report)) {}

  // `named_first`: the sequence the file's name promises, 0 when the name promises nothing.
  void begin_file(std::uint64_t named_first);
  void line(std::string_view line);   // without its line feed
  void torn(std::string_view rest);   // bytes behind the last line feed
  // `last`: no file follows, so an unfinished block may still be in the making.
  void end_file(bool last);

  bool started() const noexcept { return started_; }
  const FileHead& first_head() const noexcept { return first_head_; }
  // Head hash of a block that was read, if it was.
  const Digest* head_of(std::uint64_t block) const;
  void watch(std::uint64_t block) { watched_[block]; }  // head_of only knows watched blocks

  std::uint64_t blocks = 0, lines = 0, last_block = 0, last_sequence = 0;
  std::uint64_t signed_block = 0, unsigned_lines = 0, torn_lines = 0;

 private:
  void head(std::string_view line);
  void block(std::string_view line);
  void action(std::string_view line);
  void broken(std::uint64_t line, std::string sentence);

  const PublicKey& key_;
  Report report_;
  Hasher content_;
  FileHead first_head_{};
  bool started_ = false;         // the first head was read
  Digest tip_{}, last_head_{};
  std::uint64_t line_ = 0, block_line_ = 0;  // of the file: now, and where the open block began
  std::uint64_t open_lines_ = 0, expected_ = 0;
  std::uint64_t named_first_ = 0;
  bool told_ = false;            // this block or file head was reported; the rest would only be consequences
  std::map<std::uint64_t, Digest> watched_;
};

}  // namespace arint::log
