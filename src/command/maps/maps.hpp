// SPDX-License-Identifier: GPL-3.0-or-later
// `arint map`: evaluating, watching, laying out and testing JSONata. Each command returns the process's exit code.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "format/format.hpp"
#include "mapping/expression.hpp"

namespace arint::command::maps {

// What the command line says beside the map.
struct About {
  std::string from{}, to{};               // formats; "": found out from a file's name, and json when that does not tell
  std::string project{}, environment{};   // a project's folder, "": the nearest one; and its env/NAME.yaml
  std::vector<std::string> variables{};   // NAME=JSON
};

// The expression over standard input, to standard output; `file` instead of `expression` when that is given.
int evaluate(const std::string& expression, const std::string& file, const About& about);
// Again whenever the file or its input (`input`, else FILE with .in.json and the like for .jsonata) changes, until the process is ended.
int watch(const std::string& file, const std::string& input, const About& about);
// *.jsonata files and folders of them, rewritten where their layout is another; standard input to standard output when there is none.
// `check`: nothing is written; 1 when a file would be.
int lay_out(const std::vector<std::string>& paths, bool check);
// NAME.test.yaml beside NAME.jsonata: files, and folders of them.
int test(const std::vector<std::string>& paths, const About& about);

// ---- what they share

Result<std::string> read_file(const std::string& path);
std::string read_standard_input();
// The files under the paths that end so, sorted; a path that is a file counts as it is. Prints what is not there: then nullopt.
std::optional<std::vector<std::string>> files_under(const std::vector<std::string>& paths, const std::string& ending);

struct Input {
  std::string_view bytes{};
  const format::Format* format = nullptr;
};

// One evaluation; the error's sentence has the line of the source and a caret below it. `code` receives JSONata's.
Result<document::Value> evaluated(const std::string& source, const document::Value& input, const mapping::Environment& environment,
                                  document::Arena& arena, std::string* code = nullptr);
// Bytes in, text out with a line end; empty for no result.
Result<std::string> converted(const std::string& source, const Input& input, const format::Format& to, const mapping::Environment& environment);
// The folder a file is in.
std::string folder_of(const std::string& file);

}  // namespace arint::command::maps
