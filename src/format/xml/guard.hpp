// SPDX-License-Identifier: GPL-3.0-or-later
// TagGuard: counts attributes before libxml2 sees them. It compares every attribute of an element with every other, which a sender
// could use to burn minutes with one tag of a megabyte. Also finds the comments that libxml2 takes for ended where they begin.
#pragma once
#include <cstddef>
#include <string_view>

namespace arint::format::xml {

class TagGuard {
 public:
  explicit TagGuard(std::size_t most) : most_(most) {}
  struct Stop {
    // attributes: at the "=" of one more than an element may have. comment: at a ">" or "-" with which one begins.
    enum class Why { none, attributes, comment } why = Why::none;
    std::size_t at = 0;  // within the piece; its size: none
  };
  // The next piece of the document, cut anywhere; behind a comment's stop, what is left of it from there.
  Stop feed(std::string_view piece) noexcept;

 private:
  enum class In { text, opened, tag, quoted, markup, comment_begins, comment, cdata, instruction };
  void open(char c) noexcept;
  std::size_t skip_to(std::string_view piece, std::size_t at, std::string_view end) noexcept;

  std::size_t most_;
  std::size_t count_ = 0;
  In in_ = In::text;
  char quote_ = 0;
  char head_[8] = {};        // what follows "<!" until it is known which markup it is
  std::size_t head_size_ = 0;
  std::size_t matched_ = 0;  // bytes of an end mark seen at the end of the piece before
};

}  // namespace arint::format::xml
