// SPDX-License-Identifier: GPL-3.0-or-later
// Accepted messages, as the commands ask for them:
//   GET  /messages?state=dead&channel=orders   lists; with page=1 one page, whose last line says where the next one begins
//   GET  /messages/ID                          shows one
//   POST /messages/ID/WHAT, /messages/WHAT?ids=ID,ID   decides: resume, replay (from=STEP, into=ONE=OTHER), drop, edit (the new body)
#pragma once
#include "admin/question.hpp"

namespace arint::admin {

inline constexpr std::string_view messages_path = "/messages";

// What a person decides has a line in the action log.
runtime::Task<Result<std::string>> answer_about_messages(store::Store& store, const Note& note, Question question);

}  // namespace arint::admin
