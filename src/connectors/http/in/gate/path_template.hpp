// SPDX-License-Identifier: GPL-3.0-or-later
// PathTemplate: a path made of what a channel's own path template captured. `rewrite` and `redirect` are made of it.
//
//   path: "/shop/{rest*}"   rewrite: "/v2/{rest}"      /shop/a%20b/c is sent on as /v2/a%20b/c
//
// What was captured stays percent-encoded as it was authorised: nothing is decoded, so no segment can become two or "..".
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "connectors/http/in/router.hpp"

namespace arint::connectors::http {

class PathTemplate {
 public:
  // `names`: what the channel's path captures. Faults: rejected, saying what is wrong with the text.
  static Result<PathTemplate> compile(std::string_view text, const std::vector<std::string>& names);
  std::string render(const Captures& captures) const;
  bool has_query() const noexcept { return has_query_; }

 private:
  struct Part {
    std::string text{};
    std::string name{};  // empty: text
  };
  std::vector<Part> parts_{};
  bool has_query_ = false;
};

// The names in braces of a channel's path template, "rest*" as "rest".
std::vector<std::string> names_in(std::string_view path_template);

}  // namespace arint::connectors::http
