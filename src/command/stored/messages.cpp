// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "command/ask.hpp"

namespace arint::command {
namespace {

constexpr std::size_t ids_at_once = 100;

void add(std::string& target, const std::string& name, const std::string& value) {
  if (!value.empty()) target += (target.find('?') == std::string::npos ? "?" : "&") + name + "=" + percent_encode(value);
}

std::string listing(const Conditions& wanted) {
  std::string target = "/messages";
  for (const auto& [name, value] : wanted) add(target, name, value);
  return target;
}

// The ids of all that fit, the oldest first.
Result<std::vector<std::string>> find_all(Asker& ask, const Conditions& wanted) {
  std::vector<std::string> out;
  std::string before;
  do {
    std::string target = listing(wanted);
    add(target, "page", "1");
    add(target, "before", before);
    Result<std::string> said = ask("GET", target);
    if (!said) return said.error();
    before.clear();
    for (std::string_view line : split(*said, '\n')) {
      if (line.starts_with("next ")) before = line.substr(5);
      else if (line.size() >= 32) out.emplace_back(line.substr(0, 32));
    }
  } while (!before.empty() && before != "0");
  std::reverse(out.begin(), out.end());
  return out;
}

// On a terminal, where somebody sees it.
void show_progress(std::size_t done, std::size_t all) {
  if (!::isatty(STDERR_FILENO) || !all) return;
  constexpr std::size_t width = 40;
  const std::size_t full = done * width / all;
  std::fprintf(stderr, "\r[%s%s] %zu of %zu%s", std::string(full, '#').c_str(), std::string(width - full, ' ').c_str(), done, all, done == all ? "\n" : "");
}

}  // namespace

int list_messages(const Place& place, const Conditions& wanted) {
  Asker ask(place);
  return print(ask("GET", listing(wanted)));
}

int show_messages(const Place& place, const std::vector<std::string>& ids) {
  Asker ask(place);
  int code = 0;
  for (const std::string& id : ids)
    if (const int one = print(ask("GET", "/messages/" + percent_encode(id)))) code = one;
  return code;
}

int decide_messages(const Place& place, const Decision& decision) {
  Asker ask(place);
  std::vector<std::string> ids = decision.ids;
  const bool by_condition = std::any_of(decision.wanted.begin(), decision.wanted.end(), [](const auto& one) { return !one.second.empty(); });
  if (ids.empty() == !by_condition) {
    std::fprintf(stderr, "give ids of messages, or conditions such as --state dead\n");
    return 2;
  }
  if (by_condition) {
    Result<std::vector<std::string>> found = find_all(ask, decision.wanted);
    if (!found) return print(found.error());
    ids = std::move(*found);
  }
  std::size_t done = 0, refused = 0;
  int code = 0;
  for (std::size_t at = 0; at < ids.size(); at += ids_at_once) {
    const std::size_t end = std::min(ids.size(), at + ids_at_once);
    std::string target = "/messages/" + percent_encode(decision.what), list;
    for (std::size_t i = at; i < end; ++i) list += (i > at ? "," : "") + ids[i];
    add(target, "ids", list);
    add(target, "from", decision.from_step);
    add(target, "into", decision.into);
    add(target, "content_type", decision.content_type);
    Result<std::string> said = ask("POST", target, decision.body);
    if (!by_condition || !said) {
      if (const int one = print(said)) code = one;
      if (!said && by_condition) return code;
      continue;
    }
    for (std::string_view line : split(*said, '\n')) {
      if (line.empty()) continue;
      const bool well = line.find(": not done: ") == std::string_view::npos;
      ++(well ? done : refused);
      if (!well) std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
    }
    show_progress(end, ids.size());
  }
  if (by_condition) std::printf("%s: %zu messages, %zu refused\n", decision.what.c_str(), done, refused);
  return refused ? 1 : code;
}

int edit_message(const Place& place, const std::string& id, const std::string& file, const std::string& content_type) {
  Decision decision{"edit", {id}};
  decision.content_type = content_type;
  if (file == "-") {
    char piece[4096];
    while (const std::size_t got = std::fread(piece, 1, sizeof piece, stdin)) decision.body.append(piece, got);
  } else {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
      std::fprintf(stderr, "cannot read %s\n", file.c_str());
      return 2;
    }
    decision.body.assign(std::istreambuf_iterator<char>(stream), {});
  }
  return decide_messages(place, decision);
}

}  // namespace arint::command
