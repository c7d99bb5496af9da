// SPDX-License-Identifier: GPL-3.0-or-later
// Question: what a command asks of a running node over data/arint.sock, or of the store of one that does not run.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "log/actions/action.hpp"
#include "store/store.hpp"

namespace arint::admin {

struct Question {
  bool changes = false;                   // POST, else GET
  std::string_view path{}, query{};       // as sent
  std::string_view body{};
};

// Writes a line of the action log.
using Note = std::function<void(const log::Action&)>;

// Those under /messages and /store. The text is for people; the error's sentence too. `store` null: the node has none.
// Everything the question refers to lives until the task ends.
runtime::Task<Result<std::string>> answer(store::Store* store, const Note& note, Question question);
bool is_about_store(std::string_view path) noexcept;

}  // namespace arint::admin
