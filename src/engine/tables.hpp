// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of a project (`tables:`), read from their files or from the configuration itself.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "declare/reading.hpp"
#include "declare/settings.hpp"
#include "document/arena.hpp"
#include "mapping/tables.hpp"

namespace arint::engine {

struct TableOptions {
  std::optional<declare::File> file{};
  std::optional<declare::Node> values{};
  std::optional<std::string> key{};
  Position at{};
};
declare::Settings<TableOptions> table_settings();

// Everything lies in `arena`. What is wrong is reported at its place; that table is then left out.
mapping::Tables make_tables(const std::map<std::string, TableOptions>& options, declare::Reading& reading, document::Arena& arena);

}  // namespace arint::engine
