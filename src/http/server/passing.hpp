// SPDX-License-Identifier: GPL-3.0-or-later
// Passing: what a channel changes of a request that is sent on, and of the answer to it, whoever gives that. An exchange without
// one (most have none) pays a null pointer.
#pragma once
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "http/codec/head.hpp"

namespace arint::http {

// Fields to change, by name in any case: first those removed and set go, then set and add are written.
struct HeaderRules {
  std::vector<std::string> remove{};
  std::vector<std::pair<std::string, std::string>> set{};
  std::vector<std::pair<std::string, std::string>> add{};
  bool empty() const noexcept { return remove.empty() && set.empty() && add.empty(); }
  bool drops(std::string_view name) const noexcept;  // removed, or replaced by `set`
};

// The head of a final answer before it is written. Fields are views, good until the head is written; keep() holds what is made here.
struct AnswerHead {
  int status = 0;
  std::vector<Field> fields{};             // never those the server writes itself, but for Date of a peer
  std::optional<std::uint64_t> length{};   // of the body; none: not known

  std::string_view get(std::string_view name) const noexcept;  // the first of that name, "" when absent
  bool has(std::string_view name) const noexcept;
  void remove(std::string_view name);
  void set(std::string_view name, std::string value);
  // Adds `member` to a list field such as Vary, unless it is there (or `*` is).
  void add_to_list(std::string_view name, std::string_view member);
  void apply(const HeaderRules& rules);
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  void field(std::string_view name, std::string_view value) { fields.push_back({name, value}); }

 private:
  std::list<std::string> kept_{};
};

// Between whoever answers and the wire. Called in the order head, data..., end; without suspending.
class AnswerFilter {
 public:
  virtual ~AnswerFilter() = default;
  // May change anything; whoever changes the body's length takes `length` away.
  virtual void head(AnswerHead& head) = 0;
  // Asked after head(): do data() and end() want to see the body? Trailer fields do not pass with one that does.
  virtual bool takes_body() const noexcept { return false; }
  // What goes out instead of `piece`; good until the next call. A fault cuts the answer.
  virtual Result<std::string_view> data(std::string_view piece) { return piece; }
  // What goes out behind the last piece.
  virtual Result<std::string_view> end() { return std::string_view(); }
};

struct Passing {
  const HeaderRules* request = nullptr;  // of what is sent on
  std::string path{};                    // sent on instead of the exchange's path; "": as it came. Normalised, like that one.
  AnswerFilter* answer = nullptr;
};

}  // namespace arint::http
