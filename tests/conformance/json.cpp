// SPDX-License-Identifier: GPL-3.0-or-later
// JSONTestSuite. parsing/: y_ must be accepted, n_ refused, i_ either; transform/: must be accepted. What is accepted must be written
// so that it reads back equal, and numbers as they were written.
#include "conformance.hpp"
#include "document/value.hpp"
#include "format/json/json.hpp"

namespace arint::conformance {
namespace {

using document::Value;

// Why the round trip fails, or nothing.
std::string lost(const Value& value, document::Arena& arena, const std::string& source) {
  std::string out;
  Result<void> written = format::json::write(value, out);
  if (!written) return written.error().sentence;
  Result<Value> back = format::json::read(arena.copy(out), arena);
  if (!back) return "what was written is refused: " + back.error().sentence;
  if (!document::equal(value, *back)) return "what was written reads back as something else: " + out;
  // The numbers of this part of the suite stand alone in an array.
  if (value.is_array() && value.size() == 1 && value.items()[0].is_number() && source.find(out.substr(1, out.size() - 2)) == std::string::npos)
    return "digits changed: " + out;
  return "";
}

}  // namespace

int run_json(const std::string& folder) {
  Tally tally;
  std::vector<std::string> files = files_in(folder + "/parsing", ".json");
  for (const std::string& path : files_in(folder + "/transform", ".json")) files.push_back(path);
  for (const std::string& path : files) {
    std::string text = whole_file(path), name = file_name(path);
    document::Arena arena;
    Result<Value> read = format::json::read(text, arena);
    bool must_accept = !name.starts_with("n_") && !name.starts_with("i_");
    std::string why;
    if (name.starts_with("n_") && read)
      why = "accepted";
    else if (must_accept && !read)
      why = "refused: " + read.error().sentence;
    else if (read)
      why = lost(*read, arena, text);
    why.empty() ? tally.pass() : tally.fail(name, why);
  }
  return tally.end();
}

}  // namespace arint::conformance
