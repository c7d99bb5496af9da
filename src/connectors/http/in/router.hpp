// SPDX-License-Identifier: GPL-3.0-or-later
// Router: path templates to routes. A tree of segments: the cost of a look-up is the depth of the path, not the number of routes.
//
//   /orders            literal
//   /orders/{id}       {id} is one segment, never empty
//   /files/{rest*}     the remainder, also empty ("/files", "/files/", "/files/a/b"); stands last
// A literal wins over {name}, which wins over {rest*}, segment by segment from the left, with a way back.
#pragma once
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "security/verifier.hpp"

namespace arint::connectors::http {

inline constexpr std::size_t most_captures = 16;

struct Capture {
  std::string_view name;   // of the template
  std::string_view value;  // of the path, still percent-encoded
};

// What is known of a request before it is read: what its path held, and who its caller proved to be.
struct Captures {
  std::array<Capture, most_captures> list;
  std::size_t count = 0;
  const security::Principal* principal = nullptr;  // null: nobody asked
  std::optional<std::string_view> body{};  // read before the service began, for who the caller is
};

// What is served at one template: a route per method, in the caller's numbering.
struct Place {
  std::string text;                                // the template
  std::vector<std::string> names;                  // of its captures, in order
  std::vector<std::pair<std::string, std::size_t>> methods;
  std::string allow() const;                       // "GET, HEAD, OPTIONS, POST"
};

class Router {
 public:
  // Faults: rejected, saying what is wrong with the template, or which method is taken at it already.
  Result<void> add(std::string_view path_template, const std::vector<std::string>& methods, std::size_t route);
  // Where a normalised path leads; nullptr: nowhere. Captures view into `path` and the router.
  const Place* find(std::string_view path, Captures& captures) const;

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
    std::unique_ptr<Node> any;         // {name}
    std::unique_ptr<Place> rest;       // {rest*}
    std::unique_ptr<Place> here;
  };
  static const Place* find(const Node& node, std::string_view path, Captures& captures);
  Node root_;
};

}  // namespace arint::connectors::http
