// SPDX-License-Identifier: GPL-3.0-or-later

#include "declare/project.hpp"
#include "declare/settings.hpp"
#include "flow/catalog.hpp"
#include "format/catalog.hpp"
#include "schema/schema.hpp"

namespace arint::flow {
namespace {

struct Options {
  declare::File schema{};
  declare::Expression of{};
  bool formats = false;
};

class Validate : public Step {
 public:
  std::shared_ptr<const schema::Schema> schema{};
  message::Expression of{};

  runtime::Task<Result<void>> run(message::Run& run) const override {
    document::Value value;
    if (of.given()) {
      Result<document::Value> chosen = run.evaluate(of);
      if (!chosen) co_return chosen.error();
      value = *chosen;
    } else {
      Result<const document::Value*> body = run.document();
      if (!body) co_return body.error();
      value = **body;
    }
    if (schema->valid(value)) co_return Result<void>();
    std::vector<schema::Violation> violations = schema->check(value);
    run.failure.emplace();
    run.failure->answer = 422;
    run.failure->details = details(run.arena(), violations);
    std::string sentence = "the message does not fit its schema:";
    for (std::size_t i = 0; i < violations.size() && i < 3; ++i)
      sentence += (i ? "; " : " ") + (violations[i].instance.empty() ? "the document" : violations[i].instance) + ": " + violations[i].sentence;
    if (violations.size() > 3) sentence += "; and " + std::to_string(violations.size() - 3) + " more";
    co_return Error{Fault::rejected, std::move(sentence)};
  }
  bool uses_body() const noexcept override { return !of.given() || of.uses_body(); }

 private:
  static document::Value details(document::Arena& arena, const std::vector<schema::Violation>& violations) {
    std::vector<document::Value> list;
    for (const schema::Violation& violation : violations) {
      document::Member members[] = {{"pointer", document::text_of(arena, violation.instance)},
                                    {"detail", document::text_of(arena, violation.sentence)}};
      list.push_back(document::object_of(arena, members));
    }
    document::Member all[] = {{"violations", document::array_of(arena, list)}};
    return document::object_of(arena, all);
  }
};

// A schema document with the bytes and the arena its tree lies in.
struct Read {
  std::string text;
  document::Arena arena;
  document::Value root;
};

Result<std::shared_ptr<Read>> read(declare::Project& project, const std::string& path) {
  auto out = std::make_shared<Read>();
  Result<std::string> text = project.read_file(path);
  if (!text) return text.error();
  out->text = std::move(*text);
  Result<document::Value> root = format::find("json")->read(out->text, {}, out->arena);
  if (!root) return root.error();
  out->root = *root;
  return out;
}

std::unique_ptr<Step> make(const declare::Choice& choice, Build& build) {
  const Options& options = choice.as<Options>();
  declare::Project& project = build.reading.project();
  if (options.schema.path.empty()) return nullptr;  // reported when it was read
  Result<std::shared_ptr<Read>> document = read(project, options.schema.path);
  auto step = std::make_unique<Validate>();
  step->of = message::Expression::compile(options.of, build.reading);
  if (!document) {
    build.reading.fault(options.schema.at, options.schema.path + ": " + document.error().sentence);
    return nullptr;
  }
  schema::CompileOptions how;
  how.base = options.schema.path;
  how.assert_formats = options.formats;
  how.loader = [&project](const std::string& name) -> Result<schema::Loaded> {
    Result<std::shared_ptr<Read>> other = read(project, name);
    if (!other) return other.error();
    return schema::Loaded{(*other)->root, *other};
  };
  Result<std::shared_ptr<const schema::Schema>> compiled = schema::Schema::compile((*document)->root, how);
  if (!compiled) {
    build.reading.fault(options.schema.at, options.schema.path + ": " + compiled.error().sentence);
    return nullptr;
  }
  step->schema = *compiled;
  if (!step->of.given()) build.lists.body_is(*compiled);
  return step;
}

}  // namespace

Verb validate_verb() {
  return {declare::Settings<Options>{"validate", "Checks the body against a JSON Schema (2020-12 or draft 7). A message that does not fit is "
                                                 "rejected; a caller gets 422 with every violation."}
              .add(&Options::schema, {.name = "schema", .help = "File of the project with the schema.", .required = true, .example = "schemas/order.json"})
              .add(&Options::of, {.name = "of", .help = "What to check instead of the body.", .example = "$answer.body"})
              .add(&Options::formats, {.name = "formats", .help = "Whether `format` keywords are asserted.", .fallback = "false"})
              .shorthand("schema")
              .shape(),
          make};
}

}  // namespace arint::flow
