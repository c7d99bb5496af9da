// SPDX-License-Identifier: GPL-3.0-or-later
// csv-spectrum: each csvs/NAME.csv reads as json/NAME.json, and still does after it has been written and read again.
#include "conformance.hpp"
#include "document/value.hpp"
#include "format/catalog.hpp"
#include "format/json/json.hpp"

namespace arint::conformance {
namespace {

using document::Value;

// The published corpus has two slips. Its twins of CRLF files hold CRLF within fields, while the CSV files have lost their CRs on the way;
// and location_coordinates.json is one row, not an array, with another telephone number than its CSV.
constexpr std::string_view slip_column = "Contact Phone Number";

std::string with_line_ends(const std::string& text, bool crlf) {
  if (!crlf || text.find('\r') != std::string::npos) return text;
  std::string out;
  for (char c : text) c == '\n' ? out += "\r\n" : out += c;
  return out;
}

bool same(const Value& read, const Value& expected, document::Arena& arena) {
  if (expected.is_array()) return document::equal(read, expected);
  if (read.size() != 1) return false;
  return document::equal(document::without_member(arena, read.items()[0], slip_column), document::without_member(arena, expected, slip_column));
}

std::string compare(const std::string& csv_text, const std::string& json_text) {
  const format::Format* csv = format::find("csv");
  document::Arena arena;
  Result<Value> expected = format::json::read(json_text, arena);
  if (!expected) return expected.error().sentence;
  Result<Value> read = csv->read(csv_text, {}, arena);
  if (!read) return "refused: " + read.error().sentence;
  if (!same(*read, *expected, arena)) return "differs from its twin";
  std::string out;
  Result<void> written = csv->write(*read, {}, out);
  if (!written) return written.error().sentence;
  Result<Value> back = csv->read(out, {}, arena);
  if (!back || !document::equal(*back, *read)) return "what was written reads back as something else: " + out;
  return "";
}

}  // namespace

int run_csv(const std::string& folder) {
  // The corpus may be given as it is published or one level up.
  std::vector<std::string> files = files_in(folder + "/csvs", ".csv");
  std::string root = files.empty() ? folder + "/csv-spectrum" : folder;
  if (files.empty()) files = files_in(root + "/csvs", ".csv");
  Tally tally;
  for (const std::string& path : files) {
    std::string name = file_name(path);
    std::string twin = root + "/json/" + name.substr(0, name.size() - 4) + ".json";
    std::string why = compare(with_line_ends(whole_file(path), name.ends_with("_crlf.csv")), whole_file(twin));
    why.empty() ? tally.pass() : tally.fail(name, why);
  }
  return tally.end();
}

}  // namespace arint::conformance
