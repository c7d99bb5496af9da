// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP as a script of a test speaks it: answers made of what the script says, and bodies as documents.
#pragma once
#include <string>
#include <string_view>

#include "document/value.hpp"
#include "http/client/response.hpp"
#include "base/result.hpp"

namespace arint::connectors::http {

// An answer of `{ status, headers, body | text }`; what is not said is 200, none and empty. A body is written in the format that the script's
// own Content-Type names, else as JSON. Fault bug: the script's words make no HTTP answer.
Result<arint::http::Response> response_of(const document::Value& script, std::string_view method);

// Bytes as the document they are by their Content-Type, else as text or bytes; absent when there are none. Copied into `arena`.
document::Value body_shown(std::string_view bytes, std::string_view content_type, document::Arena& arena);

}  // namespace arint::connectors::http
