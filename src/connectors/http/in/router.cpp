// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/http/in/router.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace arint::connectors::http {
namespace {

Error wrong(std::string_view path_template, const std::string& why) {
  return Error{Fault::rejected, quoted(path_template) + ": " + why};
}

// "" when the segment is a literal; what is wrong with it otherwise goes to `problem`.
std::string capture_name(std::string_view segment, bool& rest, std::string& problem) {
  rest = false;
  if (segment.find_first_of("{}") == std::string_view::npos) return "";
  if (!segment.starts_with('{') || !segment.ends_with('}')) {
    problem = "braces stand around a whole segment: /orders/{id}";
    return "";
  }
  std::string name(segment.substr(1, segment.size() - 2));
  if (name.ends_with('*')) {
    rest = true;
    name.pop_back();
  }
  if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != std::string::npos)
    problem = quoted(segment) + ": a name between the braces has letters, digits and _";
  return name;
}

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);  // "/"
  std::size_t end = std::min(path.find('/'), path.size());
  std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

}  // namespace

std::string Place::allow() const {
  std::vector<std::string> names{"OPTIONS"};
  for (const auto& [method, route] : methods) {
    names.push_back(method);
    if (method == "GET") names.push_back("HEAD");
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return join(names, ", ");
}

Result<void> Router::add(std::string_view path_template, const std::vector<std::string>& methods, std::size_t route) {
  if (!path_template.starts_with('/')) return wrong(path_template, "a path begins with /");
  if (path_template.find_first_of("?#% \\") != std::string_view::npos)
    return wrong(path_template, "a path template has no ?, #, %, spaces or backslashes");
  Node* node = &root_;
  std::vector<std::string> names;
  std::unique_ptr<Place>* place = nullptr;
  for (std::string_view left = path_template; !left.empty() && !place;) {
    std::string_view segment = take_segment(left);
    bool rest = false;
    std::string problem;
    std::string name = capture_name(segment, rest, problem);
    if (!problem.empty()) return wrong(path_template, problem);
    if (segment == "." || segment == "..") return wrong(path_template, "dot segments never reach a channel");
    if (segment.empty() && !left.empty()) return wrong(path_template, "an empty segment stands only at the end");
    if (!name.empty() && std::find(names.begin(), names.end(), name) != names.end()) return wrong(path_template, "{" + name + "} stands twice");
    if (!name.empty()) names.push_back(name);
    if (names.size() > most_captures) return wrong(path_template, "at most 16 names in braces");
    if (rest) {
      if (!left.empty()) return wrong(path_template, quoted(segment) + " takes the remainder and stands last");
      place = &node->rest;
    } else if (!name.empty()) {
      if (!node->any) node->any = std::make_unique<Node>();
      node = node->any.get();
    } else {
      std::unique_ptr<Node>& next = node->literal[std::string(segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
  }
  if (!place) place = &node->here;
  if (!*place) {
    *place = std::make_unique<Place>();
    (*place)->text = path_template;
    (*place)->names = names;
  }
  Place& at = **place;
  // Two templates of the same form would need two sets of names for one request.
  if (at.names != names) return wrong(path_template, "the same places have other names in " + quoted(at.text));
  for (const std::string& method : methods) {
    for (const auto& [taken, by] : at.methods)
      if (taken == method) return wrong(path_template, method + " is already served there");
    at.methods.emplace_back(method, route);
  }
  return {};
}

const Place* Router::find(std::string_view path, Captures& captures) const {
  captures.count = 0;
  if (!path.starts_with('/')) return nullptr;
  const Place* place = find(root_, path, captures);
  if (place)
    for (std::size_t i = 0; i < captures.count; ++i) captures.list[i].name = place->names[i];
  return place;
}

const Place* Router::find(const Node& node, std::string_view path, Captures& captures) {
  if (path.empty()) {
    if (node.here) return node.here.get();
    if (node.rest) {
      captures.list[captures.count++].value = {};
      return node.rest.get();
    }
    return nullptr;
  }
  const std::size_t captured = captures.count;
  std::string_view left = path;
  std::string_view segment = take_segment(left);
  if (auto next = node.literal.find(segment); next != node.literal.end())
    if (const Place* place = find(*next->second, left, captures)) return place;
  captures.count = captured;
  if (node.any && !segment.empty()) {
    captures.list[captures.count++].value = segment;
    if (const Place* place = find(*node.any, left, captures)) return place;
    captures.count = captured;
  }
  if (!node.rest) return nullptr;
  captures.list[captures.count++].value = path.substr(1);
  return node.rest.get();
}

}  // namespace arint::connectors::http
