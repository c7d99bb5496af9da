// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "command/maps/maps.hpp"
#include "command/maps/scope.hpp"
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

std::string folder_of(const std::string& file) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  return folder.empty() ? "." : folder.string();
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

Result<std::string> converted(const std::string& source, const Input& input, const format::Format& to, const mapping::Environment& environment) {
  document::Arena arena;
  document::Value body;
  if (!input.bytes.empty()) {
    Result<document::Value> read = input.format->read(input.bytes, {}, arena);
    if (!read) return Error{read.error().fault, "the input: " + read.error().sentence};
    body = *read;
  }
  Result<document::Value> value = evaluated(source, body, environment, arena);
  if (!value) return value.error();
  std::string text;
  if (value->is_absent()) return text;
  Result<void> written = to.write(*value, {}, text);
  if (!written) return written.error();
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

int evaluate(const std::string& expression, const std::string& file, const About& about) {
  Result<std::string> source = file.empty() ? Result<std::string>(expression) : read_file(file);
  if (!source || source->empty()) {
    std::fprintf(stderr, "%s\n", source ? "give an expression, or --file with one" : source.error().sentence.c_str());
    return 2;
  }
  const std::unique_ptr<Scope> scope = Scope::open(about, *source, file.empty() ? "." : folder_of(file));
  if (!scope) return 2;
  mapping::CompileError refused;
  if (auto compiled = mapping::Expression::compile(*source, {}, &refused); !compiled) {
    // Told before standard input is waited for.
    std::fprintf(stderr, "%s\n%s\n", compiled.error().sentence.c_str(), mapping::describe(*source, refused.offset).c_str());
    return 2;
  }
  std::string input = read_standard_input();
  const format::Format* to = scope->format(about.to.empty() ? "json" : about.to);
  Result<std::string> text = converted(*source, {input, scope->format(about.from.empty() ? "json" : about.from)}, *to, scope->environment());
  if (!text) {
    std::fprintf(stderr, "%s\n", text.error().sentence.c_str());
    return 1;
  }
  std::fputs(text->c_str(), stdout);
  return 0;
}

}  // namespace arint::command::maps
