// SPDX-License-Identifier: GPL-3.0-or-later
// Cutter: holds the bytes that have come and not yet been used, and finds where a JSON value ends without looking at a byte twice.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "format/json/scan.hpp"
#include "format/place.hpp"

namespace arint::format::json {

class Cutter {
 public:
  void feed(std::string_view bytes) {
    held_.erase(0, at_);
    at_ = 0;
    held_ += bytes;
  }
  void finish() { finished_ = true; }
  bool finished() const { return finished_; }

  std::string_view rest() const { return std::string_view(held_).substr(at_); }
  const Place& place() const { return place_; }  // of the first byte of rest()
  void drop(std::size_t bytes) {
    place_.advance(rest().substr(0, bytes));
    at_ += bytes;
    scanned_ = 0;
    nesting_ = 0;
    in_string_ = false;
  }

  // The length of the value at the start of rest(); nullopt while its end has not come. Brackets are counted, not matched: whoever
  // parses the value sees to the rest. After finish() what is there is all there is.
  std::optional<std::size_t> value_length() {
    std::string_view text = rest();
    if (!scanned_ && !text.empty() && std::string_view("{[\"").find(text[0]) == std::string_view::npos) return scalar_length(text);
    const char* end = text.data() + text.size();
    const char* p = text.data() + scanned_;
    while (p < end) {
      if (in_string_) {
        unsigned high = 0;
        p = run_end(p, end, high);
        if (p == end) break;
        if (*p == '\\') {
          if (end - p < 2) break;  // the escaped byte has not come: look at the backslash again
          p += 2;
          continue;
        }
        in_string_ = *p++ != '"';
      } else {
        char c = *p++;
        in_string_ = c == '"';
        if (c == '{' || c == '[') ++nesting_;
        if (c == '}' || c == ']') --nesting_;
      }
      if (!in_string_ && nesting_ <= 0) return static_cast<std::size_t>(p - text.data());
    }
    scanned_ = static_cast<std::size_t>(p - text.data());
    if (finished_) return text.size();
    return std::nullopt;
  }

  // The length of the line at the start, with its LF.
  std::optional<std::size_t> line_length() {
    std::string_view text = rest();
    std::size_t end = text.find('\n', scanned_);
    scanned_ = text.size();
    if (end != std::string_view::npos) return end + 1;
    if (finished_) return text.size();
    return std::nullopt;
  }

 private:
  std::optional<std::size_t> scalar_length(std::string_view text) const {
    std::size_t end = text.find_first_of(" \t\r\n,:[]{}\"/", 1);
    if (end != std::string_view::npos) return end;
    if (finished_) return text.size();
    return std::nullopt;
  }

  std::string held_{};
  std::size_t at_ = 0;
  Place place_{};
  bool finished_ = false;
  std::size_t scanned_ = 0;  // of rest(): already looked at, with what was found in the two members below
  std::ptrdiff_t nesting_ = 0;
  bool in_string_ = false;
};

}  // namespace arint::format::json
