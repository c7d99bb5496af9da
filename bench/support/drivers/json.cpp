// SPDX-License-Identifier: GPL-3.0-or-later
// The peers of bench/json: `bench_json simdjson|rapidjson`. Both keep their memory from one run to the next, as their pages advise.
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>

#include "driver.hpp"

namespace {

class Simdjson : public bench::Job {
 public:
  explicit Simdjson(const std::string& document) : bytes_(document) {}

  void run(const std::string&) override {
    simdjson::dom::element root;
    if (parser_.parse(bytes_).get(root)) throw std::runtime_error("simdjson refuses the document");
  }
  std::string answer(const std::string&) override { return simdjson::minify(simdjson::dom::element(parser_.parse(bytes_))); }

 private:
  simdjson::padded_string bytes_;
  simdjson::dom::parser parser_;
};

class Rapidjson : public bench::Job {
 public:
  explicit Rapidjson(std::string document) : bytes_(std::move(document)) {}

  void run(const std::string& mode) override {
    rapidjson::Document root(&memory_);
    root.Parse(bytes_.data(), bytes_.size());
    if (root.HasParseError()) throw std::runtime_error("rapidjson refuses the document");
    if (mode == "bytes") {
      out_.Clear();
      rapidjson::Writer<rapidjson::StringBuffer> writer(out_);
      root.Accept(writer);
    }
    memory_.Clear();
  }
  std::string answer(const std::string&) override {
    run("bytes");
    return {out_.GetString(), out_.GetSize()};
  }

 private:
  std::string bytes_;
  rapidjson::MemoryPoolAllocator<> memory_{1 << 20};
  rapidjson::StringBuffer out_;
};

}  // namespace

int main(int count, char** words) {
  std::string peer = count > 1 ? words[1] : "";
  return bench::serve([&](const std::string&, const std::string& document) -> std::unique_ptr<bench::Job> {
    if (peer == "simdjson") return std::make_unique<Simdjson>(document);
    return std::make_unique<Rapidjson>(document);
  });
}
