// SPDX-License-Identifier: GPL-3.0-or-later
// The store itself, as the commands ask about it: GET /store tells how it is; POST /store/backup?to=FOLDER, /store/check, /store/compact.
#pragma once
#include "admin/question.hpp"

namespace arint::admin {

inline constexpr std::string_view store_path = "/store";

runtime::Task<Result<std::string>> answer_about_store(store::Store& store, Question question);
// How it is, for people: one line each.
std::string text_of(const store::Status& status);

}  // namespace arint::admin
