// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>

#include "base/text.hpp"
#include "command/project.hpp"

namespace arint::command {

int list_messages(const Place& place, const std::vector<std::pair<std::string, std::string>>& wanted) {
  std::string target = "/messages";
  for (const auto& [name, value] : wanted)
    if (!value.empty()) target += (target.find('?') == std::string::npos ? "?" : "&") + name + "=" + percent_encode(value);
  return ask_node(place, "GET", target);
}

int decide_messages(const Place& place, const std::string& what, const std::vector<std::string>& ids) {
  int code = 0;
  for (const std::string& id : ids) {
    const bool shows = what == "show";
    const int one = ask_node(place, shows ? "GET" : "POST", "/messages/" + percent_encode(id) + (shows ? "" : "/" + what));
    if (one) code = one;
  }
  return code;
}

}  // namespace arint::command
