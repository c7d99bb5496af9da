// SPDX-License-Identifier: GPL-3.0-or-later
// What a request from a flow is made of and what its answer becomes: for `send` to an HTTP outgoing, and for callbacks.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "http/client/response.hpp"
#include "message/run.hpp"

namespace arint::connectors::http {

struct NamedTemplate {
  std::string name;
  message::Template value;
};

// Written by the client itself; a flow that sets them would break framing or trust.
bool reserved_field(std::string_view name);
// Texts of the header values, in order. Fault malformed: one has a line break.
Result<std::vector<std::string>> values_of(message::Run& run, const std::vector<NamedTemplate>& headers);
// `body` when it is given; else the run's body, when the request has one by itself. Written anew when `as` is another format.
Result<message::Body> content_of(message::Run& run, const message::Expression& body, const format::Format* as, bool by_itself);
// { status, headers, body } in the run's arena. A body of a format we know is parsed, any other stays bytes.
Result<document::Value> value_of(message::Run& run, const arint::http::Response& response, std::string_view peer);

}  // namespace arint::connectors::http
