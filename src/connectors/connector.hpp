// SPDX-License-Identifier: GPL-3.0-or-later
// Connector: one protocol or product, as its folder declares it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "channel/front.hpp"
#include "outgoing/connection.hpp"

namespace arint::connectors {

// What can go wrong and when, for the reference page.
struct Failure {
  std::string word;                        // the fault; for a channel, the HTTP status its caller gets
  std::string when;
};

struct Connector {
  std::string name;                        // the key in the file: "http", "sql"
  std::string help;
  std::optional<channel::Kind> in{};
  std::optional<outgoing::Kind> out{};
  std::vector<Failure> in_failures{}, out_failures{};
};

// Every connector of the product.
const std::vector<Connector>& all();

}  // namespace arint::connectors
