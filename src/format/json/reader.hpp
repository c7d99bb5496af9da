// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON parser. One pass over the bytes, an explicit stack, no look back; RFC 8259 and nothing else (comments by option).
//
// Children are collected on a scratch stack of 16-byte cells (an item is one cell, a member two: name and value) and copied into
// the arena in one piece when their array or object closes, so that the tree is contiguous and the arena holds nothing else.
#pragma once
#include <cstdint>
#include <vector>

#include "document/arena.hpp"
#include "document/value.hpp"
#include "format/json/json.hpp"
#include "format/place.hpp"

namespace arint::format::json {

class Reader {
 public:
  // `bytes` at most 4 GiB - 1; they and the arena must live as long as the tree.
  Reader(std::string_view bytes, document::Arena& arena, const Options& options, std::size_t depth);
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader();

  // Reads one value that begins at or after `at` and moves `at` behind it and the blanks that follow. False: see error().
  // Throws ArenaFull.
  bool value(std::size_t& at, document::Value& out);
  bool only_blanks(std::size_t at);  // nothing but blanks (and comments) from `at`; else there is an error()

  // Reads as if the bytes ended there (a line of NDJSON); never moves back.
  void end_at(std::size_t at) noexcept { end_ = begin_ + at; }

  // `start`: the place of the first of the bytes.
  Error error(Place start = {}) const;

 private:
  struct Cell {
    alignas(8) char bytes[16];
  };
  // An open array or object. Frames stay when they close: the next object at that depth most often has the names of the last.
  struct Frame {
    static constexpr std::size_t signature_count = 16;
    alignas(16) std::uint8_t signatures[signature_count];  // one byte of each of the first names: finds most repeats at once
    // The last object of this depth. Its names differ, are slices of the input, and sixteen bytes may be read of each.
    const document::Member* shape = nullptr;
    const document::Member* shape_end = nullptr;
    const document::Member* foreseen = nullptr;  // its member whose name should come next
    std::uint32_t first = 0;                     // the first cell of this array or object
    std::uint32_t indent = 0;                    // blanks before its last item or name, where a line end begins them
    bool object = false;
    bool following = false;  // all names so far are the shape's
    bool repeats = false;    // a name came twice
  };

  template <bool comments>
  const char* tree(const char* p);
  template <bool comments>
  const char* skip(const char* p) const noexcept;
  template <bool comments>
  const char* skip_indent(const char* p, Frame* frame) const noexcept;
  template <bool comments>
  const char* name(const char* p);
  const char* comment_end(const char* p) const noexcept;

  template <bool comments>
  const char* after_name(const char* p);
  const char* foreseen_name(const char* p);
  void push_name(std::string_view name);

  const char* open(const char* p);
  void close();
  const char* scalar(const char* p);
  const char* number(const char* p);
  const char* fraction(const char* p, const char* start);
  const char* literal(const char* p);
  const char* string(const char* p, std::string_view& out);
  const char* string_with_escapes(const char* start, const char* p, unsigned high, std::string_view& out);
  const char* long_string_with_escapes(const char* start, const char* p, unsigned high, std::string_view& out);
  const char* escape(const char* p, const char* end, char*& to);
  static bool only_lone_surrogates(std::string_view text) noexcept;
  const char* checked_end(const char* start, const char* p, unsigned high);

  void note_name(std::string_view name, std::size_t before);
  void stop_following();
  void keep_shape(const document::Member* members, std::size_t count) noexcept;
  std::size_t without_repeats(document::Member* members, std::size_t count);

  char peek(const char* p) const noexcept { return p == end_ ? '\0' : *p; }
  // Remembers the first fault; always nullptr.
  const char* fail(const char* at, const char* expected) noexcept;
  void grow();
  void more_frames();
  void push(const document::Value& value) {
    if (top_ == last_) [[unlikely]] grow();
    new (top_++) document::Value(value);
  }

  const char* begin_;
  const char* end_;
  document::Arena& arena_;
  document::Arena::Beside scratch_;  // cells from malloc and further frames
  const Options& options_;
  std::size_t depth_limit_;

  Cell* top_;    // first free cell
  Cell* cells_;  // first_cells_, or from malloc
  Cell* last_;
  std::size_t depth_ = 0;   // open frames
  Frame* frame_ = nullptr;  // the innermost, nullptr outside all
  Frame* frames_;           // first_frames_, or in more_frames_
  std::size_t frame_count_;
  std::vector<Frame> more_frames_;
  std::vector<std::uint32_t> table_;  // for objects with many names

  const char* failed_at_ = nullptr;
  const char* expected_ = nullptr;  // not null: failed
  std::string_view repeated_{};
  bool too_deep_ = false;
  Frame first_frames_[16];
  Cell first_cells_[256];
};

}  // namespace arint::format::json
