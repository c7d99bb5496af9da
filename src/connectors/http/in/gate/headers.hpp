// SPDX-License-Identifier: GPL-3.0-or-later
// Header rules of a channel: `request_headers` for what is sent on, `response_headers` for what the caller gets.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "declare/settings.hpp"
#include "http/server/passing.hpp"

namespace arint::connectors::http {

struct HeaderOptions {
  std::map<std::string, std::string> set{};
  std::map<std::string, std::string> add{};
  std::vector<std::string> remove{};
};

// Names that end at this hop, say where a message ends, or say who called are refused here: they are written by the node.
declare::Settings<HeaderOptions> header_settings(std::string name);
arint::http::HeaderRules rules_of(const HeaderOptions& options);

}  // namespace arint::connectors::http
