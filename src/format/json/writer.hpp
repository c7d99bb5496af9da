// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON writer. Walks the tree with a stack of its own and writes straight into the string it appends to.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "document/value.hpp"
#include "format/format.hpp"
#include "format/json/json.hpp"

namespace arint::format::json {

class Writer {
 public:
  Writer(std::string& out, const WriteOptions& options, const Options& json);
  // `indent`: how many levels stand around the value (pretty only). After a fault `out` is as before.
  Result<void> value(const document::Value& value, std::size_t indent = 0);

 private:
  struct Frame {
    const document::Value* container;
    std::uint32_t next;      // the item or member to come
    bool empty;              // nothing written yet
    std::uint32_t sorted;    // canonical: where its members begin in sorted_
  };

  // One step of the walk: what comes next in the innermost container, up to a container inside or its end.
  bool step();
  const document::Value* item(Frame& frame);
  const document::Value* member(Frame& frame);
  bool too_long() const noexcept { return static_cast<std::size_t>(to_ - out_.data()) - before_ > options_.limit_bytes; }
  bool put(const document::Value& value);  // a scalar whole, or the opening of a container
  void open(const document::Value& value);
  void close();
  bool number(const document::Value& value);
  bool string(std::string_view text);
  bool string_slowly(std::string_view text);
  void separator(Frame& frame);
  void line_break(std::size_t levels);
  void sort_members(const document::Value& object);

  bool fail(std::string sentence);  // always false
  bool fail_too_long();
  std::string path() const;

  void room(std::size_t bytes) {
    if (static_cast<std::size_t>(limit_ - to_) < bytes) [[unlikely]] grow(bytes);
  }
  void grow(std::size_t bytes);
  void raw(std::string_view text);

  std::string& out_;
  const std::size_t before_;  // what `out` held already
  const WriteOptions& options_;
  const Options& json_;
  char* to_ = nullptr;     // within out_
  char* limit_ = nullptr;
  std::size_t indent_ = 0;
  bool canonical_;
  bool pretty_;
  std::vector<Frame> frames_;
  std::vector<const document::Member*> sorted_;
  std::string number_;     // reused
  std::string sentence_;
};

}  // namespace arint::format::json
