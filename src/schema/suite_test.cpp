// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the cases of tests/schema (our own, in the layout of the public suite): every verdict, by both answers of Schema.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "format/json/json.hpp"
#include "schema/schema.hpp"

namespace arint::schema {
namespace {

namespace files = std::filesystem;
using document::Value;

std::string text_of(const files::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A document and the memory it lives in.
struct Document {
  std::string bytes;
  document::Arena arena;
  Value root;
  explicit Document(std::string text) : bytes(std::move(text)) {
    Result<Value> read = format::json::read(bytes, arena);
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().sentence);
    if (read.ok()) root = *read;
  }
};

const files::path suite = "tests/schema";

CompileOptions options(Draft draft) {
  CompileOptions out;
  out.default_draft = draft;
  out.loader = [](const std::string& name) -> Result<Loaded> {
    constexpr std::string_view host = "http://localhost:1234/";
    files::path path = suite / "remotes" / (name.starts_with(host) ? name.substr(host.size()) : "none");
    if (!files::exists(path)) return Error{Fault::unreachable, name + " is not there"};
    auto document = std::make_shared<Document>(text_of(path));
    return Loaded{document->root, document};
  };
  return out;
}

std::size_t run_file(const files::path& path, Draft draft) {
  Document file(text_of(path));
  std::size_t cases = 0;
  for (const Value& group : file.root.items()) {
    std::string name = path.stem().string() + ": " + std::string(group.get("description").as_text());
    Result<std::shared_ptr<const Schema>> schema = Schema::compile(group.get("schema"), options(draft));
    EXPECT_TRUE(schema.ok()) << name << ": " << (schema.ok() ? "" : schema.error().sentence);
    if (!schema.ok()) continue;
    for (const Value& test : group.get("tests").items()) {
      ++cases;
      bool expected = test.get("valid").as_boolean();
      std::string what = name + ": " + std::string(test.get("description").as_text());
      EXPECT_EQ((*schema)->valid(test.get("data")), expected) << what;
      std::vector<Violation> found = (*schema)->check(test.get("data"));
      EXPECT_EQ(found.empty(), expected) << what << (found.empty() ? "" : ": " + found[0].sentence);
    }
  }
  return cases;
}

std::size_t run_folder(const char* name, Draft draft) {
  std::vector<files::path> paths;
  for (const files::directory_entry& entry : files::directory_iterator(suite / "tests" / name)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::size_t cases = 0;
  for (const files::path& path : paths) cases += run_file(path, draft);
  return cases;
}

TEST(Suite, EveryCaseOfDraft2020AsExpected) { EXPECT_GT(run_folder("draft2020-12", Draft::draft2020_12), 700u); }
TEST(Suite, EveryCaseOfDraft7AsExpected) { EXPECT_GT(run_folder("draft7", Draft::draft7), 300u); }

}  // namespace
}  // namespace arint::schema
