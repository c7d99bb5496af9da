// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/question.hpp"

#include "admin/messages.hpp"
#include "admin/store.hpp"

namespace arint::admin {
namespace {

bool under(std::string_view path, std::string_view folder) noexcept {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

bool is_about_store(std::string_view path) noexcept { return under(path, messages_path) || under(path, store_path); }

runtime::Task<Result<std::string>> answer(store::Store* store, const Note& note, Question question) {
  if (!store) co_return Error{Fault::rejected, "this node has no store: no channel is durable\n"};
  Result<std::string> out = std::string();
  if (under(question.path, messages_path)) out = co_await answer_about_messages(*store, note, question);
  else out = co_await answer_about_store(*store, question);
  co_return out;
}

}  // namespace arint::admin
