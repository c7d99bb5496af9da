// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/ids.hpp"
#include "command/maps/maps.hpp"
#include "format/catalog.hpp"

namespace arint::command::maps {

Result<std::string> read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string out(std::istreambuf_iterator<char>(stream), {});
  if (!stream || std::filesystem::is_directory(path)) return Error{Fault::unreachable, "cannot read " + path};
  return out;
}

std::string read_standard_input() {
  std::string out;
  char block[1 << 16];
  while (std::size_t count = std::fread(block, 1, sizeof block, stdin)) out.append(block, count);
  return out;
}

std::optional<std::vector<std::string>> files_under(const std::vector<std::string>& paths, const std::string& ending) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    if (!std::filesystem::exists(path)) {
      std::fprintf(stderr, "%s is not there\n", path.c_str());
      return std::nullopt;
    }
    if (!std::filesystem::is_directory(path)) {
      out.push_back(path);
      continue;
    }
    std::size_t first = out.size();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path, std::filesystem::directory_options::skip_permission_denied))
      if (entry.is_regular_file() && entry.path().string().ends_with(ending)) out.push_back(entry.path().lexically_normal().string());
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end());
  }
  return out;
}

mapping::Environment environment_of_now() {
  mapping::Environment out;
  out.now_millis = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  out.seed = Id::random();
  return out;
}

Result<document::Value> evaluated(const std::string& source, const document::Value& input, const mapping::Environment& environment,
                                  document::Arena& arena, std::string* code) {
  mapping::CompileError wrong;
  auto compiled = mapping::Expression::compile(source, {}, &wrong);
  if (!compiled) {
    if (code) *code = wrong.code;
    return Error{Fault::malformed, compiled.error().sentence + "\n" + mapping::describe(source, wrong.offset)};
  }
  mapping::EvaluationError failed;
  Result<document::Value> value = mapping::evaluate(**compiled, input, environment, arena, &failed);
  if (value) {
    // The result may point into the expression.
    return document::copy_into(arena, *value);
  }
  if (code) *code = failed.code;
  return Error{value.error().fault, value.error().sentence + "\n" + mapping::describe(source, failed.offset)};
}

Result<std::string> converted(const std::string& source, const Input& input, const format::Format& to) {
  document::Arena arena;
  document::Value body;
  if (!input.bytes.empty()) {
    Result<document::Value> read = input.format->read(input.bytes, {}, arena);
    if (!read) return Error{read.error().fault, "the input: " + read.error().sentence};
    body = *read;
  }
  Result<document::Value> value = evaluated(source, body, environment_of_now(), arena);
  if (!value) return value.error();
  std::string text;
  if (value->is_absent()) return text;
  Result<void> written = to.write(*value, {}, text);
  if (!written) return written.error();
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

int evaluate(const std::string& expression, const std::string& file, const Formats& formats) {
  Result<std::string> source = file.empty() ? Result<std::string>(expression) : read_file(file);
  const format::Format* from = format::find(formats.from.empty() ? "json" : formats.from);
  const format::Format* to = format::find(formats.to.empty() ? "json" : formats.to);
  std::string wrong;
  if (!source) wrong = source.error().sentence;
  else if (source->empty()) wrong = "give an expression, or --file with one";
  else if (!from || !to) wrong = "no such format: " + (from ? formats.to : formats.from);
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    return 2;
  }
  mapping::CompileError refused;
  if (auto compiled = mapping::Expression::compile(*source, {}, &refused); !compiled) {
    // Told before standard input is waited for.
    std::fprintf(stderr, "%s\n%s\n", compiled.error().sentence.c_str(), mapping::describe(*source, refused.offset).c_str());
    return 2;
  }
  std::string input = read_standard_input();
  Result<std::string> text = converted(*source, {input, from}, *to);
  if (!text) {
    std::fprintf(stderr, "%s\n", text.error().sentence.c_str());
    return 1;
  }
  std::fputs(text->c_str(), stdout);
  return 0;
}

}  // namespace arint::command::maps
