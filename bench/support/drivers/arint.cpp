// SPDX-License-Identifier: GPL-3.0-or-later
// Our side: `bench_arint mapping|json|schema`. What the node does for a message, without a message around it: the arena is given back
// after each run, as after each message.
#include "document/arena.hpp"
#include "driver.hpp"
#include "format/json/json.hpp"
#include "mapping/expression.hpp"
#include "schema/schema.hpp"

namespace {

using arint::Result;
using arint::document::Arena;
using arint::document::Value;

template <class T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().sentence);
  return std::move(*result);
}

// A document, and the tree it was parsed to beforehand.
class DocumentJob : public bench::Job {
 public:
  explicit DocumentJob(std::string document) : bytes_(std::move(document)) { tree_ = parsed(kept_); }

 protected:
  Value parsed(Arena& arena) const { return or_throw(arint::format::json::read(bytes_, arena)); }
  void write(const Value& value) {
    out_.clear();
    if (value.is_absent()) throw std::runtime_error("the result is nothing");
    if (Result<void> written = arint::format::json::write(value, out_); !written) throw std::runtime_error(written.error().sentence);
  }

  std::string bytes_, out_;
  Arena kept_;
  Value tree_;
};

class Mapping : public DocumentJob {
 public:
  Mapping(const std::string& program, std::string document)
      : DocumentJob(std::move(document)), expression_(or_throw(arint::mapping::Expression::compile(program))) {}

  void run(const std::string& mode) override {
    Arena arena;
    bool from_bytes = mode == "bytes";
    Value result = evaluated(from_bytes ? parsed(arena) : tree_, arena);
    if (from_bytes) write(result);
  }
  std::string answer(const std::string&) override {
    Arena arena;
    write(evaluated(parsed(arena), arena));
    return out_;
  }

 private:
  Value evaluated(const Value& input, Arena& arena) const {
    return or_throw(arint::mapping::evaluate(*expression_, input, {}, arena));
  }
  std::shared_ptr<const arint::mapping::Expression> expression_;
};

class Json : public DocumentJob {
 public:
  explicit Json(std::string document) : DocumentJob(std::move(document)) {}

  void run(const std::string& mode) override {
    Arena arena;
    Value tree = parsed(arena);
    if (mode == "bytes") write(tree);
  }
  std::string answer(const std::string&) override {
    run("bytes");
    return out_;
  }
};

class Schema : public DocumentJob {
 public:
  Schema(const std::string& program, std::string document) : DocumentJob(std::move(document)) {
    Arena arena;
    schema_ = or_throw(arint::schema::Schema::compile(or_throw(arint::format::json::read(program, arena))));
  }

  void run(const std::string&) override { valid_ = schema_->valid(tree_); }
  std::string answer(const std::string& mode) override {
    run(mode);
    return valid_ ? "true" : "false";
  }

 private:
  std::shared_ptr<const arint::schema::Schema> schema_;
  bool valid_ = false;
};

}  // namespace

int main(int count, char** words) {
  std::string question = count > 1 ? words[1] : "";
  return bench::serve([&](const std::string& program, const std::string& document) -> std::unique_ptr<bench::Job> {
    if (question == "mapping") return std::make_unique<Mapping>(program, document);
    if (question == "json") return std::make_unique<Json>(document);
    return std::make_unique<Schema>(program, document);
  });
}
