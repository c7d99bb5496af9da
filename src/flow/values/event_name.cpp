// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/values/event_name.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::flow {

void check_event_name(const std::string& name, const declare::Choice& step, Build& build) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (!name.empty() && name.front() != '-' && std::all_of(name.begin(), name.end(), fits)) return;
  const declare::Node* written = step.node.find("event");
  build.reading.fault(written ? written->at : step.at, quoted(name) + " is no name of an event: [a-z0-9][a-z0-9-]*");
}

Result<std::string> event_key(message::Run& run, const message::Expression& key) {
  Result<document::Value> value = run.evaluate(key);
  if (!value) return value.error();
  std::string out;
  if (value->is_text()) out = value->as_text();
  else if (value->is_number()) value->append_number(out);
  else return Error{Fault::rejected, key.place(0) + ": the key of an event is text or a number, and this gives " + document::described(*value)};
  if (out.size() > message::longest_event_key)
    return Error{Fault::rejected, key.place(0) + ": the key of an event has " + std::to_string(out.size()) + " bytes; at most " +
                                      std::to_string(message::longest_event_key) + " are allowed"};
  return out;
}

}  // namespace arint::flow
