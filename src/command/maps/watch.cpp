// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "command/maps/maps.hpp"
#include "command/maps/scope.hpp"
#include "format/catalog.hpp"

namespace arint::command::maps {
namespace {

namespace files = std::filesystem;
using namespace std::chrono_literals;

// Changes on disk are asked for, not told: five times a second is soon enough for a person, and costs nothing to speak of.
constexpr auto pause = 200ms;

// What tells that a file is another one now.
struct Stamp {
  bool there = false;
  files::file_time_type written{};
  std::uintmax_t bytes = 0;
  bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const std::string& path) {
  Stamp out;
  std::error_code problem;
  out.written = files::last_write_time(path, problem);
  if (problem) return {};
  out.bytes = files::file_size(path, problem);
  out.there = !problem;
  return out.there ? out : Stamp{};
}

// "maps/order.jsonata" has "maps/order.in.json" or another format's; "" when there is none.
std::string input_beside(const std::string& file) {
  files::path path(file);
  std::string begins = path.stem().string() + ".in.";
  std::error_code problem;
  for (const auto& entry : files::directory_iterator(path.has_parent_path() ? path.parent_path() : files::path("."), problem)) {
    std::string name = entry.path().filename().string();
    if (name.starts_with(begins) && format::find_by_file_name(name)) return (path.parent_path() / name).string();
  }
  return "";
}

void show(const std::string& file, const std::string& input, const About& about) {
  std::printf("== %s%s%s\n", file.c_str(), input.empty() ? ", no input" : " over ", input.c_str());
  std::fflush(stdout);
  Result<std::string> source = read_file(file);
  Result<std::string> bytes = input.empty() ? Result<std::string>("") : read_file(input);
  Result<std::string> text = !source ? source : bytes;
  if (source && bytes) {
    const std::unique_ptr<Scope> scope = Scope::open(about, *source, folder_of(file));
    if (!scope) return;
    const format::Format* from = about.from.empty() ? format::find_by_file_name(input) : scope->format(about.from);
    text = converted(*source, {*bytes, from ? from : format::find("json")}, *scope->format(about.to.empty() ? "json" : about.to), scope->environment());
  }
  if (text)
    std::fputs(text->empty() ? "(nothing)\n" : text->c_str(), stdout);
  else
    std::printf("%s\n", text.error().sentence.c_str());
  std::fflush(stdout);
}

}  // namespace

int watch(const std::string& file, const std::string& input, const About& about) {
  if (!files::exists(file)) {
    std::fprintf(stderr, "%s is not there\n", file.c_str());
    return 2;
  }
  // What is wrong with the call is no matter of a file that may change.
  if (!Scope::open(about, "", folder_of(file))) return 2;
  bool first = true;
  std::string shown_input;
  Stamp shown_map, shown_bytes;
  for (;; std::this_thread::sleep_for(pause)) {
    std::string from = input.empty() ? input_beside(file) : input;
    Stamp map = stamp_of(file), bytes = from.empty() ? Stamp{} : stamp_of(from);
    // An editor may take a file away for a moment before the new one is there.
    if (!first && (!map.there || (map == shown_map && bytes == shown_bytes && from == shown_input))) continue;
    show(file, from, about);
    first = false;
    shown_map = map, shown_bytes = bytes, shown_input = from;
  }
}

}  // namespace arint::command::maps
