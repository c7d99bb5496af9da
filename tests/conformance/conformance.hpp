// SPDX-License-Identifier: GPL-3.0-or-later
// What the runners share. Each returns the exit code of the program.
#pragma once
#include <string>
#include <vector>

namespace arint::conformance {

int run_csv(const std::string& folder);   // csv-spectrum: csvs/*.csv and their twins in json/
int run_http_smuggling(const std::string& folder);  // Http11Probe and smuggler's mutations, direct and through a gateway
int run_jose(const std::string& folder);  // the JOSE cookbook: RFC 7520, 7797, 8037
int run_json(const std::string& folder);  // JSONTestSuite: parsing/ and transform/
int run_json_schema(const std::string& folder);  // JSON-Schema-Test-Suite: the folder of one draft
int run_jsonata(const std::string& folder);  // the JSONata reference suite: groups/*.json over datasets/*.json
int run_rfc9421(const std::string& folder);  // RFC 9421, appendix B: vectors.json
int run_structured_fields(const std::string& folder);  // the tests of RFC 8941 and 9651
int run_wycheproof(const std::string& folder);  // Project Wycheproof's layout

// Counts, and prints what failed as it comes.
class Tally {
 public:
  void pass() { ++passed_; }
  void fail(const std::string& name, const std::string& why);
  int end() const;  // prints the last line; 0, 1, or 2 when there was no case at all

 private:
  int passed_ = 0, failed_ = 0;
};

// Throws std::runtime_error.
std::string whole_file(const std::string& path);
// The files of a folder that end so, sorted; none when there is no such folder.
std::vector<std::string> files_in(const std::string& folder, const std::string& ending);
// "/a/b/c.json" is "c.json".
std::string file_name(const std::string& path);

}  // namespace arint::conformance
