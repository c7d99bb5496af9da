// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tables.hpp"

#include "declare/project.hpp"
#include "declare/yaml/yaml.hpp"
#include "flow/values/literal.hpp"
#include "format/catalog.hpp"

namespace arint::engine {
namespace {

// What a file holds; nullopt when that was reported.
std::optional<document::Value> read_file(const declare::File& file, declare::Reading& reading, document::Arena& arena) {
  Result<std::string> text = reading.project().read_file(file.path);
  if (!text) {
    reading.fault(file.at, text.error().sentence);
    return std::nullopt;
  }
  if (file.path.ends_with(".yaml")) {
    Problems problems;
    const declare::Node node = declare::parse_yaml(file.path, std::move(*text), problems);
    for (const Problem& one : problems.list()) reading.fault(one.at, one.sentence);
    if (problems.faulty()) return std::nullopt;
    return flow::literal(node, arena);
  }
  const format::Format* format = format::find_by_file_name(file.path);
  if (!format) {
    reading.fault(file.at, "of a table the file's name ends in .yaml, .json, .csv or what else a format is known by");
    return std::nullopt;
  }
  Result<document::Value> document = format->read(arena.copy(*text), {}, arena);
  if (!document) {
    reading.fault(file.at, file.path + ": " + document.error().sentence);
    return std::nullopt;
  }
  return *document;
}

}  // namespace

declare::Settings<TableOptions> table_settings() {
  return declare::Settings<TableOptions>{"tables", "Tables to look things up in: `$table(NAME, KEY)` gives what a table has for a key."}
      .add(&TableOptions::file, {.name = "file", .help = "A file of the project: .csv, .json or .yaml.", .example = "tables/countries.csv"})
      .add(&TableOptions::values, {.name = "values", .help = "The table itself: a map from key to value, or a list of maps.", .example = "{ DE: 19, FR: 20 }"})
      .add(&TableOptions::key, {.name = "key", .help = "Of a list or a CSV file: the member, or column, by which its rows are looked up; no two may have the same.", .example = "code"})
      .exactly_one({"file", "values"})
      .place(&TableOptions::at);
}

mapping::Tables make_tables(const std::map<std::string, TableOptions>& options, declare::Reading& reading, document::Arena& arena) {
  mapping::Tables out;
  for (const auto& [name, one] : options) {
    declare::Reading::Inside section(reading, "tables");
    declare::Reading::Inside inside(reading, name);
    std::optional<document::Value> document;
    if (one.file) document = read_file(*one.file, reading, arena);
    else if (one.values) document = flow::literal(*one.values, arena);
    if (!document) continue;
    const Position& at = one.file ? one.file->at : one.at;
    Result<mapping::Table> table = mapping::Table::make(*document, one.key.value_or(""));
    if (table) out.emplace(name, std::move(*table));
    else reading.fault(at, (one.file ? one.file->path + ": " : "") + table.error().sentence);
  }
  return out;
}

}  // namespace arint::engine
