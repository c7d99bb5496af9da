// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/values/described.hpp"

namespace arint::flow {

document::Value described(message::Run& run, const Error& error) {
  document::Arena& arena = run.arena();
  auto text = [&](std::string_view value) { return document::text_of(arena, value); };
  document::Member members[] = {
      {"kind", document::Value::text(word(error.fault))},
      {"error", text(error.sentence)},
      {"status", error.status ? document::Value::integer(error.status) : document::Value::null()},
      {"peer_words", text(error.peer_words)},
      {"step", text(run.failure ? run.failure->step : "")},
      {"outgoing", text(run.failure ? run.failure->outgoing : "")},
      {"details", run.failure ? run.failure->details : document::Value()},
  };
  const std::size_t count = members[6].value.is_absent() ? 6 : 7;
  return document::object_of(arena, std::span(members, count));
}

}  // namespace arint::flow
