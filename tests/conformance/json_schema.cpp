// SPDX-License-Identifier: GPL-3.0-or-later
// JSON-Schema-Test-Suite: one draft's folder, tests/draft2020-12 or tests/draft7. Each file is an array of groups: a schema, and
// documents with the verdict asked for. Both answers of Schema must give it. What a schema calls http://localhost:1234/NAME is
// DIR/../../remotes/NAME. The files under optional/ are run too and listed, but not counted; under optional/format formats are asserted.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "conformance.hpp"
#include "format/json/json.hpp"
#include "schema/schema.hpp"

namespace arint::conformance {
namespace {

namespace files = std::filesystem;
using document::Value;
using Fail = std::function<void(const std::string& name, const std::string& why)>;

// A document and the memory it lives in.
struct Document {
  std::string bytes{};
  document::Arena arena{};
  Value root{};
};

Result<std::shared_ptr<Document>> open(const std::string& path) {
  auto out = std::make_shared<Document>();
  out->bytes = whole_file(path);
  Result<Value> read = format::json::read(out->bytes, out->arena);
  if (!read) return read.error();
  out->root = *read;
  return out;
}

schema::CompileOptions options_for(const files::path& folder, bool assert_formats) {
  schema::CompileOptions out;
  out.assert_formats = assert_formats;
  out.default_draft = folder.filename().string().starts_with("draft7") ? schema::Draft::draft7 : schema::Draft::draft2020_12;
  out.loader = [remotes = folder / ".." / ".." / "remotes"](const std::string& name) -> Result<schema::Loaded> {
    constexpr std::string_view host = "http://localhost:1234/";
    if (!name.starts_with(host)) return Error{Fault::unreachable, name + " is not of this suite"};
    files::path path = remotes / name.substr(host.size());
    if (!files::is_regular_file(path)) return Error{Fault::unreachable, path.string() + " is not there"};
    Result<std::shared_ptr<Document>> document = open(path.string());
    if (!document) return document.error();
    return schema::Loaded{(*document)->root, *document};
  };
  return out;
}

// The number of cases that passed.
int run_file(const std::string& path, const std::string& shown, const schema::CompileOptions& options, const Fail& fail) {
  Result<std::shared_ptr<Document>> file = open(path);
  if (!file) {
    fail(shown, file.error().sentence);
    return 0;
  }
  int passed = 0;
  for (const Value& group : (*file)->root.items()) {
    std::string name = shown + ": " + std::string(group.get("description").as_text());
    Result<std::shared_ptr<const schema::Schema>> compiled = schema::Schema::compile(group.get("schema"), options);
    for (const Value& test : group.get("tests").items()) {
      std::string what = name + ": " + std::string(test.get("description").as_text());
      bool expected = test.get("valid").as_boolean();
      if (!compiled) {
        fail(what, "the schema is refused: " + compiled.error().sentence);
        continue;
      }
      bool quick = (*compiled)->valid(test.get("data"));
      std::vector<schema::Violation> found = (*compiled)->check(test.get("data"));
      if (quick == expected && found.empty() == expected)
        ++passed;
      else
        fail(what, expected ? "refused: " + (found.empty() ? "" : found[0].schema + ": " + found[0].sentence) : "accepted");
    }
  }
  return passed;
}

void list_optional(const files::path& folder) {
  std::vector<files::path> paths;
  for (const auto& entry : files::recursive_directory_iterator(folder / "optional"))
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  int passed = 0, failed = 0;
  for (const files::path& path : paths) {
    bool format = path.parent_path().filename() == "format";
    passed += run_file(path.string(), files::relative(path, folder).string(), options_for(folder, format),
                       [&](const std::string& name, const std::string& why) {
                         ++failed;
                         std::printf("optional, not counted: %s: %s\n", name.c_str(), why.c_str());
                       });
  }
  std::printf("optional, not counted: %d as expected, %d not\n", passed, failed);
}

}  // namespace

int run_json_schema(const std::string& name) {
  // An absolute path, so that "." and a slash at the end still tell the draft.
  files::path folder = files::weakly_canonical(name);
  Tally tally;
  if (files::is_directory(folder / "optional")) list_optional(folder);
  for (const std::string& path : files_in(folder.string(), ".json")) {
    int passed = run_file(path, file_name(path), options_for(folder, false), [&](const std::string& what, const std::string& why) { tally.fail(what, why); });
    for (int i = 0; i < passed; ++i) tally.pass();
  }
  return tally.end();
}

}  // namespace arint::conformance
