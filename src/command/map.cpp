// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/ids.hpp"
#include "command/command.hpp"
#include "format/catalog.hpp"
#include "mapping/expression.hpp"

namespace arint::command {
namespace {

int refuse(const std::string& sentence) {
  std::fprintf(stderr, "%s\n", sentence.c_str());
  return 2;
}

}  // namespace

int map(const std::string& expression, const std::string& file, const std::string& from, const std::string& to) {
  std::string source = expression;
  if (!file.empty()) {
    std::ifstream stream(file, std::ios::binary);
    source.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream) return refuse("cannot read " + file);
  }
  if (source.empty()) return refuse("give an expression, or --file with one");
  const format::Format* in = format::find(from);
  const format::Format* out = format::find(to);
  if (!in || !out) return refuse("no such format: " + (in ? to : from));
  mapping::CompileError wrong;
  auto compiled = mapping::Expression::compile(source, {}, &wrong);
  if (!compiled) return refuse(compiled.error().sentence + "\n" + mapping::describe(source, wrong.offset));

  std::string input(std::istreambuf_iterator<char>(std::cin), {});
  document::Arena arena;
  document::Value body;
  if (!input.empty()) {
    Result<document::Value> read = in->read(input, {}, arena);
    if (!read) return refuse("standard input: " + read.error().sentence);
    body = *read;
  }
  mapping::Environment environment;
  environment.now_millis = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  environment.seed = Id::random().low;
  mapping::EvaluationError failed;
  Result<document::Value> value = mapping::evaluate(**compiled, body, environment, arena, &failed);
  if (!value) {
    std::fprintf(stderr, "%s\n%s\n", value.error().sentence.c_str(), mapping::describe(source, failed.offset).c_str());
    return 1;
  }
  if (value->is_absent()) return 0;
  std::string text;
  Result<void> written = out->write(*value, {}, text);
  if (!written) return refuse(written.error().sentence);
  std::printf("%s%s", text.c_str(), text.ends_with('\n') ? "" : "\n");
  return 0;
}

}  // namespace arint::command
